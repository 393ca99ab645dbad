"""The files handed to SIKS-NG: made once, sealed in the database, every issue and download recorded."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from audit.services import record
from registration.models import Member, Outcome, Phase
from registration.stage import Stage
from stages import phase_row
from stages.errors import NotAllowed, Reason, Refused
from stages.models import (
    DecisionKind,
    ExportPackage,
    ExportRow,
    TargetEntry,
    TargetList,
    TargetState,
)
from stages.outcomes import Ruling, decide
from stages.permissions import may_steer
from stages.siksng_template import Subject, Template, template_on

if TYPE_CHECKING:
    from accounts.models import User

# A spreadsheet takes a cell that begins with one of these for a formula; the last four are full-width forms.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")

FILE_ORDER = (
    "household__kelurahan_id",
    "household__rw",
    "household__rt",
    "household__reference",
    "family__number",
    "number",
)


def neutral(cell: str) -> str:
    """The cell, with an apostrophe before it if a spreadsheet could take it for a formula."""
    bare = cell.lstrip(" \u00a0\u200b\ufeff")
    return f"'{cell}" if bare.startswith(FORMULA_STARTS) else cell


@transaction.atomic
def issue_package(*, phase: Phase, kota: Area, by: User) -> ExportPackage:
    """Make the next file of a kota or kabupaten: all of its DST first, later the rows of families that came back.

    The families count as sent. Members without a NIK cannot be proposed and are left out. Raises Refused when the list
    is not confirmed or nothing is left to send.
    """
    held = phase_row.share_phase_for_bulk(phase.pk)
    if not may_steer(by):
        raise NotAllowed
    phase_row.require_stage(held, Stage.INPUT_SIKSNG)
    target = TargetList.objects.select_for_update().filter(phase=held, kota=kota, state=TargetState.CONFIRMED).first()
    if target is None:
        raise Refused([Reason("not_confirmed", _("The target list of this kota has not been confirmed."))])
    members = list(members_to_send(target))
    if not members:
        raise Refused([Reason("nothing_to_send", _("Nothing is left to send for this kota."))])
    template = template_on(held.rules_on)
    package = _store(held, kota, target, template, members, by)
    ExportRow.objects.bulk_create(
        [
            ExportRow(package=package, line=line, family_id=member.family_id, member=member)
            for line, member in enumerate(members, start=2)
        ],
        batch_size=2_000,
    )
    families = dict.fromkeys(member.family_id for member in members)
    rulings = [Ruling(pk, Outcome.SENT, "siksng.sent") for pk in families]
    decide(rulings=rulings, kind=DecisionKind.HAND_OFF, by=by, source=f"package:{package.pk}")
    _record(by, "stages.issue_package", package)
    return package


def members_to_send(target: TargetList) -> QuerySet[Member]:
    """People of the families on a confirmed list that wait to be sent, in the order of the file."""
    listed = TargetEntry.objects.filter(target_list=target, included=True, family=OuterRef("family"))
    return (
        Member.objects.filter(
            Exists(listed),
            nik_index__isnull=False,
            family__outcome__in=(Outcome.IN_DST, Outcome.RETURNED),
            household__withdrawn_at__isnull=True,
        )
        .select_related("family", "household__kelurahan__parent__parent__parent")
        .order_by(*FILE_ORDER)
    )


def _store(
    phase: Phase, kota: Area, target: TargetList, template: Template, members: list[Member], by: User
) -> ExportPackage:
    content = write_file(template, members)
    last = ExportPackage.objects.filter(phase=phase, kota=kota).order_by("-number").first()
    package = ExportPackage(
        phase=phase,
        kota=kota,
        target_list=target,
        number=last.number + 1 if last else 1,
        template=template.code,
        row_count=len(members),
        sha256=hashlib.sha256(content).hexdigest(),
        issued_by=by,
    )
    package.hold(content)
    package.save(force_insert=True)
    return package


def write_file(template: Template, members: list[Member]) -> bytes:
    """The file: UTF-8 CSV, every cell quoted, no cell that a spreadsheet would run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(template.header)
    for subject in _subjects(members):
        writer.writerow([neutral(cell) for cell in template.row(subject)])
    return out.getvalue().encode("utf-8")


def _subjects(members: list[Member]) -> Iterator[Subject]:
    for member in members:
        kelurahan = member.household.kelurahan
        kecamatan = kelurahan.parent
        kota = kecamatan.parent if kecamatan else None
        province = kota.parent if kota else None
        if kecamatan is None or kota is None or province is None:
            raise Refused([Reason("areas_missing", _("The list of areas has not been loaded."))])
        yield Subject(member, member.family, member.household, (kelurahan, kecamatan, kota, province))


@transaction.atomic
def download_package(*, package: ExportPackage, by: User) -> bytes:
    """The file in the clear, for an admin; the download is recorded with who, what and how many rows."""
    if not may_steer(by):
        raise NotAllowed
    content = package.open()
    _record(by, "stages.download_package", package)
    return content


def _record(by: User, verb: str, package: ExportPackage) -> None:
    data = {"rows": package.row_count, "sha256": package.sha256, "number": package.number}
    record(by=by, verb=verb, subject=package, area_code=package.kota_id, data=data)
