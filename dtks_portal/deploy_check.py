"""Django's deployment check of the production settings in a made-up environment."""

import base64
import os
import secrets
import subprocess
import sys


def made_up_environment() -> dict[str, str]:
    def key(name: str) -> str:
        return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"

    return {
        "PATH": os.environ.get("PATH", ""),
        "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "dtks.example",
        "CSRF_TRUSTED_ORIGINS": "https://dtks.example",
        "DTKS_SEAL_KEYS": key("s1"),
        "DTKS_INDEX_KEYS": key("i1"),
        "DATABASE_URL": "postgres://dtks_app:none@127.0.0.1:9/dtks",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "DEFAULT_FROM_EMAIL": "dtks@example.org",
        "EMAIL_URL": "smtp+tls://user:none@mail.example.org:587",
    }


def main() -> int:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=made_up_environment(), check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
