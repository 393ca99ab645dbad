"""Why registration is closed right now, in words."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registration.models import Phase

BUSY_SECONDS = 10


def refusal_text(reason: str, phase: Phase | None) -> str:
    """`reason` is that of NotOpen, or "none" (no phase yet) or "busy"."""
    if phase is None or reason == "none":
        return _("There is no registration phase at the moment. Announcements tell when the next one opens.")
    if reason == "busy":
        return _("Many people are registering at this moment. Nothing is lost: please try again in a few seconds.")
    if reason == "suspended":
        return _("Registration is paused for a short time. What you have typed is kept; please come back later.")
    if reason == "early":
        opens = date_format(timezone.localtime(phase.opens_at), "j F Y H:i")
        return _("Registration for %(phase)s opens on %(when)s.") % {"phase": phase.name, "when": opens}
    closed = date_format(timezone.localtime(phase.closes_at), "j F Y H:i")
    return _("Registration for %(phase)s closed on %(when)s. What you have typed is kept as a draft.") % {
        "phase": phase.name,
        "when": closed,
    }
