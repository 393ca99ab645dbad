"""How the portal is put together: settings, urls, Celery, the page shell."""

from dtks_portal.celery import app as celery_app

__all__ = ["celery_app"]
