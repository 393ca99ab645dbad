"""What SIKS-NG gave back for a package: every line is reconciled with an exported row, or nothing is taken over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from identity.free_text import hide_numbers
from identity.indexes import keyed_index
from identity.nik import InvalidNik, parse_nik
from registration.models import Outcome
from registration.stage import Stage
from stages import phase_row
from stages.csv_files import MAX_ERRORS, read_rows, sha256_of
from stages.errors import BadFile, NotAllowed, Reason, Refused, RowError
from stages.models import DecisionKind, ExportPackage, ExportRow, ReturnedFile, ReturnedRow
from stages.outcomes import Ruling, decide
from stages.permissions import may_steer

if TYPE_CHECKING:
    from accounts.models import User

COLUMNS = ("nik", "status", "keterangan")
ACCEPTED = {"BERHASIL", "DITERIMA", "SUKSES"}
FAILED = {"GAGAL", "DITOLAK"}
MAX_REASON = 300


@transaction.atomic
def import_returned_file(*, package: ExportPackage, stream: IO[bytes], by: User) -> ReturnedFile:
    """Take over the answers in a returned file (columns NIK, STATUS, KETERANGAN; others are ignored).

    Each exported row gets one answer; a file may answer a part of them. Families with a failed row count as returned.
    Raises BadFile with the lines that are wrong, and Refused for a file imported before; nothing is kept then.
    """
    phase = phase_row.share_phase_for_bulk(package.phase_id)
    if not may_steer(by):
        raise NotAllowed
    phase_row.require_stage(phase, Stage.INPUT_SIKSNG)
    held = ExportPackage.objects.select_for_update().get(pk=package.pk)
    if held.withdrawn_at is not None:
        raise Refused([Reason("withdrawn", _("This package was withdrawn when the phase went back."))])
    checksum = sha256_of(stream)
    if ReturnedFile.objects.filter(package=held, sha256=checksum).exists():
        raise Refused([Reason("imported", _("This file has been imported already."))])
    answers = _read(stream, _rows_by_index(held), phase.index_key_id)
    file = ReturnedFile.objects.create(package=held, sha256=checksum, row_count=len(answers), imported_by=by)
    for answer in answers:
        answer.file = file
    ReturnedRow.objects.bulk_create(answers, batch_size=2_000)
    decide(rulings=_rulings(answers), kind=DecisionKind.RETURN, by=by, source=f"returned_file:{file.pk}")
    data = {"rows": len(answers), "failed": sum(not answer.accepted for answer in answers), "sha256": checksum}
    record(by=by, verb="stages.import_returned_file", subject=held, area_code=held.kota_id, data=data)
    return file


def _rows_by_index(package: ExportPackage) -> dict[bytes, ExportRow]:
    rows = package.rows.select_related("member", "answer")
    return {bytes(row.member.nik_index): row for row in rows if row.member.nik_index is not None}


def _read(stream: IO[bytes], rows: dict[bytes, ExportRow], index_key_id: str) -> list[ReturnedRow]:
    answers: list[ReturnedRow] = []
    errors: list[RowError] = []
    line_of: dict[int, int] = {}
    for line, cells in read_rows(stream, required=COLUMNS):
        answer = _answer(line, cells, rows, index_key_id, line_of)
        if isinstance(answer, RowError):
            errors.append(answer)
            if len(errors) >= MAX_ERRORS:
                break
        else:
            answers.append(answer)
    if not answers and not errors:
        errors = [RowError(1, _("The file holds no rows."))]
    if errors:
        raise BadFile(errors)
    return answers


def _answer(
    line: int, cells: dict[str, str], rows: dict[bytes, ExportRow], index_key_id: str, line_of: dict[int, int]
) -> ReturnedRow | RowError:
    try:
        nik = parse_nik(cells["nik"].lstrip("'"))
    except InvalidNik:
        return RowError(line, _("The NIK is not valid."))
    row = rows.get(keyed_index("nik", nik.digits, key_id=index_key_id))
    status, reason = cells["status"].upper(), hide_numbers(cells["keterangan"])[:MAX_REASON]
    if row is None:
        return RowError(line, _("This NIK is not in the package."))
    if row.pk in line_of:
        return RowError(line, _("This NIK is already on line %(line)d.") % {"line": line_of[row.pk]})
    line_of[row.pk] = line
    if hasattr(row, "answer"):
        return RowError(line, _("This row has been answered by an earlier file."))
    if status not in ACCEPTED | FAILED:
        return RowError(line, _("The status must be BERHASIL or GAGAL."))
    if status in FAILED and not reason:
        return RowError(line, _("A failed row needs its reason in KETERANGAN."))
    return ReturnedRow(export_row=row, line=line, accepted=status in ACCEPTED, reason=reason)


def _rulings(answers: list[ReturnedRow]) -> Iterator[Ruling]:
    """Families with a failed row are returned, with the first reason; accepted ones stay as they are."""
    failed: dict[UUID, str] = {}
    for answer in answers:
        if not answer.accepted:
            failed.setdefault(answer.export_row.family_id, answer.reason)
    for family_id, reason in failed.items():
        yield Ruling(family_id, Outcome.RETURNED, "siksng.failed", {"said": reason})
