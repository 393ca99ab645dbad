"""For tools that read the code and touch no database: mypy, makemessages, makemigrations --check."""

from dtks_portal.embedded import Services
from dtks_portal.settings.base import *  # noqa: F403
from dtks_portal.settings.databases import connection_settings

SECRET_KEY = "reads-code-only"  # noqa: S105
DTKS_SEAL_KEYS = "c1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
DTKS_INDEX_KEYS = "c1:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
DTKS_DEMO = False
DTKS_ALLOWS_POWERFUL_ROLE = False
nowhere = "postgres://nobody@127.0.0.1:9/none"
DATABASES = {"default": connection_settings(app_url=nowhere, owner_url=nowhere)}
CELERY_BROKER_URL = "memory://"
# What only some settings have, so that types of `settings.X` are known.
SERVICES = Services(nowhere, nowhere, CELERY_BROKER_URL)
DATABASE_APP_URL = nowhere
DATABASE_APP_ROLE = "nobody"
