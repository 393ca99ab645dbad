"""What must never be switched on outside a developer's experiment."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def captcha_is_in_force(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The library's test mode takes "passed" for the answer to every captcha."""
    if not getattr(settings, "CAPTCHA_TEST_MODE", False):
        return []
    return [
        Error(
            "CAPTCHA_TEST_MODE is on: every captcha could be passed without solving it.",
            hint="Remove CAPTCHA_TEST_MODE from the settings. Tests read the answer from the database.",
            id="public.E001",
        )
    ]
