"""How long a session lasts: long for citizens, who lose what they typed otherwise; short for staff, who see others."""

import time
from datetime import timedelta

from django.http import HttpRequest

CITIZEN_SESSION = timedelta(days=14)
STAFF_SESSION = timedelta(hours=8)  # from the sign-in on
STAFF_IDLE = timedelta(hours=1)  # without opening a page
NOTE_EVERY = timedelta(minutes=5)  # a session is written for its activity no more often than this

BEGAN = "began_at"
ACTIVE = "active_at"


def begin(request: HttpRequest, *, is_staff: bool) -> None:
    """Set the length of the session that has just been signed in."""
    length = STAFF_SESSION if is_staff else CITIZEN_SESSION
    request.session.set_expiry(int(length.total_seconds()))
    request.session[BEGAN] = request.session[ACTIVE] = int(time.time())


def is_over(request: HttpRequest) -> bool:
    """Whether a staff session has lasted, or rested, too long. One without a beginning is over."""
    now = time.time()
    began, active = request.session.get(BEGAN), request.session.get(ACTIVE)
    if not isinstance(began, int) or not isinstance(active, int):
        return True
    return now - began > STAFF_SESSION.total_seconds() or now - active > STAFF_IDLE.total_seconds()


def note_activity(request: HttpRequest) -> None:
    now = int(time.time())
    if now - int(request.session[ACTIVE]) > NOTE_EVERY.total_seconds():
        request.session[ACTIVE] = now
