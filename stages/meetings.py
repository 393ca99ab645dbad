"""What an officer does with the meeting of a kelurahan: write it down, decide row by row, lock it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from audit.services import record
from registration.models import Phase
from registration.stage import Stage
from stages import phase_row
from stages.errors import Blocked, NotAllowed, Reason, Refused, Stale
from stages.models import Muskel, MuskelDecision, MuskelLock
from stages.muskel_results import CHOOSABLE, SPTJM_REASON
from stages.permissions import may_hold

if TYPE_CHECKING:
    from accounts.models import User

DETAILS = ("basis", "held_on", "place", "chair", "attendance", "attendees", "sptjm_number", "sptjm_reason")
CHOICES = {reason.code: reason for reason in CHOOSABLE}


@dataclass(frozen=True)
class RowDecision:
    """One row as the officer left it. `version` is that of the row when the page was made; no reason: undecided."""

    row_id: int
    version: int
    reason: str
    note: str = ""


@dataclass(frozen=True)
class Saved:
    """`overtaken` are ids of rows somebody else had changed since; they keep what that person decided."""

    count: int
    overtaken: tuple[int, ...]


def hold_meeting(muskel: Muskel, by: User) -> Muskel:
    """The meeting's row, locked, in a phase that is in the muskel stage. Raises NotAllowed or Refused."""
    phase = phase_row.share_phase(muskel.phase_id)
    held = Muskel.objects.select_for_update(of=("self",)).select_related("kelurahan", "phase").get(pk=muskel.pk)
    if not may_hold(by, held):
        raise NotAllowed("other_kelurahan", _("Only the officers of this kelurahan may do this."))
    phase_row.require_stage(phase, Stage.MUSKEL)
    refuse_locked(held)
    return held


def refuse_locked(muskel: Muskel) -> None:
    if muskel.is_locked:
        raise Refused([Reason("locked", _("This meeting is locked. It can be changed only if two admins reopen it."))])


@transaction.atomic
def save_meeting(*, muskel: Muskel, by: User, version: int, details: Mapping[str, Any]) -> Muskel:
    """Write date, people and basis of the meeting (the names of DETAILS). Raises Stale if somebody else just has."""
    held = hold_meeting(muskel, by)
    if held.version != version:
        raise Stale
    for name in DETAILS:
        setattr(held, name, details[name])
    held.version = F("version") + 1
    held.save(update_fields=[*DETAILS, "version"])
    held.refresh_from_db()
    record(by=by, verb="stages.save_meeting", subject=held, area_code=held.kelurahan_id)
    return held


@transaction.atomic
def decide_rows(*, muskel: Muskel, by: User, rows: Sequence[RowDecision]) -> Saved:
    """Save the rows that have changed. A row somebody else changed since the page was made is not overwritten."""
    held = hold_meeting(muskel, by)
    wanted = {row.row_id: row for row in rows}
    current = MuskelDecision.objects.select_for_update().filter(muskel=held, pk__in=wanted).order_by("pk")
    now = phase_row.database_now()
    changed, overtaken = [], []
    for row in current:
        typed = wanted[row.pk]
        if (row.reason, row.note) == (typed.reason, typed.note):
            continue
        if row.version != typed.version:
            overtaken.append(row.pk)
            continue
        _put(row, typed, by, now)
        changed.append(row)
    MuskelDecision.objects.bulk_update(
        changed, ["result", "reason", "note", "decided_at", "decided_by", "version"], batch_size=200
    )
    if changed:
        data = {"rows": len(changed), "results": Counter(row.result or "-" for row in changed)}
        record(by=by, verb="stages.decide_rows", subject=held, area_code=held.kelurahan_id, data=data)
    return Saved(len(changed), tuple(overtaken))


def _put(row: MuskelDecision, typed: RowDecision, by: User, now: Any) -> None:
    if not typed.reason:
        row.result, row.reason, row.note, row.decided_at, row.decided_by = "", "", "", None, None
    else:
        reason = CHOICES.get(typed.reason)
        if reason is None or (reason.needs_note and not typed.note.strip()):
            raise Refused([Reason("bad_row", _("Choose a reason from the list, and write the note it asks for."))])
        row.result, row.reason, row.note = reason.result, reason.code, typed.note.strip()
        row.decided_at, row.decided_by = now, by
    row.version += 1


def lock_hindrances(muskel: Muskel, *, today: date) -> list[Reason]:
    """What is missing before the meeting can be locked; empty when nothing is."""
    reasons = []
    if muskel.held_on is None or not muskel.chair:
        reasons.append(Reason("no_details", _("Date and chair of the meeting have not been written down.")))
    if muskel.held_on is not None and muskel.held_on > today:
        reasons.append(Reason("in_future", _("The date of the meeting lies in the future.")))
    if muskel.is_sptjm:
        if not muskel.sptjm_number or not muskel.sptjm_reason:
            reasons.append(Reason("no_sptjm", _("Number of the SPTJM and the reason for it are missing.")))
        return reasons
    if (muskel.attendance or 0) < muskel.quorum:
        text = _("Present: %(present)d. The quorum of this phase is %(quorum)d people.")
        values = {"present": muskel.attendance or 0, "quorum": muskel.quorum}
        reasons.append(Reason("no_quorum", text % values))
    if left := muskel.decisions.standing().undecided().count():
        text = ngettext_lazy("%(count)d family is undecided.", "%(count)d families are undecided.", "count")
        reasons.append(Reason("undecided", text % {"count": left}))
    return reasons


@transaction.atomic
def lock_meeting(*, muskel: Muskel, by: User) -> MuskelLock:
    """Lock the meeting: afterwards nothing of it changes. Under an SPTJM, what is undecided is taken over as in need.

    Raises Blocked with what is missing.
    """
    held = hold_meeting(muskel, by)
    now = phase_row.database_now()
    if reasons := lock_hindrances(held, today=timezone.localdate(now)):
        raise Blocked(reasons)
    if held.is_sptjm:
        held.decisions.undecided().update(
            result=SPTJM_REASON.result,
            reason=SPTJM_REASON.code,
            decided_at=now,
            decided_by=by,
            version=F("version") + 1,
        )
    held.locked_at, held.locked_by, held.version = now, by, held.version + 1
    held.save(update_fields=["locked_at", "locked_by", "version"])
    lock = MuskelLock.objects.create(muskel=held, by=by, counts=result_counts(held), checksum=checksum_of(held))
    record(
        by=by,
        verb="stages.lock_meeting",
        subject=held,
        area_code=held.kelurahan_id,
        data={"counts": lock.counts, "checksum": lock.checksum},
    )
    muskel.refresh_from_db()
    return lock


def result_counts(muskel: Muskel) -> dict[str, int]:
    """Families per result ("" for undecided), withdrawn ones left out."""
    rows = muskel.decisions.standing().order_by().values("result").annotate(families=Count("pk"))
    return {row["result"]: row["families"] for row in rows}


def checksum_of(muskel: Muskel) -> str:
    """SHA-256 over line, family, result and reason of every row, in the order of the lines."""
    digest = hashlib.sha256()
    rows = muskel.decisions.order_by("line").values_list("line", "family_id", "result", "reason")
    for row in rows.iterator(chunk_size=2_000):
        digest.update(("|".join(str(value) for value in row) + "\n").encode())
    return digest.hexdigest()


def with_progress(meetings: QuerySet[Muskel]) -> QuerySet[Muskel]:
    """Meetings with `families` and `families_decided`, in one query."""
    standing = Q(decisions__family__household__withdrawn_at__isnull=True)
    return meetings.annotate(
        families=Count("decisions", filter=standing),
        families_decided=Count("decisions", filter=standing & ~Q(decisions__result="")),
    )


def meeting_progress(phase: Phase) -> QuerySet[Muskel]:
    """Every kelurahan's meeting of a phase with its progress, for the control room."""
    return with_progress(Muskel.objects.filter(phase=phase).select_related("kelurahan")).order_by("kelurahan")
