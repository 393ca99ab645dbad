"""Production: everything that differs between places comes from the environment or from secret files.

See docs/operations.md for each setting. The process connects as the application role; only `migrate` and its like
need DATABASE_OWNER_URL.
"""

import environ

from dtks_portal.database_role import connects_as_owner
from dtks_portal.settings.base import *  # noqa: F403
from dtks_portal.settings.databases import connection_settings, role_name
from dtks_portal.settings.environment import Environment
from dtks_portal.settings.registers import outside_hosts, registers

given = Environment()

SECRET_KEY = given.required("SECRET_KEY", example="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')")
ALLOWED_HOSTS = given.required_list("ALLOWED_HOSTS", example="dtks.example.go.id")
CSRF_TRUSTED_ORIGINS = given.required_list("CSRF_TRUSTED_ORIGINS", example="https://dtks.example.go.id")
DTKS_SEAL_KEYS = given.required("DTKS_SEAL_KEYS", example="s1:$(openssl rand -base64 32)")
DTKS_INDEX_KEYS = given.required("DTKS_INDEX_KEYS", example="i1:$(openssl rand -base64 32)")
database_url = given.required("DATABASE_URL", example="postgres://dtks_app:password@db:5432/dtks")
owner_example = "postgres://dtks_owner:password@db:5432/dtks"
owner_url = (
    given.required("DATABASE_OWNER_URL", example=owner_example)
    if connects_as_owner()
    else given.optional("DATABASE_OWNER_URL", database_url)
)
CELERY_BROKER_URL = given.required("REDIS_URL", example="redis://:password@broker:6379/0")
DEFAULT_FROM_EMAIL = given.required("DEFAULT_FROM_EMAIL", example="dtks@example.go.id")
mail_server = given.required("EMAIL_URL", example="smtp+tls://user:password@mail.example.go.id:587")
given.stop_if_incomplete()

DEBUG = False
DTKS_DEMO = False
SERVER_EMAIL = DEFAULT_FROM_EMAIL
DATABASES = {"default": connection_settings(app_url=database_url, owner_url=owner_url, max_age=60)}
DATABASE_APP_ROLE = role_name(database_url)

# Mail leaves through the outbox; the dispatcher hands it to this server. SMS and WhatsApp need a gateway: an address
# and a token for the one that is built in (jobs/gateways.py), or a class of one's own.
mail = environ.Env.email_url_config(mail_server)
EMAIL_HOST = mail["EMAIL_HOST"]
EMAIL_PORT = mail["EMAIL_PORT"]
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = bool(mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 15
DTKS_GATEWAY_HOSTS = [host.strip() for host in given.optional("DTKS_GATEWAY_HOSTS").split(",") if host.strip()]
DTKS_GATEWAYS = {
    channel: {"url": url, "token": given.optional(f"DTKS_{channel.upper()}_TOKEN")}
    for channel in ("sms", "whatsapp")
    if (url := given.optional(f"DTKS_{channel.upper()}_URL"))
}
DTKS_CHANNELS = {"email": "jobs.channels.SmtpChannel"} | {
    channel: given.optional(
        f"DTKS_{channel.upper()}_CHANNEL",
        "jobs.gateways.HttpGateway" if channel in DTKS_GATEWAYS else "jobs.channels.NoGateway",
    )
    for channel in ("sms", "whatsapp")
}

DTKS_REGISTERS = registers(given)
DTKS_REGISTER_HOSTS = outside_hosts(given)

# One reverse proxy, which sets these headers itself and drops what visitors send in them.
TRUSTED_PROXIES = given.whole_number("TRUSTED_PROXIES", 1)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = given.whole_number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sesi"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
MEDIA_ROOT = given.optional("MEDIA_ROOT", "/var/lib/dtks/media")
