"""Where somebody is signed in, as a list of one's own, and ending one of them or all others."""

from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from accounts import services
from accounts.models import OpenSession, User
from audit.services import record

MOST_SHOWN = 50

# What a browser says of itself, in the order to look for: others carry the names of those below them.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("UCBrowser", "UC Browser"),
    ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("KAIOS", "KaiOS"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """As much of a browser as its owner needs to recognise it, such as "Chrome, Android"; "" if nothing is known."""
    named = [next((name for token, name in names if token in user_agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in named if name)


def note(request: HttpRequest, user: User) -> OpenSession | None:
    """Remember the present session of `user`; None if it has not been stored."""
    key = request.session.session_key
    if key is None:
        return None
    device = device_of(request.headers.get("User-Agent", ""))
    row, _is_new = OpenSession.objects.update_or_create(session_key=key, defaults={"user": user, "device": device})
    return row


def open_sessions_of(user: User, request: HttpRequest) -> tuple[OpenSession | None, list[OpenSession]]:
    """The present session, and the others, the newest first."""
    rows = list(OpenSession.objects.alive().filter(user=user)[:MOST_SHOWN])
    present = next((row for row in rows if row.session_key == request.session.session_key), None)
    return present or note(request, user), [row for row in rows if row is not present]


@transaction.atomic
def end_one(*, user: User, open_session_id: UUID, by: User) -> bool:
    """End one session of the user; False if it is not theirs or has ended."""
    row = OpenSession.objects.select_for_update().filter(user=user, pk=open_session_id).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    record(by=by, verb="accounts.end_session", subject=user)
    return True


@transaction.atomic
def end_others(*, user: User, keep: str | None, by: User) -> None:
    """End every session but the one with the key `keep`, whose caller renews its hash; also those not on the list."""
    services.end_sessions(user=user)
    others = OpenSession.objects.filter(user=user).exclude(session_key=keep or "")
    Session.objects.filter(session_key__in=list(others.values_list("session_key", flat=True))).delete()
    others.delete()
    record(by=by, verb="accounts.end_other_sessions", subject=user)


def forget_ended() -> int:
    """Remove rows whose session is gone; returns how many."""
    session = Session.objects.filter(session_key=OuterRef("session_key"))
    deleted, _per_model = OpenSession.objects.filter(~Exists(session)).delete()
    return deleted
