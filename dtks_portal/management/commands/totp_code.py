"""The six digits that an authenticator app would show now, for whoever tries the demo without one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.totp import current_code


class Command(BaseCommand):
    help = "Print the present one-time code of a TOTP secret (of a demo login in var/demo.json)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("secret")

    def handle(self, *args: Any, secret: str, **options: Any) -> None:
        try:
            self.stdout.write(current_code(secret.strip()))
        except ValueError:
            raise CommandError("This is not a TOTP secret: use the totp_secret of a login in var/demo.json.") from None
