"""C1: what the status check says, and that every miss is the same page after the same work."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import LimitCounter
from assessment.models import Finding
from identity.indexes import keyed_indexes
from public import status
from registration.models import Family, Household, Member, Phase
from registration.stage import Stage
from stages.models import Registry
from tests.public.registry import NIK, TYPED, check_status, determine, open_phase, register, solved, withdraw

Check = Callable[..., HttpResponse]
OTHER = "9901015708850999"
LIVE = {  # what is really there, by the name of the miss it must look like
    "unknown": "9901015708850011",
    "withdrawn": "9901015708850012",
    "opted_out": "9901015708850013",
    "opted_out_and_listed": "9901015708850014",
    "refused": "9901015708850015",
    "draft": "9901015708850016",
    "other_code": "9901015708850017",
}
MISSES: dict[str, dict[str, str]] = {
    "wrong_name": {"name": "Siti Aminoh"},
    "wrong_date": {"birth_date_day": "18"},
    **{name: {"nik": nik} for name, nik in LIVE.items()},
}
MISSES["other_code"] |= {"reference": "JKT-2222-2222"}


@pytest.fixture
def phase(db: None) -> Phase:
    return open_phase()


@pytest.fixture
def everybody(phase: Phase) -> None:
    register(phase)
    withdraw(register(phase, nik=LIVE["withdrawn"]))
    register(phase, nik=LIVE["opted_out"], opted_out=True)
    register(phase, nik=LIVE["opted_out_and_listed"], opted_out=True)
    determine(nik=LIVE["opted_out_and_listed"])
    determine(nik=LIVE["refused"], status="tidak_ditetapkan", reason="NIK tidak aktif")
    register(phase, nik=LIVE["draft"], submitted_at=None, submitted_by=None)
    register(phase, nik=LIVE["other_code"])


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_registered_person_hears_the_stage_and_nothing_else(phase: Phase, check: Check) -> None:
    member = register(phase)
    text = text_of(check(name="siti  aminah", birth_date_day="17"))
    assert "Tahap II 2026" in text
    assert member.household.reference not in text
    assert [secret for secret in ("Aminah", "AMINAH", NIK, "Jalan Contoh", "Gambir", "1985") if secret in text] == []


def test_a_person_on_the_ministrys_list_is_found_without_any_registration(db: None, check: Check) -> None:
    determine()
    text = text_of(check())
    assert "DTKS" in text
    assert "PKH" not in text
    assert "layak" not in text


def test_a_person_may_be_both_listed_and_registered_anew(phase: Phase, check: Check) -> None:
    determine()
    register(phase)
    text = text_of(check())
    assert ("Tahap II 2026" in text, "1 November 2026" in text) == (True, True)


def test_the_newest_registration_counts(phase: Phase, check: Check) -> None:
    register(phase)
    register(open_phase(name="Tahap III 2026", stage=Stage.SOSIALISASI))
    text = text_of(check())
    assert ("Tahap III 2026" in text, "Tahap II 2026" in text) == (True, False)


def test_leaving_the_check_in_one_phase_does_not_hide_the_next(phase: Phase, check: Check) -> None:
    register(phase, opted_out=True)
    register(open_phase(name="Tahap III 2026"))
    assert "Tahap III 2026" in text_of(check())


def test_the_newest_list_of_the_ministry_counts(db: None, check: Check) -> None:
    determine(as_of=date(2026, 5, 1))
    determine(status="tidak_ditetapkan", reason="Meninggal", as_of=date(2026, 11, 1))
    assert "1 Mei 2026" not in text_of(check())


def answers_to_misses(client: Client) -> dict[str, tuple[int, str]]:
    found = {}
    for name, typed in MISSES.items():
        LimitCounter.objects.all().delete()  # the same name and date in all of them would use up its tries
        response = check_status(client, **typed)
        found[name] = response.status_code, text_of(response)
    return found


def check_misses_look_alike(client: Client) -> None:
    answers = answers_to_misses(client)
    assert {name: answer for name, answer in answers.items() if answer != answers["unknown"]} == {}


@pytest.mark.usefixtures("everybody")
def test_every_miss_is_the_same_page(client: Client) -> None:
    check_misses_look_alike(client)
    assert "Tahap II 2026" not in answers_to_misses(client)["unknown"][1]


def _ignoring_dates(members: list[Any], claim: status.Claim) -> list[Any]:
    return [member for member in members if member.name.upper() == claim.name.upper()]


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("flaw", "target", "value"),
    [
        ("a withdrawal is overlooked", (Household, "is_withdrawn"), property(lambda household: False)),
        ("an opt-out is overlooked", (Household, "opted_out"), False),
        ("the date is not compared", (status, "_matching_members"), _ignoring_dates),
        ("names need not be equal", (status, "_joined"), lambda name: ""),
    ],
)
def test_a_miss_that_looks_different_is_noticed(
    client: Client, monkeypatch: pytest.MonkeyPatch, flaw: str, target: tuple[Any, str], value: Any
) -> None:
    if target[1] == "opted_out":
        Household.objects.update(opted_out=value)
    else:
        monkeypatch.setattr(*target, value)
    with pytest.raises(AssertionError):
        check_misses_look_alike(client)


def work_of(typed: dict[str, str]) -> list[str]:
    """The statements of one look-up with their values taken out."""
    claim = _claim(**typed)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        status.look_up(claim)
    return [re.sub(r"'[^']*'(::\w+)?", "?", query["sql"]) for query in queries.captured_queries]


def _claim(**typed: str) -> status.Claim:
    about = {**TYPED, **typed}
    born = date(1985, 8, int(about["birth_date_day"]))
    return status.Claim(about["nik"], about["name"], born, about["reference"])


def check_misses_do_the_same_work() -> None:
    expected = work_of(MISSES["unknown"])
    assert len(expected) == 2
    assert {name: work for name, typed in MISSES.items() if (work := work_of(typed)) != expected} == {}


@pytest.mark.usefixtures("everybody")
def test_every_miss_does_the_same_work() -> None:
    check_misses_do_the_same_work()


@pytest.mark.usefixtures("everybody")
def test_a_shortcut_for_unknown_numbers_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = status.look_up

    def hurried(claim: status.Claim) -> status.Answer | None:
        known = Member.objects.filter(nik_index__in=keyed_indexes("nik", claim.nik)).exists()
        return honest(claim) if known else None

    monkeypatch.setattr(status, "look_up", hurried)
    with pytest.raises(AssertionError):
        check_misses_do_the_same_work()


@pytest.mark.usefixtures("everybody")
def test_every_miss_compares_as_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    honest = status._joined

    def counted(name: str) -> str:
        compared.append(name)
        return honest(name)

    monkeypatch.setattr(status, "_joined", counted)

    def comparisons(typed: dict[str, str]) -> int:
        compared.clear()
        status.look_up(_claim(**typed))
        return len(compared)

    assert {name: comparisons(typed) for name, typed in MISSES.items()} == dict.fromkeys(MISSES, 5)


def test_programmes_stay_closed_until_a_registry_publishes_them(phase: Phase, check: Check) -> None:
    determine()
    unknown, closed_row = text_of(check()), Registry.objects.create(name="DTKS")
    closed = text_of(check())
    closed_row.publishes_programmes, closed_row.legal_basis = True, "Peraturan contoh"
    closed_row.save()
    opened = text_of(check())
    assert ("PKH" in unknown, "PKH" in closed, "PKH" in opened) == (False, False, True)


def test_a_registry_publishes_only_for_itself(phase: Phase, check: Check) -> None:
    Registry.objects.create(name="DTSEN", publishes_programmes=True, legal_basis="Peraturan contoh")
    determine()
    assert "PKH" not in text_of(check())


def test_publishing_does_not_open_a_miss(phase: Phase, client: Client) -> None:
    Registry.objects.create(name="DTKS", publishes_programmes=True, legal_basis="Peraturan contoh")
    determine(nik=LIVE["refused"], status="tidak_ditetapkan", reason="NIK tidak aktif")
    determine(nik=LIVE["opted_out_and_listed"])
    register(phase, nik=LIVE["opted_out_and_listed"], opted_out=True)
    check_misses_look_alike(client)
    check_misses_do_the_same_work()


def test_publishing_needs_a_legal_basis(db: None) -> None:
    with pytest.raises(IntegrityError):
        Registry.objects.create(name="DTKS", publishes_programmes=True)


def test_the_receipt_code_opens_the_standing(phase: Phase, check: Check) -> None:
    member = register(phase)
    determine()
    without, with_code = text_of(check()), text_of(check(reference=member.household.reference.lower()))
    assert ("PKH" in without, "PKH" in with_code) == (False, True)
    assert "Kepmensos contoh" in with_code


def test_the_reference_code_opens_what_was_found_and_the_way_out(phase: Phase, client: Client) -> None:
    member = register(phase)
    neighbour = Family.objects.create(household=member.household, number=2, kk="9901010101200999", kk_index=b"2" * 16)
    find(member, rule_key="mobil", source="bapenda")
    find(member, rule_key="njop", source="bapenda", family=neighbour)
    find(member, rule_key="air_kemasan", source="pernyataan", verdict="clear")
    typed = {**TYPED, **solved(client), "reference": member.household.reference}
    text = " ".join(client.post("/en/cek-status/", typed).content.decode().split())
    assert [title for title in ("Owning a car", "NJOP", "bottled") if title in text] == ["Owning a car"]
    assert "1 October 2026" in text
    assert "object here" in text


def find(
    member: Member, *, rule_key: str, source: str, verdict: str = "excluded", family: Family | None = None
) -> None:
    Finding.objects.create(
        run_id=uuid4(),
        household=member.household,
        family=family or member.family,
        rule_key=rule_key,
        rule_version="2022-05-09",
        verdict=verdict,
        severity="review",
        source=source,
        source_date=date(2026, 10, 1),
    )


def test_nothing_personal_stands_in_an_address_or_a_cookie(phase: Phase, client: Client) -> None:
    register(phase)
    response = check_status(client)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert set(client.cookies) <= {"csrftoken"}


def test_an_address_with_a_nik_fills_in_nothing(client: Client, db: None) -> None:
    assert NIK not in text_of(client.get("/cek-status/", {"nik": NIK}))  # type: ignore[arg-type]


def test_a_new_picture_keeps_what_was_typed_and_checks_nothing(client: Client, db: None) -> None:
    text = text_of(check_status(client, new_picture="1", nik="3171", name="Siti <b>"))
    assert [value for value in ('value="3171"', "Siti &lt;b&gt;", 'value="1985"') if value not in text] == []
    assert 'role="alert"' not in text


def test_mistakes_stand_beside_their_fields_and_what_was_typed_stays(check: Check, db: None) -> None:
    text = text_of(check(nik="3171", birth_date_year="85", reference="JKT"))
    assert re.findall(r'id="id_(\w+)_error"', text) == ["nik", "birth_date", "reference"]
    assert [value for value in ('value="3171"', 'value="85"', 'value="JKT"') if value not in text] == []


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "９９０１０１５７０８８５０００１", "1" * 5000, "‮", "<script>"])
@pytest.mark.parametrize("field", ["nik", "name", "birth_date_year", "reference", "captcha_0", "captcha_1"])
def test_odd_characters_never_break_the_page(client: Client, db: None, field: str, odd: str) -> None:
    body = urlencode({**TYPED, **solved(client), field: odd}, errors="surrogatepass")
    response = client.post("/cek-status/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 400)
