import io

import pytest

from areas.models import Area
from registration.models import Outcome
from registration.stage import Stage
from stages.errors import BadFile, NotAllowed, Refused
from stages.exporting import issue_package
from stages.models import ExportPackage, OutcomeDecision, ReturnedFile, ReturnedRow
from stages.returning import import_returned_file
from tests.people import dewi, rina
from tests.stages.files import csv_of, niks_of, returned
from tests.stages.scenes import JAKARTA_PUSAT, in_siksng, only_family, put_in

pytestmark = pytest.mark.django_db
HEAD = "NIK,STATUS,KETERANGAN"
STRANGER = "9901015708850777"


def package_of(families: int = 1) -> ExportPackage:
    phase = in_siksng(families=families)
    return issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())


def test_every_row_is_reconciled_and_failed_families_are_returned() -> None:
    package = package_of(families=2)
    good, bad = niks_of(package)
    file = returned(package, failed=[bad])
    assert file.row_count == 2
    answers = ReturnedRow.objects.order_by("line").values_list("line", "export_row__line", "accepted", "reason")
    assert list(answers) == [(2, 2, True, ""), (3, 3, False, "NIK tidak padan")]
    rows = package.rows.select_related("family").order_by("line")
    assert [row.family.outcome for row in rows] == [Outcome.SENT, Outcome.RETURNED]
    decision = OutcomeDecision.objects.get(outcome="RETURNED")
    assert (decision.reason_code, decision.reason_data) == ("siksng.failed", {"said": "NIK tidak padan"})
    assert good != bad


def test_a_file_may_answer_a_part_and_another_the_rest() -> None:
    package = package_of(families=2)
    first, second = niks_of(package)
    import_returned_file(package=package, stream=csv_of(HEAD, f"{first},BERHASIL,"), by=dewi())
    with pytest.raises(BadFile) as bad:
        import_returned_file(
            package=package, stream=csv_of(HEAD, f"{first},GAGAL,berubah", f"{second},BERHASIL,"), by=dewi()
        )
    assert [error.line for error in bad.value.errors] == [2]
    import_returned_file(package=package, stream=csv_of(HEAD, f"{second},DITERIMA,"), by=dewi())
    assert package.rows.filter(answer__isnull=True).count() == 0


def test_all_bad_rows_are_reported_by_line_and_nothing_is_kept() -> None:
    package = package_of(families=2)
    first, second = niks_of(package)
    lines = [
        f"{first},BERHASIL,",
        f"{first},BERHASIL,",
        "123,BERHASIL,",
        f"{STRANGER},BERHASIL,",
        f"{second},MUNGKIN,",
    ]
    with pytest.raises(BadFile) as bad:
        import_returned_file(package=package, stream=csv_of(HEAD, *lines), by=dewi())
    assert [error.line for error in bad.value.errors] == [3, 4, 5, 6]
    assert all(first not in str(error) and STRANGER not in str(error) for error in bad.value.errors)
    assert (ReturnedFile.objects.count(), ReturnedRow.objects.count()) == (0, 0)
    assert only_outcomes(package) == {Outcome.SENT}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"NIK,STATUS\n9901015708850777,BERHASIL\n",
        b"NIK,STATUS,KETERANGAN,NIK\n",
        b"NIK,STATUS,KETERANGAN\n",
        b"NIK,STATUS,KETERANGAN\n9901015708850777,BERHASIL\n",
        b"NIK,STATUS,KETERANGAN\n9901015708850777,BERHASIL,\xff\xfe\n",
        b"NIK,STATUS,KETERANGAN\n9901015708850777,BERHASIL,\x00\n",
        b'NIK,STATUS,KETERANGAN\n9901015708850777,"BERHASIL,\n',
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_files_that_are_none_are_refused_with_a_line(content: bytes) -> None:
    package = package_of()
    with pytest.raises(BadFile) as bad:
        import_returned_file(package=package, stream=io.BytesIO(content), by=dewi())
    assert [error.line >= 1 and bool(str(error)) for error in bad.value.errors] == [True]
    assert ReturnedFile.objects.count() == 0


def test_a_failed_row_must_say_why() -> None:
    package = package_of()
    with pytest.raises(BadFile):
        import_returned_file(package=package, stream=csv_of(HEAD, f"{niks_of(package)[0]},GAGAL,"), by=dewi())


def test_semicolons_and_a_byte_order_mark_are_read() -> None:
    package = package_of()
    text = f"\ufeffNo;nik;Status;Keterangan\r\n1;{niks_of(package)[0]};berhasil;\r\n"
    import_returned_file(package=package, stream=io.BytesIO(text.encode()), by=dewi())
    assert ReturnedRow.objects.get().accepted is True


def test_the_same_file_is_imported_once() -> None:
    package = package_of()
    returned(package)
    with pytest.raises(Refused) as refused:
        returned(package)
    assert refused.value.codes == ["imported"]


def test_only_admins_in_their_stage_and_never_for_a_withdrawn_package() -> None:
    package = package_of()
    with pytest.raises(NotAllowed):
        returned(package, by=rina())
    ExportPackage.objects.filter(pk=package.pk).update(withdrawn_at=package.issued_at)
    with pytest.raises(Refused) as refused:
        returned(package)
    assert refused.value.codes == ["withdrawn"]
    put_in(package.phase, Stage.PENETAPAN_DTKS)
    with pytest.raises(Refused) as refused:
        returned(package)
    assert refused.value.codes == ["wrong_stage"]
    assert only_family(package.phase).outcome == Outcome.SENT


def only_outcomes(package: ExportPackage) -> set[str]:
    return {row.family.outcome for row in package.rows.select_related("family")}
