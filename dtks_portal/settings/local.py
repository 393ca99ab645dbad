"""A developer's machine and the demo: embedded services unless DATABASE_URL and REDIS_URL are given."""

from dtks_portal.embedded import ServiceError, ensure_services
from dtks_portal.settings.base import *  # noqa: F403
from dtks_portal.settings.base import VAR, env
from dtks_portal.settings.databases import connection_settings, role_name
from dtks_portal.settings.environment import Environment
from dtks_portal.settings.keys import local_keys
from dtks_portal.settings.registers import register_hosts, registers

try:
    SERVICES = ensure_services(
        var=VAR,
        database_url=env.str("DATABASE_URL", ""),
        owner_url=env.str("DATABASE_OWNER_URL", ""),
        redis_url=env.str("REDIS_URL", ""),
        profile=env.str("DTKS_SERVICES_PROFILE", "development"),
    )
except ServiceError as error:
    raise SystemExit(str(error)) from None
DEBUG = env.bool("DEBUG", True)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DATABASES = {"default": connection_settings(app_url=SERVICES.database_url, owner_url=SERVICES.owner_url)}
DATABASE_APP_ROLE = role_name(SERVICES.database_url)
CELERY_BROKER_URL = SERVICES.redis_url
KEYS = local_keys(VAR)
SECRET_KEY = KEYS.secret_key
DTKS_SEAL_KEYS = KEYS.seal_keys
DTKS_INDEX_KEYS = KEYS.index_keys
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
# Messages stay in the outbox; jobs.channels.ConsoleChannel prints them where the worker runs, to read a code there.
DTKS_CHANNELS = dict.fromkeys(("email", "sms", "whatsapp"), env.str("DTKS_CHANNEL", "jobs.channels.LogChannel"))
DTKS_REGISTERS = registers(Environment())  # such as the simulator: manage.py simulate_registers
DTKS_REGISTER_HOSTS = register_hosts(Environment())
DTKS_REGISTERS_ARE_SIMULATED = env.bool("DTKS_REGISTERS_ARE_SIMULATED", False)  # the demo's; pages say so
STATIC_ROOT = VAR / "staticroot"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DTKS_DEMO = env.bool("DTKS_DEMO", True)
DTKS_ALLOWS_POWERFUL_ROLE = DTKS_DEMO
