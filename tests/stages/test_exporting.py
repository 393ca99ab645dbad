import csv
import hashlib
import io
from datetime import date

import pytest

from areas.models import Area
from audit.models import Act
from identity.sealing import SealError
from registration.models import Household, Outcome
from registration.models.household import Kind
from registration.stage import Stage
from stages import exporting
from stages.errors import NotAllowed, Refused
from stages.models import ExportPackage
from stages.siksng_template import MARITAL, OCCUPATION, TEMPLATES, template_on
from tests.people import agus, dewi, rina
from tests.stages.files import niks_of, returned
from tests.stages.scenes import (
    JAKARTA_PUSAT,
    hold,
    in_muskel,
    in_siksng,
    listed,
    meeting_of,
    only_family,
    person_in,
    put_in,
)

pytestmark = pytest.mark.django_db
HEADER = [
    "NIK", "PROGRAM BANSOS", "NOKK", "NAMA", "TEMPAT LAHIR", "TANGGAL LAHIR", "IBU KANDUNG", "JENIS KELAMIN",
    "JENIS PEKERJAAN", "STATUS KAWIN", "ALAMAT", "RT", "RW", "PROVINSI", "KABUPATEN", "KECAMATAN", "KELURAHAN",
    "STATUS DISABILITAS", "KODE JENIS DISABILITAS", "STATUS HAMIL", "TGL MULAI HAMIL", "JENIS USULAN (PORTAL)",
]  # fmt: skip


def issue(phase: object) -> ExportPackage:
    return exporting.issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())  # type: ignore[arg-type]


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_file_has_the_columns_of_the_proposal_sheet_in_their_order() -> None:
    phase = in_siksng()
    family = only_family(phase)
    member = family.members.get()
    member.name, member.birth_place = "Siti Aminah", "Jakarta"
    member.details = {"disabilitas": ["rungu", "wicara"], "hamil": "tidak"}
    member.save()
    header, row = rows_of(issue(phase).open())
    assert header == HEADER
    assert dict(zip(header, row, strict=True)) == {
        "NIK": member.nik,
        "PROGRAM BANSOS": "",
        "NOKK": family.kk,
        "NAMA": "SITI AMINAH",
        "TEMPAT LAHIR": "JAKARTA",
        "TANGGAL LAHIR": "17/08/1988",
        "IBU KANDUNG": "",
        "JENIS KELAMIN": "P",
        "JENIS PEKERJAAN": "BELUM/TIDAK BEKERJA",
        "STATUS KAWIN": "BELUM KAWIN",
        "ALAMAT": "JALAN CONTOH 1",
        "RT": "001",
        "RW": "002",
        "PROVINSI": Area.objects.get(pk="31").name.upper(),
        "KABUPATEN": Area.objects.get(pk="31.71").name.upper(),
        "KECAMATAN": "GAMBIR",
        "KELURAHAN": "GAMBIR",
        "STATUS DISABILITAS": "YA",
        "KODE JENIS DISABILITAS": "4",
        "STATUS HAMIL": "TIDAK",
        "TGL MULAI HAMIL": "",
        "JENIS USULAN (PORTAL)": "BARU",
    }


def test_an_update_is_told_from_a_new_entry_in_a_column_after_the_official_ones() -> None:
    phase = in_siksng()
    Household.objects.filter(phase=phase).update(kind=Kind.UPDATE)
    header, row = rows_of(issue(phase).open())
    assert (header[-1], row[-1]) == ("JENIS USULAN (PORTAL)", "PEMUTAKHIRAN")
    assert header[:-1] == [heading for heading, _cell in template_on(phase.rules_on).columns]


def test_the_package_is_sealed_and_its_checksum_is_that_of_the_file() -> None:
    package = issue(in_siksng())
    plain = package.open()
    assert hashlib.sha256(plain).hexdigest() == package.sha256
    nik = niks_of(package)[0]
    package.refresh_from_db()
    assert nik.encode() in plain
    assert nik.encode() not in bytes(package.content)
    other = ExportPackage(content=package.content)
    with pytest.raises(SealError):
        other.open()


def test_issue_and_download_are_recorded_with_who_what_and_how_many_rows() -> None:
    package = issue(in_siksng())
    assert exporting.download_package(package=package, by=agus()) == package.open()
    acts = Act.objects.filter(subject_id=str(package.pk)).order_by("id")
    assert [(act.verb, act.actor_id, act.data["rows"], act.data["sha256"]) for act in acts] == [
        ("stages.issue_package", dewi().pk, 1, package.sha256),
        ("stages.download_package", agus().pk, 1, package.sha256),
    ]
    with pytest.raises(NotAllowed):
        exporting.download_package(package=package, by=rina())


@pytest.mark.parametrize(
    "cell", ["=1+1", "+62", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u200b=cmd", "＝1", "＋1", "＠x", "|calc", "%0"]
)
def test_cells_that_could_be_formulas_are_neutralised(cell: str) -> None:
    assert exporting.neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "SITI", "JL. MAWAR NO. 1-2", "3171011708880001", "A=B"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert exporting.neutral(cell) == cell


def check_no_formula_leaves() -> None:
    phase = in_siksng()
    household = only_family(phase).household
    household.address = '=HYPERLINK("http://contoh.id","klik")'
    household.save()
    _header, row = rows_of(issue(phase).open())
    assert [cell for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


def test_no_formula_leaves() -> None:
    check_no_formula_leaves()


def test_without_the_guard_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "neutral", lambda cell: cell)
    with pytest.raises(AssertionError):
        check_no_formula_leaves()


def test_families_count_as_sent_and_infants_without_nik_are_left_out() -> None:
    phase = in_muskel()
    family = only_family(phase)
    person_in(family, nik=None, name="Bayi", birth_date=date(2026, 10, 1))
    hold(meeting_of(phase))
    listed(phase)
    package = issue(put_in(phase, Stage.INPUT_SIKSNG))
    assert (package.row_count, package.rows.get().line, only_family(phase).outcome) == (1, 2, Outcome.SENT)


def test_a_second_file_holds_what_came_back() -> None:
    phase = in_siksng(families=2)
    first = issue(phase)
    with pytest.raises(Refused) as refused:
        issue(phase)
    assert refused.value.codes == ["nothing_to_send"]
    bad = niks_of(first)[0]
    returned(first, failed=[bad])
    second = issue(phase)
    assert (second.number, niks_of(second)) == (2, [bad])


def test_a_list_must_be_confirmed_and_the_stage_right() -> None:
    phase = in_muskel()
    hold(meeting_of(phase))
    with pytest.raises(Refused) as refused:
        issue(phase)
    assert refused.value.codes == ["wrong_stage"]
    with pytest.raises(Refused) as refused:
        issue(put_in(phase, Stage.INPUT_SIKSNG))
    assert refused.value.codes == ["not_confirmed"]
    with pytest.raises(NotAllowed):
        exporting.issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=rina())


def test_the_name_of_a_file_names_nobody() -> None:
    package = issue(in_siksng())
    assert package.file_name == "siks-ng-tahap-uji-31.71-01.csv"


def test_the_template_is_dated_and_covers_every_code() -> None:
    from registration.codes import Disability, Marital, Occupation
    from registration.crosswalk.bdt import IMPAIRMENTS

    assert template_on(date(2022, 5, 9)) is TEMPLATES[0]
    with pytest.raises(LookupError):
        template_on(date(2020, 1, 1))
    assert set(MARITAL) == set(Marital)
    assert set(OCCUPATION) == set(Occupation)
    assert {kind for kinds in IMPAIRMENTS for kind in kinds} == {kind.value for kind in Disability}
