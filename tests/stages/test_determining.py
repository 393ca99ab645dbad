import pytest
from django.db import DatabaseError, connection, transaction

from areas.models import Area
from identity.indexes import keyed_indexes
from registration.models import Outcome, Phase
from registration.stage import Stage
from stages import determining, services
from stages.errors import BadFile, NotAllowed, Refused, SamePerson
from stages.exporting import issue_package
from stages.families import UNANSWERED
from stages.models import Determination, DeterminationBatch, OutcomeDecision
from tests.people import agus, dewi, rina
from tests.stages.files import HEADER, csv_of, determinations, determined_line, returned
from tests.stages.scenes import JAKARTA_PUSAT, in_siksng, only_family, person_in, put_in

pytestmark = pytest.mark.django_db
SOMEBODY = "9901015708850777"


def waiting() -> Phase:
    """A phase in stage 11 whose one family has been sent and accepted."""
    phase = in_siksng()
    returned(issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi()))
    return put_in(phase, Stage.PENETAPAN_DTKS)


def load(*lines: str, phase: Phase | None = None) -> DeterminationBatch:
    return determining.import_determinations(
        stream=csv_of(HEADER, *lines), phase=phase, source="Kepmensos 1/2026", by=dewi()
    )


def test_a_determination_belongs_to_no_household_and_holds_no_nik() -> None:
    batch = load(determined_line(SOMEBODY, name="Siti  Aminah"))
    row = Determination.objects.get()
    assert (row.name, str(row.birth_date), row.status) == ("siti aminah", "1988-08-17", "ditetapkan_layak")
    assert (row.programmes, str(row.as_of), row.registry_name, row.batch) == (
        ["PBI JK", "BPNT"],
        "2026-11-15",
        "DTKS",
        batch,
    )
    assert list(Determination.objects.about(keyed_indexes("nik", SOMEBODY))) == [row]
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text || b::text FROM stages_determination d, stages_determinationbatch b")
        assert SOMEBODY not in cursor.fetchone()[0]


def test_names_are_folded_like_those_of_the_register() -> None:
    from identity.names import fold_name

    load(determined_line(SOMEBODY, name="Siti Aminah"))
    assert Determination.objects.get().name == fold_name("siti aminah")


def test_english_column_names_are_understood() -> None:
    header = "nik,nama,tanggal_lahir,status,programmes,as_of"
    stream = csv_of(header, f"{SOMEBODY},BUDI,12/03/1990,ditetapkan_layak,,15/11/2026")
    determining.import_determinations(stream=stream, source="Surat 2", by=dewi())
    assert str(Determination.objects.get().as_of) == "2026-11-15"


def test_the_family_of_a_determined_person_is_determined() -> None:
    phase = waiting()
    determinations(phase)
    assert only_family(phase).outcome == Outcome.DETERMINED
    decision = OutcomeDecision.objects.order_by("-id")[0]
    assert (decision.reason_code, decision.reason_data) == ("ministry.determined", {"as_of": "2026-11-15"})


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("ditetapkan_masalah_data", Outcome.DETERMINED, "ministry.data_problem"),
        ("ditetapkan_tidak_layak", Outcome.DETERMINED, "ministry.ineligible"),
        ("tidak_ditetapkan", Outcome.NOT_DETERMINED, "ministry.refused"),
    ],
)
def test_each_status_means_something_for_the_family(status: str, outcome: Outcome, code: str) -> None:
    phase = waiting()
    determinations(phase, status=status, reason="EXCLUDE PEKERJAAN")
    assert only_family(phase).outcome == outcome
    decision = OutcomeDecision.objects.order_by("-id")[0]
    assert (decision.reason_code, decision.reason_data["said"]) == (code, "EXCLUDE PEKERJAAN")


def test_one_eligible_member_determines_the_family() -> None:
    phase = waiting()
    family = only_family(phase)
    child = person_in(family)
    head = family.members.get(is_head=True)
    load(
        determined_line(head.nik or "", status="tidak_ditetapkan", reason="Data ganda"),
        determined_line(child.nik or ""),
        phase=phase,
    )
    assert only_family(phase).outcome == Outcome.DETERMINED


def test_a_later_list_corrects_an_earlier_one() -> None:
    phase = waiting()
    determinations(phase, status="tidak_ditetapkan", reason="Data ganda")
    determinations(phase)
    assert only_family(phase).outcome == Outcome.DETERMINED
    assert Determination.objects.count() == 2


def test_all_bad_rows_are_reported_by_line_and_nothing_is_kept() -> None:
    good = determined_line(SOMEBODY)
    lines = [
        good,
        "123,BUDI,1990-03-12,ditetapkan_layak,,2026-11-15,",
        good.replace("SITI AMINAH", ""),
        good.replace("1988-08-17", "17 Agustus"),
        good.replace("2026-11-15", "2100-01-01"),
        good.replace("ditetapkan_layak", "layak sekali"),
        good.replace("ditetapkan_layak", "tidak_ditetapkan"),
    ]
    with pytest.raises(BadFile) as bad:
        load(*lines)
    assert [error.line for error in bad.value.errors] == [3, 4, 5, 6, 7, 8]
    assert (Determination.objects.count(), DeterminationBatch.objects.count()) == (0, 0)


def test_the_same_person_twice_is_reported_and_nothing_is_kept() -> None:
    with pytest.raises(BadFile) as bad:
        load(determined_line(SOMEBODY), determined_line("9901015708850778"), determined_line(SOMEBODY))
    assert [error.line for error in bad.value.errors] == [4]
    assert "2" in str(bad.value.errors[0])
    assert (Determination.objects.count(), DeterminationBatch.objects.count()) == (0, 0)


def test_a_file_without_rows_or_source_or_a_second_time_is_refused() -> None:
    with pytest.raises(BadFile):
        load()
    load(determined_line(SOMEBODY))
    with pytest.raises(Refused) as refused:
        load(determined_line(SOMEBODY))
    assert refused.value.codes == ["imported"]
    with pytest.raises(Refused) as refused:
        determining.import_determinations(stream=csv_of(HEADER), source=" ", by=dewi())
    assert refused.value.codes == ["no_source"]


def test_only_admins_and_only_in_stage_eleven() -> None:
    with pytest.raises(NotAllowed):
        determinations(None, niks=[SOMEBODY], by=rina())
    with pytest.raises(Refused) as refused:
        determinations(in_siksng(), niks=[SOMEBODY])
    assert refused.value.codes == ["wrong_stage"]


def check_settling_takes_a_second_person() -> None:
    phase = waiting()
    determinations(phase, niks=[SOMEBODY], by=dewi())
    with pytest.raises(SamePerson):
        determining.settle_absent(phase=phase, by=dewi())
    assert only_family(phase).outcome == Outcome.SENT


def test_settling_takes_a_second_person() -> None:
    check_settling_takes_a_second_person()


def test_without_the_check_one_person_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(determining, "refuse_importer", lambda batch, by: None)
    with pytest.raises(pytest.fail.Exception):
        check_settling_takes_a_second_person()


def test_settling_names_the_list_and_its_day() -> None:
    phase = waiting()
    determinations(phase, niks=[SOMEBODY])
    assert determining.settle_absent(phase=phase, by=agus()) == 1
    decision = OutcomeDecision.objects.order_by("-id")[0]
    assert (decision.outcome, decision.reason_code, decision.reason_data) == (
        "NOT_DETERMINED",
        "ministry.not_on_list",
        {"as_of": "2026-11-15"},
    )


def sent_again() -> Phase:
    """A phase in stage 11 that has been back in stage 10 since the ministry's lists were imported."""
    phase = waiting()
    determinations(phase, status="tidak_ditetapkan", reason="Data ganda")
    determinations(phase)
    asked = services.request_reopen(
        phase=phase,
        by=dewi(),
        expected=Stage.PENETAPAN_DTKS,
        to_stage=Stage.INPUT_SIKSNG,
        reason="Berkas tertukar",
    )
    services.reopen(request=asked, by=agus())
    phase.refresh_from_db()
    returned(issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi()))
    return put_in(phase, Stage.PENETAPAN_DTKS)


def check_a_family_sent_again_gets_the_answer_of_the_list_that_names_it() -> None:
    phase = sent_again()
    assert only_family(phase).outcome == Outcome.SENT
    with pytest.raises(Refused) as refused:
        determinations(phase)
    assert refused.value.codes == ["imported"]
    before = OutcomeDecision.objects.count()
    assert determining.settle_absent(phase=phase, by=agus()) == 0
    assert (only_family(phase).outcome, OutcomeDecision.objects.count()) == (Outcome.DETERMINED, before + 1)
    newest = DeterminationBatch.objects.order_by("-imported_at")[0]
    assert OutcomeDecision.objects.order_by("-id")[0].source == f"batch:{newest.pk}"


def test_a_family_sent_again_gets_the_answer_of_the_list_that_names_it() -> None:
    check_a_family_sent_again_gets_the_answer_of_the_list_that_names_it()


def test_without_the_replay_it_would_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    replayed = determining._apply
    monkeypatch.setattr(determining, "_apply", lambda *about, to: replayed(*about, to=to) if to != UNANSWERED else 0)
    with pytest.raises(AssertionError):
        check_a_family_sent_again_gets_the_answer_of_the_list_that_names_it()


def test_nothing_is_settled_before_a_list_is_there() -> None:
    with pytest.raises(Refused) as refused:
        determining.settle_absent(phase=waiting(), by=agus())
    assert refused.value.codes == ["no_determination"]


def test_determinations_are_kept_for_good() -> None:
    load(determined_line(SOMEBODY))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE stages_determination SET status = 'ditetapkan_tidak_layak', reason = 'x'")
