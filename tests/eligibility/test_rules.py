"""Every rule, every verdict; and what the rules must never do."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from eligibility.facts import CarFact, CommunityFact, DomicileFact, HouseholdFacts, LandFact, PersonFacts, Source
from eligibility.judgements import counted_njop
from eligibility.limits import NoValueYet
from eligibility.questions import QUESTIONS
from eligibility.rules import (
    RULE_BY_KEY,
    RULES,
    _result,
    affected_kks,
    evaluate,
    evaluate_statements,
    hard_stops,
    questions_on,
    rule_set,
)
from eligibility.verdicts import RuleResult, Scope, Severity, Verdict

DAY = date(2024, 11, 1)
SEEN = date(2024, 10, 20)
BILLION = 1_000_000_000
FINE = {
    "ktp_dki": "ya",
    "domisili_dki": "ya",
    "pegawai_tetap": "tidak",
    "mobil": "tidak",
    "njop": "tidak",
    "air_kemasan": "tidak",
}
SITI = PersonFacts(
    ref="siti",
    kk_ref="kk1",
    population_value="padan",
    population_as_of=SEEN,
    ktp_area="31.71.01.1001",
    kk_occupation="BURUH HARIAN LEPAS",
    assets_checked=True,
    assets_as_of=SEEN,
)
BUDI = replace(SITI, ref="budi", kk_ref="kk2")
FACTS = replace(HouseholdFacts.from_declarations(FINE, declared_on=SEEN), people=(SITI, BUDI))


def answering(**answers: str | None) -> HouseholdFacts:
    return replace(FACTS, declarations={**FINE, **answers})


def with_siti(**changes: object) -> HouseholdFacts:
    return replace(FACTS, people=(replace(SITI, **changes), BUDI))  # type: ignore[arg-type]


POOR = (CommunityFact("kk1", True, SEEN), CommunityFact("kk2", True, SEEN))

# (rule, verdict) → facts that give it. Every rule needs one per verdict; a missing one fails the walk below.
CASES: dict[tuple[str, Verdict], HouseholdFacts] = {
    ("ktp_non_dki", Verdict.CLEAR): FACTS,
    ("ktp_non_dki", Verdict.EXCLUDED): with_siti(ktp_area="32.75.01.1001"),
    ("ktp_non_dki", Verdict.UNKNOWN): with_siti(population_value="layanan_tidak_tersedia", ktp_area=None),
    ("domisili_luar_dki", Verdict.CLEAR): FACTS,
    ("domisili_luar_dki", Verdict.EXCLUDED): replace(FACTS, domicile=(DomicileFact(False, as_of=SEEN),)),
    ("domisili_luar_dki", Verdict.UNKNOWN): replace(FACTS, domicile=(DomicileFact(None, as_of=SEEN),)),
    ("pegawai_tetap", Verdict.CLEAR): FACTS,
    ("pegawai_tetap", Verdict.EXCLUDED): with_siti(kk_occupation="PEGAWAI NEGERI SIPIL (PNS)"),
    ("pegawai_tetap", Verdict.UNKNOWN): answering(pegawai_tetap=None),
    ("mobil", Verdict.CLEAR): FACTS,
    ("mobil", Verdict.EXCLUDED): replace(FACTS, cars=(CarFact("siti", as_of=SEEN),)),
    ("mobil", Verdict.UNKNOWN): with_siti(assets_checked=None),
    ("njop", Verdict.CLEAR): replace(FACTS, land=(LandFact("siti", BILLION, as_of=SEEN),)),
    ("njop", Verdict.EXCLUDED): replace(FACTS, land=(LandFact("siti", BILLION + 1, as_of=SEEN),)),
    ("njop", Verdict.UNKNOWN): replace(FACTS, land=(LandFact("siti", None, as_of=SEEN),)),
    ("air_kemasan", Verdict.CLEAR): FACTS,
    ("air_kemasan", Verdict.EXCLUDED): answering(air_kemasan="ya"),
    ("air_kemasan", Verdict.UNKNOWN): answering(air_kemasan=None),
    ("tidak_miskin", Verdict.CLEAR): replace(FACTS, community=POOR),
    ("tidak_miskin", Verdict.EXCLUDED): replace(FACTS, community=(POOR[0], CommunityFact("kk2", False, SEEN))),
    ("tidak_miskin", Verdict.UNKNOWN): FACTS,
}


def results_of(key: str, facts: HouseholdFacts, on: date = DAY) -> list[RuleResult]:
    return [result for result in evaluate(facts, on) if result.rule.key == key]


def overall(key: str, facts: HouseholdFacts, on: date = DAY) -> Verdict:
    """Of all subjects: excluded if any is, else unknown if any is, else clear."""
    verdicts = {result.verdict for result in results_of(key, facts, on)}
    return next(v for v in (Verdict.EXCLUDED, Verdict.UNKNOWN, Verdict.CLEAR) if v in verdicts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
@pytest.mark.parametrize("verdict", Verdict)
def test_every_rule_has_a_case_for_each_verdict(rule, verdict):
    assert overall(rule.key, CASES[rule.key, verdict]) == verdict


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
@pytest.mark.parametrize("taken_for", [Verdict.CLEAR, Verdict.EXCLUDED])
def test_mutant_unknown_taken_for_another_verdict_turns_the_walk_red(rule, taken_for, monkeypatch):
    def decide(rule, claim, *, stated):
        verdict = taken_for if claim.verdict is Verdict.UNKNOWN else claim.verdict
        return _result(rule, replace(claim, verdict=verdict), stated=stated)

    monkeypatch.setattr("eligibility.rules._result", decide)
    with pytest.raises(AssertionError):
        test_every_rule_has_a_case_for_each_verdict(rule, Verdict.UNKNOWN)


def test_the_table_is_the_published_list_in_its_order():
    assert [(rule.number, rule.key) for rule in RULES] == [
        (1, "ktp_non_dki"),
        (2, "domisili_luar_dki"),
        (3, "pegawai_tetap"),
        (4, "mobil"),
        (5, "njop"),
        (6, "air_kemasan"),
        (7, "tidak_miskin"),
    ]
    assert all(rule.basis and rule.texts.remedy_stated and rule.texts.remedy_claimed for rule in RULES)


def test_each_question_belongs_to_its_rule_and_only_the_muskel_decides_the_seventh():
    assert {q.key: q.rule_key for q in QUESTIONS} == {r.question_key: r.key for r in RULES if r.question_key}
    assert RULE_BY_KEY["tidak_miskin"].question is None
    assert RULE_BY_KEY["tidak_miskin"].severity == Severity.REVIEW


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2021, 6, 7), ["pegawai_tetap", "mobil", "njop", "air_kemasan", "tidak_miskin"]),
        (date(2022, 1, 30), ["pegawai_tetap", "mobil", "njop", "air_kemasan", "tidak_miskin"]),
        (date(2022, 1, 31), ["ktp_non_dki", "pegawai_tetap", "mobil", "njop", "air_kemasan", "tidak_miskin"]),
        (date(2022, 5, 9), [rule.key for rule in RULES]),
    ],
)
def test_five_rules_in_2021_six_in_january_2022_seven_in_may(day, keys):
    assert [rule.key for rule in rule_set(day).rules] == keys


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2021, 12, 31), "2021-06-07"),
        (date(2022, 5, 20), "2022-05-09"),
        (date(2026, 11, 21), "2024-10-01"),
    ],
)
def test_a_set_carries_the_day_it_came_into_force(day, version):
    assert rule_set(day).version == version
    same_day_rules = rule_set(date.fromisoformat(version))
    assert (same_day_rules.rules, same_day_rules.limits) == (rule_set(day).rules, rule_set(day).limits)


def test_a_day_before_the_first_rules_is_an_error_that_says_what_to_do():
    with pytest.raises(NoValueYet, match=r"no exclusion rules on 2021-06-06.*starts on 2021-06-07"):
        rule_set(date(2021, 6, 6))


def test_bumd_counts_from_october_2024_and_is_asked_for_from_then():
    bumd = with_siti(kk_occupation="KARYAWAN BUMD")
    assert overall("pegawai_tetap", bumd, date(2024, 9, 30)) == Verdict.CLEAR
    assert overall("pegawai_tetap", bumd, date(2024, 10, 1)) == Verdict.EXCLUDED
    before, after = (next(q for q in questions_on(d) if q.key == "pegawai_tetap") for d in (date(2024, 9, 30), DAY))
    assert ("BUMD" in str(before.text), "BUMD" in str(after.text)) == (False, True)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
def test_an_own_statement_against_a_rule_stops_the_submission_with_reason_and_remedy(question):
    (stop,) = hard_stops(answering(**{question.key: question.excluding_answer}), DAY)
    assert (stop.rule.key, stop.severity, stop.source) == (question.rule_key, Severity.HARD, Source.STATEMENT)
    assert str(stop.text).startswith("Anda menyatakan") or str(stop.text).startswith("You stated")
    assert str(stop.remedy)


def test_nothing_a_source_says_stops_a_submission():
    everything = replace(
        FACTS,
        people=(replace(SITI, ktp_area="32.01.01.1001", kk_occupation="PNS", population_value="meninggal"), BUDI),
        cars=(CarFact("siti"),),
        land=(LandFact("siti", 9 * BILLION),),
        domicile=(DomicileFact(False),),
        community=(CommunityFact("kk1", False),),
    )
    assert hard_stops(everything, DAY) == ()
    against = [result for result in evaluate(everything, DAY) if result.verdict is Verdict.EXCLUDED]
    assert {result.severity for result in against} == {Severity.REVIEW}
    assert len(against) == 5


def test_no_answer_and_no_source_decide_nothing():
    nothing = HouseholdFacts.from_declarations({})
    assert hard_stops(nothing, DAY) == ()
    assert {result.verdict for result in evaluate(nothing, DAY)} == {Verdict.UNKNOWN}


@pytest.mark.parametrize("value", ["layanan_tidak_tersedia", "belum_dicek", "nik_tidak_ditemukan", "meninggal", None])
def test_a_timeout_or_a_missing_record_never_decides_against_a_family(value):
    facts = with_siti(population_value=value, ktp_area="32.01.01.1001", assets_checked=None)
    assert {r.verdict for r in evaluate(facts, DAY)} == {Verdict.CLEAR, Verdict.UNKNOWN}
    (siti,) = [r for r in results_of("ktp_non_dki", facts) if r.subject_ref == "siti"]
    assert (siti.verdict, siti.detail["population_value"]) == (Verdict.UNKNOWN, value or "belum_dicek")


def test_the_nik_is_no_part_of_the_facts_so_its_prefix_can_prove_nothing():
    fields = set(PersonFacts.__dataclass_fields__)
    assert not {name for name in fields if "nik" in name} - {"has_nik"}


def test_an_infant_without_nik_is_neither_unknown_nor_a_hindrance():
    infant = PersonFacts(ref="bayi", kk_ref="kk1", has_nik=False)
    facts = replace(FACTS, people=(SITI, BUDI, infant))
    assert [r for r in evaluate(facts, DAY) if r.subject_ref == "bayi"] == []
    assert overall("mobil", facts) == Verdict.CLEAR


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([BILLION], Verdict.CLEAR),
        ([BILLION + 1], Verdict.EXCLUDED),
        ([600_000_000, 400_000_000], Verdict.CLEAR),
        ([600_000_000, 400_000_001], Verdict.EXCLUDED),
    ],
)
def test_njop_is_excluded_strictly_above_one_billion_in_sum(values, verdict):
    land = tuple(LandFact("siti", value, as_of=SEEN) for value in values)
    assert overall("njop", replace(FACTS, land=land)) == verdict


def test_njop_can_be_counted_per_object():
    facts = replace(FACTS, land=(LandFact("siti", 600_000_000), LandFact("budi", 600_000_000)))
    rule, limits = RULE_BY_KEY["njop"], rule_set(DAY).limits
    assert rule.judge(facts, replace(limits, njop_counting="single"))[0].verdict == Verdict.CLEAR
    assert rule.judge(facts, limits)[0].verdict == Verdict.EXCLUDED


@pytest.mark.parametrize(("counting", "total"), [("sum", 1_500), ("kk", 900), ("single", 700)])
def test_objects_count_as_the_limit_of_the_day_says(counting, total):
    """Two KK; the plot of husband and wife (o1) stands in the list twice, once without a value."""
    land = (
        LandFact("siti", 700, object_ref="o1", kk_ref="kk 1"),
        LandFact("agus", None, object_ref="o1", kk_ref="kk 1"),
        LandFact("agus", 200, object_ref="o2", kk_ref="kk 1"),
        LandFact("budi", 600, kk_ref="kk 2"),
    )
    assert counted_njop(land, counting) == total
    rule, limits = RULE_BY_KEY["njop"], rule_set(DAY).limits
    judge = partial(rule.judge, replace(FACTS, land=land))
    assert judge(replace(limits, njop_counting=counting, njop_limit=total))[0].verdict == Verdict.CLEAR
    (claim,) = judge(replace(limits, njop_counting=counting, njop_limit=total - 1))
    assert (claim.verdict, claim.detail["njop"], claim.detail["counting"]) == (Verdict.EXCLUDED, total, counting)


def test_one_car_of_two_owners_is_one_car():
    cars = (CarFact("siti", object_ref="o1"), CarFact("budi", object_ref="o1"), CarFact("budi"), CarFact("budi"))
    (claim,) = RULE_BY_KEY["mobil"].judge(replace(FACTS, cars=cars), rule_set(DAY).limits)
    assert (claim.detail["count"], claim.detail["people"]) == (3, ["budi", "siti"])


@pytest.mark.parametrize(
    ("occupation", "verdict"),
    [
        ("KARYAWAN HONORER", Verdict.CLEAR),
        ("PENSIUNAN", Verdict.CLEAR),
        ("GURU", Verdict.CLEAR),
        ("KARYAWAN SWASTA", Verdict.CLEAR),
        ("Tentara Nasional Indonesia (TNI)", Verdict.EXCLUDED),
        ("KEPOLISIAN RI (POLRI)", Verdict.EXCLUDED),
        ("KARYAWAN BUMN", Verdict.EXCLUDED),
        ("ANGGOTA DPRD KABUPATEN/KOTA", Verdict.EXCLUDED),
    ],
)
def test_which_occupations_name_a_permanent_employee(occupation, verdict):
    assert overall("pegawai_tetap", with_siti(kk_occupation=occupation)) == verdict


def test_the_employee_rule_speaks_about_one_kk_and_is_reviewed():
    facts = with_siti(kk_occupation="POLRI")
    (hit,) = [r for r in results_of("pegawai_tetap", facts) if r.verdict is Verdict.EXCLUDED]
    assert (hit.subject_kind, hit.subject_ref, hit.severity, hit.source) == ("kk", "kk1", Severity.REVIEW, Source.KK)
    assert affected_kks(hit, facts, DAY) == {"kk1"}


def test_an_occupation_the_family_entered_itself_is_reviewed_too():
    facts = with_siti(declared_occupation="pns")
    (hit,) = [r for r in results_of("pegawai_tetap", facts) if r.verdict is Verdict.EXCLUDED]
    assert (hit.severity, hit.source, hit.source_date) == (Severity.REVIEW, Source.STATEMENT, SEEN)


def test_one_kks_exclusion_reaches_the_others_only_where_the_rules_say_so(monkeypatch):
    facts = with_siti(kk_occupation="POLRI")
    (hit,) = [r for r in results_of("pegawai_tetap", facts) if r.verdict is Verdict.EXCLUDED]
    spreading = replace(rule_set(DAY), limits=replace(rule_set(DAY).limits, kk_spreads=True))
    monkeypatch.setattr("eligibility.rules.rule_set", lambda on: spreading)
    assert affected_kks(hit, facts, DAY) == {"kk1", "kk2"}


def test_who_is_affected_follows_the_subject():
    car = results_of("mobil", CASES["mobil", Verdict.EXCLUDED])[0]
    ktp = next(r for r in results_of("ktp_non_dki", CASES["ktp_non_dki", Verdict.EXCLUDED]) if r.verdict == "excluded")
    assert affected_kks(car, FACTS, DAY) == {"kk1", "kk2"}
    assert affected_kks(ktp, FACTS, DAY) == {"kk1"}
    assert affected_kks(results_of("mobil", FACTS)[0], FACTS, DAY) == frozenset()


def test_statement_and_register_agreeing_are_both_named():
    facts = replace(answering(mobil="ya"), cars=(CarFact("siti", as_of=SEEN),))
    (result,) = results_of("mobil", facts)
    assert (result.verdict, result.severity, result.source) == (Verdict.EXCLUDED, Severity.HARD, Source.STATEMENT)
    assert result.detail["also"] == [Source.BAPENDA]


def test_an_unchecked_register_outweighs_a_statement_of_having_none():
    (result,) = results_of("mobil", with_siti(assets_checked=False))
    assert (result.verdict, result.source) == (Verdict.UNKNOWN, Source.BAPENDA)
    assert result.detail == {"reason": "not_checked", "people": ["siti"]}


def test_what_the_register_found_carries_source_and_date():
    (result,) = results_of("mobil", replace(FACTS, cars=(CarFact("siti", as_of=SEEN),)))
    assert (result.source, result.source_date, result.detail["people"]) == (Source.BAPENDA, SEEN, ["siti"])


def test_a_word_that_is_no_answer_is_refused():
    with pytest.raises(ValueError, match="'mobil' must be 'ya', 'tidak' or None, not 'maybe'"):
        HouseholdFacts.from_declarations({"mobil": "maybe"})


def test_statements_alone_leave_an_open_question_open():
    results = {r.rule.key: r for r in evaluate_statements(answering(mobil=None), DAY)}
    assert results["mobil"].verdict == Verdict.UNKNOWN
    question = RULE_BY_KEY["mobil"].question
    assert question is not None
    assert results["mobil"].remedy == question.help
    assert {r.verdict for key, r in results.items() if key != "mobil"} == {Verdict.CLEAR}


def test_scope_of_each_rule():
    assert {rule.key: rule.scope for rule in RULES} == {
        "ktp_non_dki": Scope.PERSON,
        "domisili_luar_dki": Scope.HOUSEHOLD,
        "pegawai_tetap": Scope.KK,
        "mobil": Scope.HOUSEHOLD,
        "njop": Scope.HOUSEHOLD,
        "air_kemasan": Scope.HOUSEHOLD,
        "tidak_miskin": Scope.KK,
    }
