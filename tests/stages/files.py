"""Files as SIKS-NG and the ministry would give them back, for a phase of the tests."""

from __future__ import annotations

import io
from collections.abc import Sequence

from accounts.models import User
from registration.models import Member, Phase
from stages.determining import import_determinations
from stages.models import DeterminationBatch, ExportPackage, ReturnedFile
from stages.returning import import_returned_file
from tests.people import dewi

HEADER = "nik,nama,tanggal_lahir,status,program,per_tanggal,alasan"


def csv_of(*lines: str) -> io.BytesIO:
    return io.BytesIO(("\n".join(lines) + "\n").encode())


def niks_of(package: ExportPackage) -> list[str]:
    return [row.member.nik or "" for row in package.rows.select_related("member").order_by("line")]


def returned(package: ExportPackage, *, failed: Sequence[str] = (), by: User | None = None) -> ReturnedFile:
    """Import an answer to every row: accepted, or failed for the NIKs in `failed`."""
    lines = ["NIK,STATUS,KETERANGAN"]
    for nik in niks_of(package):
        lines.append(f"{nik},GAGAL,NIK tidak padan" if nik in failed else f"{nik},BERHASIL,")
    return import_returned_file(package=package, stream=csv_of(*lines), by=by or dewi())


def determined_line(nik: str, *, status: str = "ditetapkan_layak", reason: str = "", name: str = "SITI AMINAH") -> str:
    return f"{nik},{name},1988-08-17,{status},PBI JK;BPNT,2026-11-15,{reason}"


def determinations(
    phase: Phase | None,
    *,
    niks: Sequence[str] | None = None,
    status: str = "ditetapkan_layak",
    reason: str = "",
    by: User | None = None,
) -> DeterminationBatch:
    """Import a list that names these NIKs (everybody of the phase unless told otherwise)."""
    if niks is None:
        niks = [member.nik or "" for member in Member.objects.filter(phase=phase)]
    lines = [determined_line(nik, status=status, reason=reason) for nik in niks]
    return import_determinations(stream=csv_of(HEADER, *lines), phase=phase, source="Kepmensos 1/2026", by=by or dewi())
