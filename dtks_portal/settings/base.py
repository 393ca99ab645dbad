"""Settings shared by every way of running the portal. What differs is in local.py, test.py and production.py."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dtks_portal.settings.logs import LOGGING as LOGGING

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
VAR = Path(env.str("DTKS_VAR", str(BASE_DIR / "var")))  # what is written here and is no part of the program

DEBUG = False
ALLOWED_HOSTS: list[str] = []
DTKS_ALLOWS_POWERFUL_ROLE = False  # a web process must own nothing (dtks_portal/role_check.py)
ROOT_URLCONF = "dtks_portal.urls"
WSGI_APPLICATION = "dtks_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = [
    "identity",
    "areas",
    "audit",
    "jobs",
    "accounts",
    "eligibility",
    "registration",
    "notices",
    "matching",
    "assessment",
    "grievances",
    "stages",
    "home",
    "desk",
    "public",
]
INSTALLED_APPS = [
    "dtks_portal",
    *ROOMS,
    "dtks_portal.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "crispy_forms",
    "captcha",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
]
MIDDLEWARE = [
    "dtks_portal.middleware.AnswerHealthChecks",
    "django.middleware.gzip.GZipMiddleware",  # adds random bytes, so that the length of a page gives nothing away
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "dtks_portal.middleware.RefuseMalformedRequest",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RequireSecondFactor",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dtks_portal.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "dtks"
CRISPY_TEMPLATE_PACK = "dtks"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticroot"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:session_start"
LOGIN_REDIRECT_URL = "accounts:landing"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "sesi"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.views.stale.stale_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
EMAIL_BACKEND = "jobs.mail.OutboxEmailBackend"

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes of a posted form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# A photo still holds the place where it was taken: a request with one stays in memory, never in a temporary file.
FILE_UPLOAD_MAX_MEMORY_SIZE = 9_000_000  # bytes of a request with files; photos may have 8 MB

# Photos of families (registration/attachments).
DTKS_PHOTO_KEPT_BYTES = env.int("DTKS_PHOTO_KEPT_BYTES", 400_000)  # of one picture after it has been painted anew
DTKS_PHOTO_UPLOAD_HOURS = env.int("DTKS_PHOTO_UPLOAD_HOURS", 24)  # how long an upload may be interrupted
DTKS_PHOTOS_PER_HOUR = env.int("DTKS_PHOTOS_PER_HOUR", 60)  # of one account; an officer at the counter five times that

# Celery. A message may be lost or doubled without effect; a broker that is gone or frozen never holds up a page.
# How long a worker may hold a shard of a run before another one takes it.
DTKS_LEASE_SECONDS = env.float("DTKS_LEASE_SECONDS", 60)
DTKS_SHARD_ROWS = env.int("DTKS_SHARD_ROWS", 125_000)  # the most people in one shard of a matching run
DTKS_REGISTER_SHARD_ROWS = env.int("DTKS_REGISTER_SHARD_ROWS", 50)  # people in one shard where a register is asked
DTKS_REGISTER_ANSWER_DAYS = env.int("DTKS_REGISTER_ANSWER_DAYS", 30)  # how long a register's answer is used again
DTKS_POLL_SECONDS = env.float("DTKS_POLL_SECONDS", 5)  # how often each worker looks for work by itself; 0: never
CELERY_TASK_DEFAULT_QUEUE = env.str("DTKS_QUEUE", "dtks")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
# Two seconds, once: without `max_retries` a frozen broker would be waited for, slept over, and waited for again.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "retry_on_timeout": False,
    "max_retries": 0,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONSUMER = "jobs.consumer:Consumer"  # ends when told, without a broker too
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # its lines pass through our redaction too
CELERY_BEAT_SCHEDULE = {
    "tend-runs": {"task": "jobs.tend", "schedule": 10.0, "options": {"expires": 10}},
    "dispatch-outbox": {"task": "jobs.dispatch_outbox", "schedule": 5.0, "options": {"expires": 5}},
    "make-documents": {"task": "jobs.make_documents", "schedule": 10.0, "options": {"expires": 10}},
}

# ---- Captcha and help channels (owner: shell and public pages) ----
# Digits from the system's random source, drawn with the library's noise; a solved or failed captcha is consumed by one
# atomic statement (public/captcha.py). CAPTCHA_TEST_MODE must stay unset: a check refuses it (public/checks.py).
CAPTCHA_CHALLENGE_FUNCT = "public.captcha.digits_challenge"
CAPTCHA_LENGTH = 5
CAPTCHA_FONT_SIZE = 38
CAPTCHA_TIMEOUT = 15  # minutes: people look for their card while the page is open
# Where people can turn to; shown on every page. Numbers and addresses change, so they are settings.
DTKS_HELP_CHANNELS = (
    {"label": "Command Center Kemensos: 171", "url": "tel:171"},
    {"label": "JAKI / JakLapor", "url": "https://jaki.jakarta.go.id/"},
    {"label": "CRM Jakarta", "url": "https://crm.jakarta.go.id/"},
    {"label": "SP4N-LAPOR! 1708", "url": "https://www.lapor.go.id/"},
    {"label": "dki@jakarta.go.id", "url": "mailto:dki@jakarta.go.id"},
)

# Who answers for the data and whom people ask about them (accounts/privacy.py), and for how long each class of data is
# kept where that differs from its table ("drafts=90,access_log=730"; audit/retention.py).
DTKS_CONTROLLER = env.str("DTKS_CONTROLLER", "Dinas Sosial Provinsi DKI Jakarta")
DTKS_DPO_CONTACT = env.str("DTKS_DPO_CONTACT", "pelindungan.data@contoh.go.id")
DTKS_LEGAL_BASIS = env.str(
    "DTKS_LEGAL_BASIS", "UU 13/2011, UU 27/2022 (PDP) pasal 20 ayat (2) huruf e, Permensos 3/2021"
)
DTKS_RETENTION_DAYS = env.str("DTKS_RETENTION_DAYS", "")

# Accounts: sign-in with NIK, phone or e-mail, passwords, second factor (room accounts/).
AUTHENTICATION_BACKENDS = [
    "accounts.backends.IdentifierBackend",
    "accounts.backends.RoleBackend",
    "rules.permissions.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "accounts.hashers.PortalArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.password_rules.Length"},
    {"NAME": "accounts.password_rules.NotCommon"},
    {"NAME": "accounts.password_rules.NotAboutYou"},
]
# Where the landing view sends a person after signing in, by role.
ACCOUNTS_LANDING_PATHS = {"admin": "/admin/", "petugas": "/petugas/", "teknis": "/admin/", "warga": "/usulan/"}
# How many reverse proxies add to X-Forwarded-For before a request arrives; 0: none, the header is not believed.
TRUSTED_PROXIES = 0
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # sign-up is the portal's own page
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # addresses are sealed; the portal looks them up by their index
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # counted in a cache; the portal's limits are counters in PostgreSQL
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {"authenticate": "accounts.forms.CodeForm", "activate_totp": "accounts.forms.EnrolForm"}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "DTKS Jakarta"
CELERY_BEAT_SCHEDULE["forget-expired-accounts"] = {
    "task": "accounts.forget_expired",
    "schedule": 3600.0,
    "options": {"expires": 3600},
}

# Families hear of decisions from workers (stages/telling.py); this makes up for a lost wake-up.
CELERY_BEAT_SCHEDULE["tell-families"] = {
    "task": "stages.tell_families",
    "schedule": 10.0,
    "options": {"expires": 10},
}

# Register extracts hold names; those of closed phases are purged (stages/closing.py).
CELERY_BEAT_SCHEDULE["purge-extracts"] = {
    "task": "stages.purge_extracts",
    "schedule": 3600.0,
    "options": {"expires": 3600},
}

# Register extracts that admins upload lie as private files until a worker has loaded them (matching/snapshots/). Their
# forms are read by the page itself, once it knows who asks, straight into that file.
DTKS_EXTRACT_FOLDER = env.str("DTKS_EXTRACT_FOLDER", str(VAR / "extracts"))
DTKS_EXTRACT_UPLOAD_BYTES = env.int("DTKS_EXTRACT_UPLOAD_BYTES", 2_000_000_000)
DTKS_IMPORT_PROCESSES = env.int("DTKS_IMPORT_PROCESSES", 0)  # that parse a large file; 0: one for each core
DTKS_STREAMED_FORMS = ("/admin/matching/snapshot/add/",)
CELERY_BEAT_SCHEDULE["tend-imports"] = {
    "task": "matching.tend_imports",
    "schedule": 30.0,
    "options": {"expires": 30},
}

# Photos whose upload was given up lie in pieces until their time is over (registration/attachments/uploads.py).
CELERY_BEAT_SCHEDULE["forget-abandoned-uploads"] = {
    "task": "registration.forget_abandoned_uploads",
    "schedule": 3600.0,
    "options": {"expires": 3600},
}
