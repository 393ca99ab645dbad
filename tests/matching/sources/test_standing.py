"""Whoever is about to ask a register sees how it stands: whether it answers, the hits left, the answers kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from matching.comparing import sides_of
from matching.models import PersonVerdict, RegisterAnswer, RegisterBreaker
from matching.sources import breaker, budget
from matching.sources.configured import NotConfigured, service_for
from matching.sources.standing import facts_of_asking, facts_of_extract, facts_of_register, name_of
from matching.vocabulary import Source, SourceKind
from registration.models import Phase
from tests.matching.sources.registers import point_at
from tests.matching.test_population import mixed, snapshot_of
from tests.matching.town import settle
from tests.people import siti

pytestmark = pytest.mark.django_db
WEB = SourceKind.WEB_SERVICE


@pytest.fixture(autouse=True)
def _english_and_configured(settings: Settings) -> Iterator[None]:
    point_at(settings, 443, budget=5000, scheme="https")
    with translation.override("en"):
        yield


def told(kind: SourceKind = WEB) -> dict[str, str]:
    return {fact.label: fact.value for fact in facts_of_register(kind)}


def test_a_register_that_nobody_has_asked_yet() -> None:
    assert told() == {
        "Register": "Dukcapil's web service",
        "State of the register": "answers",
        "Hits left today": "5,000 of 5,000",
    }


def test_hits_are_counted_by_the_database_s_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "standing_today", lambda kind: (1200, False))
    assert told()["Hits left today"] == "3,800 of 5,000"
    monkeypatch.setattr(budget, "standing_today", lambda kind: (6000, False))
    assert told()["Hits left today"] == "0 of 5,000"
    monkeypatch.setattr(budget, "standing_today", lambda kind: (3, True))
    assert told()["Hits left today"] == "none: the register says that today's quota is used up"


def test_a_register_that_fails_is_said_to() -> None:
    RegisterBreaker.objects.create(kind=WEB, failures=2)
    assert told()["State of the register"] == "answers; the last 2 calls failed"
    RegisterBreaker.objects.update(retry_at=budget.in_seconds(breaker.PAUSE_SECONDS))
    assert told()["State of the register"].startswith("does not answer; left alone until ")
    RegisterBreaker.objects.update(retry_at=budget.in_seconds(-1))
    assert told()["State of the register"] == "did not answer of late; the next call tries it"


def test_what_is_not_configured_says_what_is_missing(settings: Settings) -> None:
    del settings.DTKS_REGISTERS["web_service"]["ip"]
    assert told() == {
        "Register": "Dukcapil's web service",
        "State of the register": "cannot be asked: these are missing: ip",
    }


def test_why_a_register_cannot_be_asked_is_said_in_the_language_of_the_page(settings: Settings) -> None:
    del settings.DTKS_REGISTERS["web_service"]["ip"]
    with translation.override("id"):
        reason = translation.gettext("these are missing: %(names)s") % {"names": "ip"}
        said = translation.gettext("cannot be asked: %(reason)s") % {"reason": reason}
        assert told()[translation.gettext("State of the register")] == said


def test_answers_that_are_kept_have_their_days(phase: Phase) -> None:
    settle(phase, 4, owner=siti())
    about = {fact.label: fact.value for fact in facts_of_asking(WEB, phase)}
    assert (about["People of this phase"], about["Answers kept"]) == ("4, one hit for each", "none")
    for n, day in enumerate(("2026-11-01", "2026-11-03")):
        RegisterAnswer.objects.create(
            kind=WEB, key=bytes(16), asked=bytes([n] * 16), value="padan", answered_at=f"{day}T05:00:00+07:00",
            expires_at=budget.in_seconds(60),
        )  # fmt: skip
    about = {fact.label: fact.value for fact in facts_of_asking(WEB, phase)}
    assert about["Answers kept"].startswith("2, as of Nov. 1, 2026 to Nov. 3, 2026")


def test_the_extract_that_would_be_read_is_named(phase: Phase, tmp_path: Path) -> None:
    (fact,) = facts_of_extract(Source.POPULATION, phase)
    assert (fact.value, fact.address) == (
        "none is loaded for this phase: upload one",
        "/en/admin/matching/snapshot/add/",
    )
    snapshot = snapshot_of(mixed(3), tmp_path)
    (fact,) = facts_of_extract(Source.POPULATION, phase)
    assert (fact.value.startswith(f"{snapshot.row_count} rows, as of "), str(snapshot.pk) in fact.address) == (
        True,
        True,
    )


def test_made_up_registers_are_called_so(settings: Settings) -> None:
    settings.DTKS_REGISTERS_ARE_SIMULATED = True
    assert name_of(WEB) == "Dukcapil's web service: SIMULATOR, made-up people"
    assert name_of(SourceKind.SNAPSHOT) == "an extract"


def test_a_demo_asks_its_own_machine_without_a_seal_and_no_other(settings: Settings) -> None:
    settings.DTKS_DEMO = True
    point_at(settings, 443)
    settings.DEBUG = False
    assert service_for(WEB).place.is_sealed is False
    settings.DTKS_REGISTER_HOSTS = ["dukcapil.example"]
    settings.DTKS_REGISTERS["web_service"]["url"] = "http://dukcapil.example/x"
    with pytest.raises(NotConfigured, match="HTTPS"):
        service_for(WEB)
    point_at(settings, 443)
    settings.DEBUG = settings.DTKS_DEMO = False
    with pytest.raises(NotConfigured, match="HTTPS"):
        service_for(WEB)


def test_a_person_who_checks_sees_what_the_register_answered(phase: Phase) -> None:
    (member,) = settle(phase, 1, owner=siti())
    fields = {"name": {"result": "Sesuai", "score": 97}, "sex": {"result": "Tidak Sesuai"}}
    verdict = PersonVerdict(member=member, source="population", fields=fields, register_status="meninggal")
    sides = {side.label: (side.theirs, side.differs) for side in sides_of(verdict)}
    assert (sides["name"], sides["sex"], sides["date of birth"]) == (
        ("the same (97)", False), ("another one", True), ("–", False)
    )  # fmt: skip
    assert sides["status in the register"] == ("Deceased", False)
    assert member.name in [side.ours for side in sides_of(verdict)]
