"""What the web server runs: no query outlasts a person's patience, and a role with too many rights is refused."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtks_portal.settings.local")
os.environ.setdefault("DTKS_STATEMENT_TIMEOUT_MS", "4500")
application = get_wsgi_application()

from dtks_portal.role_check import refuse_powerful_role  # noqa: E402  needs the settings

refuse_powerful_role()
