"""Into the portal without the sign-in pages, where a test is about something else."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from accounts.models import User
from tests.journeys.visitor import Portal, Visitor
from tests.live import session_of


def visit_as(portal: Portal, user: User, **options: Any) -> Visitor:
    """A visitor whose browser holds the session cookie of `user`."""
    visitor = portal.visitor(**options)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": portal.url}
    visitor.page.context.add_cookies([cookie])  # type: ignore[list-item]
    return visitor
