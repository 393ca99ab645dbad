"""The test suite: the same services as a developer's, its own database and keys."""

import os

from dtks_portal.settings.keys import Keys

os.environ.setdefault("DTKS_SERVICES_PROFILE", "test")  # also for what the tests start; read by local.py
from dtks_portal.settings.databases import connection_settings
from dtks_portal.settings.local import *  # noqa: F403
from dtks_portal.settings.local import SERVICES, env

DEBUG = False
DTKS_DEMO = False
DTKS_ALLOWS_POWERFUL_ROLE = True
KEYS = Keys(
    secret_key="only-for-tests-only-for-tests-only-for-tests-0123456789",  # noqa: S106
    seal_keys="t1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    index_keys="t1:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
)
SECRET_KEY = KEYS.secret_key
DTKS_SEAL_KEYS = KEYS.seal_keys
DTKS_INDEX_KEYS = KEYS.index_keys
# The suite creates its database as the owner and then connects as the application role (tests/conftest.py).
DATABASES = {"default": connection_settings(app_url=SERVICES.owner_url, owner_url=SERVICES.owner_url)}
DATABASES["default"]["TEST"] = {"NAME": f"test_dtks{env.str('TEST_DATABASE_SUFFIX', '')}"}
DATABASE_APP_URL = SERVICES.database_url
DTKS_POLL_SECONDS = env.float("DTKS_POLL_SECONDS", 0)  # a test that loses a wake-up on purpose wants it lost
WHITENOISE_AUTOREFRESH = False
