import pytest
from django.utils import translation

from assessment.explain import explain, rupiah
from assessment.models import POPULATION_RULE, Finding
from assessment.population import PROBLEMS
from eligibility.rules import RULES
from eligibility.verdicts import Severity, Verdict


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_finding_can_be_explained_in_both_languages(rule, verdict, language):
    finding = Finding(rule_key=rule.key, verdict=verdict, severity=Severity.REVIEW, source="dukcapil")
    with translation.override(language):
        told = explain(finding)
    assert all((told.title, told.what, told.source, told.basis))
    assert bool(told.remedy) == (verdict is not Verdict.CLEAR)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_has_steps_that_repair_it(problem):
    finding = Finding(rule_key=POPULATION_RULE, verdict="unknown", source="dukcapil", detail={"problem": problem})
    told = explain(finding)
    assert all((told.title, told.what, told.remedy))


def test_a_mismatch_names_the_fields_and_never_their_values():
    finding = Finding(
        rule_key=POPULATION_RULE,
        verdict="unknown",
        source="dukcapil",
        detail={"problem": "tidak_padan", "differs": ["name", "birth_date"]},
    )
    with translation.override("en"):
        assert explain(finding).what == (
            "What is written in the registration differs from the population register. Different: name, date of birth."
        )


def test_own_words_and_a_sources_words_are_told_apart():
    with translation.override("en"):
        own = explain(Finding(rule_key="mobil", verdict="excluded", severity="hard", source="pernyataan"))
        claimed = explain(
            Finding(rule_key="mobil", verdict="excluded", severity="review", source="bapenda", detail={"count": 2})
        )
    assert own.what == "You stated that this household owns a car."
    assert claimed.what == (
        "The vehicle tax list carries a car in the name of someone in this household. 2 cars on record."
    )
    assert "object here" in claimed.remedy


@pytest.mark.parametrize(
    ("counting", "said"),
    [
        ("sum", "Counted together: Rp2; the limit is Rp1."),
        ("kk", "Counted together for one KK: Rp2; the limit is Rp1."),
        ("single", "The most valuable object: Rp2; the limit is Rp1."),
    ],
)
def test_what_was_counted_is_said(counting, said):
    detail = {"njop": 2, "limit": 1, "counting": counting}
    with translation.override("en"):
        finding = Finding(rule_key="njop", verdict="excluded", severity="review", source="bapenda", detail=detail)
        assert explain(finding).what.endswith(said)


def test_a_rule_that_never_existed_is_an_error():
    with pytest.raises(KeyError):
        explain(Finding(rule_key="rumah_bagus", verdict="excluded", severity="review", source="x"))


@pytest.mark.parametrize(("amount", "text"), [(0, "Rp0"), (1_250_000_000, "Rp1.250.000.000")])
def test_rupiah(amount, text):
    assert rupiah(amount) == text
