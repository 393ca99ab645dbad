"""Celery only wakes workers; the work itself is rows in PostgreSQL (docs/adr)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtks_portal.settings.local")

app = Celery("dtks_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("jobs.polling:Polling")  # work is found without a broker, too
