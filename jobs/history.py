"""What people did to a run, in words, from the acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from jobs.models import Run

SHOWN = 50
WORDS: dict[str, Promise] = {
    "jobs.run_started": _("Started"),
    "jobs.run_paused": _("Paused"),
    "jobs.run_resumed": _("Resumed"),
    "jobs.run_aborted": _("Stopped"),
    "jobs.run_signed_off": _("Signed off"),
    "jobs.sign_off_withdrawn": _("Signature withdrawn"),
    "jobs.poison_resolved": _("Rows left without a result"),
    "jobs.poison_retried": _("Rows tried again"),
}


@dataclass(frozen=True)
class Event:
    at: datetime
    what: Promise
    actor_id: UUID | None
    reason: str


def history_of(run: Run) -> list[Event]:
    """The newest acts first, in one query."""
    acts = Act.objects.about(run).filter(verb__in=WORDS).order_by("-id")[:SHOWN]
    return [Event(act.at, WORDS[act.verb], act.actor_id, str(act.data.get("reason", ""))) for act in acts]
