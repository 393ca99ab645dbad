"""Importing the ministry's list, and what it means for the families of a phase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.services import record
from identity.free_text import hide_numbers
from identity.indexes import current_index_key_id, keyed_index
from identity.names import fold_name
from identity.nik import InvalidNik, parse_nik
from registration.models import Member, Outcome, Phase
from registration.stage import Stage
from stages import phase_row
from stages.csv_files import MAX_ERRORS, read_rows, sha256_of
from stages.errors import BadFile, NotAllowed, Reason, Refused, RowError
from stages.families import UNANSWERED, standing_families, unanswered_families
from stages.models import DecisionKind, Determination, DeterminationBatch, DeterminationStatus
from stages.models.determination import POSITIVE
from stages.outcomes import Ruling, decide, in_chunks
from stages.permissions import may_steer, require_second_person

if TYPE_CHECKING:
    from accounts.models import User

COLUMNS = ("nik", "nama", "tanggal_lahir", "status", "program", "per_tanggal", "alasan")
ALIASES = {"programmes": "program", "programs": "program", "as_of": "per_tanggal", "reason": "alasan"}
REQUIRED = COLUMNS[:6]
CHUNK = 5_000
S = DeterminationStatus
# What the weightiest status among a family's members means for the family, in this order.
MEANING = (
    (S.DATA_PROBLEM, Outcome.DETERMINED, "ministry.data_problem"),
    (S.ELIGIBLE, Outcome.DETERMINED, "ministry.determined"),
    (S.INELIGIBLE, Outcome.DETERMINED, "ministry.ineligible"),
    (S.REFUSED, Outcome.NOT_DETERMINED, "ministry.refused"),
)


@transaction.atomic
def import_determinations(
    *, stream: IO[bytes], source: str, by: User, phase: Phase | None = None, registry_name: str = ""
) -> DeterminationBatch:
    """Take over a list (columns in COLUMNS, `alasan` may be missing) as determinations that belong to no household.

    With a phase (in stage 11) its sent families become determined or not determined. Raises BadFile with the lines that
    are wrong, and Refused for a list imported before; nothing of it is visible then.
    """
    if not may_steer(by):
        raise NotAllowed
    held = None
    if phase is not None:
        held = phase_row.share_phase_for_bulk(phase.pk)
        phase_row.require_stage(held, Stage.PENETAPAN_DTKS)
    if not source.strip():
        raise Refused([Reason("no_source", _("Write down the decree or letter the list came with."))])
    checksum = sha256_of(stream)
    if DeterminationBatch.objects.filter(sha256=checksum).exists():
        raise Refused([Reason("imported", _("This file has been imported already."))])
    batch = DeterminationBatch(
        phase=held,
        registry_name=registry_name or (held.registry_name if held else "DTKS"),
        source=source.strip(),
        sha256=checksum,
        row_count=0,
        index_key_id=held.index_key_id if held else current_index_key_id(),
        imported_by=by,
    )
    _load(stream, batch)
    if held is not None:
        _apply(held, batch, by, to=(*UNANSWERED, Outcome.DETERMINED, Outcome.NOT_DETERMINED))
    data = {"rows": batch.row_count, "sha256": checksum, "phase": held.pk if held else None}
    record(by=by, verb="stages.import_determinations", subject=batch, data=data)
    return batch


def _load(stream: IO[bytes], batch: DeterminationBatch) -> None:
    """Write the rows, then the batch they belong to (its row is written once, with its count)."""
    errors: list[RowError] = []
    today = timezone.localdate(phase_row.database_now())
    batch.row_count = sum(1 for _row in _parsed(stream, batch, errors, today=today))
    if not batch.row_count and not errors:
        errors.append(RowError(1, _("The file holds no rows.")))
    if errors:
        raise BadFile(errors)
    batch.save(force_insert=True)
    stream.seek(0)
    rows = _parsed(stream, batch, errors, today=today)
    for chunk in in_chunks(rows, CHUNK):
        Determination.objects.bulk_create(chunk)
    if doubled := _doubled(batch):
        raise BadFile(doubled)


def _parsed(
    stream: IO[bytes], batch: DeterminationBatch, errors: list[RowError], *, today: date
) -> Iterator[Determination]:
    for line, cells in read_rows(stream, required=REQUIRED, aliases=ALIASES):
        row = _determination(line, cells, batch, today)
        if isinstance(row, RowError):
            errors.append(row)
            if len(errors) >= MAX_ERRORS:
                return
        else:
            yield row


def _determination(
    line: int, cells: dict[str, str], batch: DeterminationBatch, today: date
) -> Determination | RowError:
    try:
        nik = parse_nik(cells["nik"].lstrip("'"))
    except InvalidNik:
        return RowError(line, _("The NIK is not valid."))
    name = fold_name(cells["nama"])
    if not name or len(name) > 100:
        return RowError(line, _("The name is empty or too long."))
    born, as_of = _day(cells["tanggal_lahir"]), _day(cells["per_tanggal"])
    if born is None or as_of is None:
        return RowError(line, _("Write dates as 2022-12-31 or 31/12/2022."))
    if as_of > today or born > as_of:
        return RowError(line, _("A date lies in the future, or the date of birth after the date of the list."))
    status = cells["status"].lower().replace(" ", "_")
    if status not in S.values:
        return RowError(line, _("The status must be one of: %(values)s.") % {"values": ", ".join(S.values)})
    programmes = [part.strip()[:40] for part in cells["program"].replace("|", ";").split(";") if part.strip()]
    reason = hide_numbers(cells.get("alasan", ""))[:300]
    if status not in POSITIVE and not reason:
        return RowError(line, _("This status needs its reason in the column alasan."))
    return Determination(
        batch=batch,
        line=line,
        nik_index=keyed_index("nik", nik.digits, key_id=batch.index_key_id),
        name=name,
        birth_date=born,
        status=status,
        programmes=programmes,
        reason=reason,
        as_of=as_of,
        registry_name=batch.registry_name,
        source=batch.source,
    )


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _doubled(batch: DeterminationBatch) -> list[RowError]:
    rows = (
        Determination.objects.filter(batch=batch)
        .order_by()
        .values("nik_index")
        .annotate(times=Count("pk"), first=Min("line"), last=Max("line"))
        .filter(times__gt=1)
    )
    text = _("This NIK is already on line %(line)d.")
    return [RowError(row["last"], text % {"line": row["first"]}) for row in rows[:MAX_ERRORS]]


def _apply(phase: Phase, batch: DeterminationBatch, by: User, *, to: Sequence[Outcome]) -> int:
    """Decide what a list says about the families with these outcomes; returns how many it names."""
    rulings = _rulings(phase, batch, to)
    return decide(rulings=rulings, kind=DecisionKind.DETERMINATION, by=by, source=f"batch:{batch.pk}")


def _rulings(phase: Phase, batch: DeterminationBatch, outcomes: Sequence[Outcome]) -> Iterator[Ruling]:
    """What the list says about the phase's families with these outcomes: one ruling for each family it names."""
    families = standing_families(phase).filter(outcome__in=outcomes).order_by("pk").values_list("pk", flat=True)
    for ids in in_chunks(families.iterator(chunk_size=1_000), 1_000):
        members = Member.objects.filter(family__in=ids, nik_index__isnull=False).values_list("nik_index", "family_id")
        family_of = {bytes(index): family_id for index, family_id in members if index is not None}
        said: dict[UUID, list[Determination]] = {}
        for row in Determination.objects.filter(batch=batch, nik_index__in=list(family_of)).order_by("line"):
            said.setdefault(family_of[bytes(row.nik_index)], []).append(row)
        for family_id, rows in said.items():
            yield _ruling(family_id, rows)


def _ruling(family_id: UUID, rows: list[Determination]) -> Ruling:
    for status, outcome, code in MEANING:
        for row in rows:
            if row.status == status:
                data: dict[str, Any] = {"as_of": row.as_of.isoformat()}
                if row.reason:
                    data["said"] = row.reason
                return Ruling(family_id, outcome, code, data)
    raise AssertionError(f"A status of family {family_id} has no meaning.")


@transaction.atomic
def settle_absent(*, phase: Phase, by: User) -> int:
    """Decide "not determined" for the sent families none of the ministry's lists names; returns their number.

    Families that a list of this phase names, but that were sent again after the phase had gone back, first get that
    list's answer: it is still true, and the same file cannot be imported twice. It concerns many families at once, so
    it takes another person than the one who imported the list (SamePerson).
    """
    held = phase_row.share_phase_for_bulk(phase.pk)
    if not may_steer(by):
        raise NotAllowed
    phase_row.require_stage(held, Stage.PENETAPAN_DTKS)
    batches = list(DeterminationBatch.objects.filter(phase=held).order_by("-imported_at", "-pk"))
    if not batches:
        raise Refused([Reason("no_determination", _("The ministry's list has not been imported."))])
    batch = batches[0]
    refuse_importer(batch, by)
    # The newest list first: what it leaves open falls to the one before, so the latest word stands, said once.
    named = sum(_apply(held, one, by, to=UNANSWERED) for one in batches)
    as_of = batch.determinations.aggregate(day=Max("as_of"))["day"]
    ids = list(unanswered_families(held).values_list("pk", flat=True))
    data = {"as_of": as_of.isoformat()}
    rulings = [Ruling(pk, Outcome.NOT_DETERMINED, "ministry.not_on_list", data) for pk in ids]
    count = decide(rulings=rulings, kind=DecisionKind.DETERMINATION, by=by, source=f"batch:{batch.pk}")
    about = {"families": count, "named": named, "batch": str(batch.pk)}
    record(by=by, verb="stages.settle_absent", subject=held, data=about)
    return count


def refuse_importer(batch: DeterminationBatch, by: User) -> None:
    require_second_person(batch.imported_by_id, by)
