"""Housekeeping of the accounts tables."""

from celery import shared_task

from accounts import carrying, codes, leaving, limits, open_sessions, recovery, slips
from accounts.sessions import SessionStore


@shared_task(name="accounts.forget_expired")
def forget_expired() -> None:
    """Remove what has outlived its time: counters, carried forms, codes, sessions, and accounts that were to go."""
    limits.forget_expired()
    carrying.forget_expired()
    recovery.forget_expired()
    codes.forget_expired()
    slips.forget_expired()
    SessionStore.clear_expired()
    open_sessions.forget_ended()
    leaving.erase_due()
