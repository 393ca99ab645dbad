"""For tools that read the code and touch no database: mypy, makemessages, makemigrations --check."""

from dtks_portal.settings.base import *  # noqa: F403
from dtks_portal.settings.databases import connection_settings

SECRET_KEY = "reads-code-only"  # noqa: S105
DTKS_SEAL_KEYS = ""
DTKS_INDEX_KEYS = ""
DTKS_DEMO = False
nowhere = "postgres://nobody@127.0.0.1:9/none"
DATABASES = {"default": connection_settings(app_url=nowhere, owner_url=nowhere)}
CELERY_BROKER_URL = "memory://"
