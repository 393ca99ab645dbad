"""Housekeeping of the registration tables."""

from celery import shared_task

from registration.attachments import uploads


@shared_task(name="registration.forget_abandoned_uploads")
def forget_abandoned_uploads() -> None:
    """Delete uploads of photos whose time is over, with what arrived of them."""
    uploads.forget_abandoned_uploads()
