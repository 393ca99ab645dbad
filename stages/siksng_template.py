"""The sheet of proposals for SIKS-NG, as dated data: which columns, in which order, made of what.

Column order as produced by two public village applications. It is not an official template: an operator has to compare
it with the sheet downloaded from SIKS-NG before the first real hand-off. Texts are in capitals, dates dd/mm/yyyy, NIK
and KK numbers are text. The official columns have no place for whether a proposal is new or an update: that stands in
a column of our own after them, under a name that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from areas.models import Area
from registration.codes import Marital, Occupation, Sex
from registration.crosswalk.bdt import disability_code
from registration.models import Family, Household, Member


@dataclass(frozen=True)
class Subject:
    """Everything one row is made of. `areas` are kelurahan, kecamatan, kota and province, in this order."""

    member: Member
    family: Family
    household: Household
    areas: tuple[Area, Area, Area, Area]


# Words of the civil registry (adminduk) for our neutral codes.
MARITAL = {
    Marital.SINGLE: "BELUM KAWIN",
    Marital.MARRIED: "KAWIN",
    Marital.DIVORCED: "CERAI HIDUP",
    Marital.WIDOWED: "CERAI MATI",
}
OCCUPATION = {
    Occupation.NONE: "BELUM/TIDAK BEKERJA",
    Occupation.HOMEMAKER: "MENGURUS RUMAH TANGGA",
    Occupation.STUDENT: "PELAJAR/MAHASISWA",
    Occupation.PENSIONER: "PENSIUNAN",
    Occupation.DAY_LABOURER: "BURUH HARIAN LEPAS",
    Occupation.PRIVATE_EMPLOYEE: "KARYAWAN SWASTA",
    Occupation.CONTRACT_EMPLOYEE: "KARYAWAN HONORER",
    Occupation.TRADER: "PEDAGANG",
    Occupation.SELF_EMPLOYED: "WIRASWASTA",
    Occupation.DRIVER: "SOPIR",
    Occupation.DOMESTIC_WORKER: "PEMBANTU RUMAH TANGGA",
    Occupation.FISHER: "NELAYAN/PERIKANAN",
    Occupation.FARMER: "PETANI/PEKEBUN",
    Occupation.CIVIL_SERVANT: "PEGAWAI NEGERI SIPIL (PNS)",
    Occupation.SOLDIER: "TENTARA NASIONAL INDONESIA (TNI)",
    Occupation.POLICE: "KEPOLISIAN RI (POLRI)",
    Occupation.BUMN_EMPLOYEE: "KARYAWAN BUMN",
    Occupation.BUMD_EMPLOYEE: "KARYAWAN BUMD",
    Occupation.LEGISLATOR: "ANGGOTA LEGISLATIF",
    Occupation.OTHER: "LAINNYA",
}


def _disability(subject: Subject) -> str:
    kinds = subject.member.disability
    return disability_code(kinds) if kinds else ""


def _pregnant(subject: Subject) -> str:
    if subject.member.sex != Sex.FEMALE or subject.member.pregnant is None:
        return ""
    return "YA" if subject.member.pregnant else "TIDAK"


def _pregnant_since(subject: Subject) -> str:
    since = (subject.member.details or {}).get("hamil_sejak")
    return f"{date.fromisoformat(since):%d/%m/%Y}" if since and subject.member.pregnant else ""


def _mother(subject: Subject) -> str:
    return str((subject.member.details or {}).get("ibu_kandung", ""))


def _programmes(subject: Subject) -> str:
    """What the family asks to be proposed for; empty where it left the choice to the office."""
    return ", ".join(key.replace("_", " ") for key in subject.household.programmes)


Cell = Callable[[Subject], str]


@dataclass(frozen=True)
class Template:
    """`columns` pairs each heading of the official sheet with what fills it; `extras` are ours and come after them."""

    code: str
    since: date
    columns: tuple[tuple[str, Cell], ...]
    extras: tuple[tuple[str, Cell], ...] = ()

    @property
    def header(self) -> list[str]:
        return [heading for heading, _cell in (*self.columns, *self.extras)]

    def row(self, subject: Subject) -> list[str]:
        return [cell(subject).upper() for _heading, cell in (*self.columns, *self.extras)]


TEMPLATES = (
    Template(
        code="usulan-2022",
        since=date(2021, 1, 1),
        columns=(
            ("NIK", lambda s: s.member.nik or ""),
            ("PROGRAM BANSOS", _programmes),
            ("NOKK", lambda s: s.family.kk),
            ("NAMA", lambda s: s.member.name),
            ("TEMPAT LAHIR", lambda s: s.member.birth_place),
            ("TANGGAL LAHIR", lambda s: f"{s.member.birth_date:%d/%m/%Y}"),
            ("IBU KANDUNG", _mother),
            ("JENIS KELAMIN", lambda s: s.member.sex),
            ("JENIS PEKERJAAN", lambda s: OCCUPATION[Occupation(s.member.occupation)]),
            ("STATUS KAWIN", lambda s: MARITAL[Marital(s.member.marital)]),
            ("ALAMAT", lambda s: s.household.address),
            ("RT", lambda s: s.household.rt),
            ("RW", lambda s: s.household.rw),
            ("PROVINSI", lambda s: s.areas[3].name),
            ("KABUPATEN", lambda s: s.areas[2].name),
            ("KECAMATAN", lambda s: s.areas[1].name),
            ("KELURAHAN", lambda s: s.areas[0].name),
            ("STATUS DISABILITAS", lambda s: "YA" if s.member.disability else "TIDAK"),
            ("KODE JENIS DISABILITAS", _disability),
            ("STATUS HAMIL", _pregnant),
            ("TGL MULAI HAMIL", _pregnant_since),
        ),
        extras=(("JENIS USULAN (PORTAL)", lambda s: s.household.kind),),
    ),
)


def template_on(day: date) -> Template:
    """The template in force on a day. Raises LookupError before the first one."""
    found = [template for template in TEMPLATES if template.since <= day]
    if not found:
        raise LookupError(f"There is no SIKS-NG template on {day.isoformat()}.")
    return max(found, key=lambda template: template.since)
