"""A household's way through the phase as dated events in words: stages, meeting, findings' decisions, answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from registration.models import Family, Household, Outcome
from registration.stage import Stage
from stages.models import EntryKind, MuskelDecision, OutcomeDecision, StageEntry
from stages.muskel_results import REASON_BY_CODE
from stages.reasons import reason_words


@dataclass(frozen=True)
class Event:
    """One thing that happened. `kind` is "registered", "stage", "muskel", "decision" or "withdrawn"."""

    at: datetime
    kind: str
    title: str
    text: str = ""
    remedy: str = ""


def timeline_for(household: Household) -> list[Event]:
    """Everything that happened to a household's registration, oldest first; four queries.

    A meeting's decision appears once its berita acara is locked. Names of officers and notes of staff are left out.
    """
    families = {family.pk: family for family in household.families.all()}
    events = [*_own(household), *_stages(household), *_meetings(household, families), *_decisions(families)]
    return sorted(events, key=lambda event: event.at)


def _own(household: Household) -> Iterator[Event]:
    if household.submitted_at:
        text = _("Your registration %(reference)s was received.") % {"reference": household.reference}
        yield Event(household.submitted_at, "registered", _("Registered"), text)
    if household.withdrawn_at:
        text = _("The registration was withdrawn.")
        by_another = household.withdrawn_by_id != household.account_id  # then the family reads why
        if household.withdrawal_reason and by_another:
            text = f"{text} {_('Reason given: %(text)s') % {'text': household.withdrawal_reason}}"
        yield Event(household.withdrawn_at, "withdrawn", _("Withdrawn"), text)


def _stages(household: Household) -> Iterator[Event]:
    entries = StageEntry.objects.filter(phase=household.phase_id).order_by("number")
    if household.submitted_at:
        entries = entries.filter(at__gte=household.submitted_at)
    if household.withdrawn_at:
        entries = entries.filter(at__lte=household.withdrawn_at)
    for entry in entries:
        yield Event(entry.at, "stage", _entry_title(entry), _entry_text(entry))


def _entry_title(entry: StageEntry) -> str:
    titles = {
        EntryKind.ADVANCE: _("Stage %(number)d of 11: %(stage)s"),
        EntryKind.REOPEN: _("Back to stage %(number)d: %(stage)s"),
        EntryKind.SUSPEND: _("The phase is suspended"),
        EntryKind.RESUME: _("The phase goes on"),
        EntryKind.EXTEND: _("The closing time of registration has changed"),
        EntryKind.CLOSE: _("The phase is closed"),
    }
    values = {"number": entry.to_stage, "stage": Stage(entry.to_stage).label}
    return titles[EntryKind(entry.kind)] % values


def _entry_text(entry: StageEntry) -> str:
    if entry.kind == EntryKind.EXTEND and entry.data.get("to"):
        moment = timezone.localtime(datetime.fromisoformat(entry.data["to"]))
        return _("Registration closes on %(when)s.") % {"when": moment.strftime("%d-%m-%Y %H:%M")}
    return ""


def _meetings(household: Household, families: dict[UUID, Family]) -> Iterator[Event]:
    rows = MuskelDecision.objects.filter(household=household, muskel__locked_at__isnull=False).exclude(result="")
    for row in rows.select_related("muskel").order_by("line"):
        held = row.muskel.held_on
        at = row.muskel.locked_at
        if at is None:
            continue
        if held is not None:
            noon = timezone.make_aware(datetime.combine(held, time(12)))
            at = min(at, noon)
        words = reason_words(f"muskel.{row.reason}", {}, row.note)
        title = _("Kelurahan meeting (muskel): %(result)s") % {"result": row.get_result_display()}
        text = f"{_family_name(families, row.family_id)}{words.sentence}"
        remedy = "" if REASON_BY_CODE[row.reason].siks_able == 2 else str(words.remedy)
        yield Event(at, "muskel", title, text, remedy)


def _decisions(families: dict[UUID, Family]) -> Iterator[Event]:
    rows = OutcomeDecision.objects.filter(family__in=list(families)).order_by("id")
    for row in rows:
        words = reason_words(row.reason_code, row.reason_data, row.reason_text)
        text = f"{_family_name(families, row.family_id)}{words.sentence}"
        yield Event(row.at, "decision", str(Outcome(row.outcome).label), text, str(words.remedy))


def _family_name(families: dict[UUID, Family], pk: UUID) -> str:
    """Which KK is meant, where the household has several."""
    if len(families) < 2:
        return ""
    return _("KK %(number)d: ") % {"number": families[pk].number}
