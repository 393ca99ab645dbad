from datetime import date

import pytest
from django.utils import translation

from eligibility.programmes import PROGRAMMES, PersonSummary, may_apply

DAY = date(2026, 11, 21)
ADULT = PersonSummary(age=35, sex="L")


def keys(*people: PersonSummary, on: date = DAY) -> set[str]:
    return {hint.programme.key for hint in may_apply(people, on)}


def test_the_nine_programmes_are_there():
    assert [p.key for p in PROGRAMMES] == [
        "PKH",
        "BPNT",
        "PBI_JK",
        "KJP_PLUS",
        "KJMU",
        "KLJ",
        "KAJ",
        "KPDJ",
        "KPARJ",
    ]
    assert all(p.basis for p in PROGRAMMES)


@pytest.mark.parametrize(
    ("person", "more"),
    [
        (ADULT, set()),
        (PersonSummary(age=3, sex="P"), {"PKH", "KAJ", "KPARJ"}),
        (PersonSummary(age=6, sex="P"), {"PKH", "KAJ", "KPARJ"}),
        (PersonSummary(age=7, sex="L", school_level="sd", in_school=True), {"PKH", "KJP_PLUS", "KPARJ"}),
        (PersonSummary(age=17, sex="L", school_level="smk", in_school=True), {"PKH", "KJP_PLUS", "KJMU", "KPARJ"}),
        (PersonSummary(age=22, sex="L", school_level="smk", in_school=True), {"PKH", "KJMU"}),
        (PersonSummary(age=20, sex="P", school_level="s1", in_school=True), {"KJMU"}),
        (PersonSummary(age=28, sex="P", pregnant=True), {"PKH"}),
        (PersonSummary(age=59, sex="P"), set()),
        (PersonSummary(age=60, sex="P"), {"KLJ"}),
        (PersonSummary(age=70, sex="P"), {"KLJ", "PKH"}),
        (PersonSummary(age=40, sex="P", disabled=True), {"PKH", "KPDJ"}),
    ],
)
def test_which_programmes_look_at_whom(person, more):
    assert keys(ADULT, person) == {"BPNT", "PBI_JK"} | more


def test_older_people_counted_for_pkh_from_60_until_2024():
    sixty = PersonSummary(age=60, sex="P")
    assert "PKH" in keys(sixty, on=date(2024, 12, 31))
    assert "PKH" not in keys(sixty, on=date(2025, 1, 1))


def test_no_people_no_hints():
    assert may_apply([], DAY) == []


def test_a_hint_promises_nothing():
    with translation.override("en"):
        sentences = [hint.sentence for hint in may_apply([ADULT], DAY)]
    assert sentences == [
        "Your data may serve as a reference (dapat menjadi acuan) for"
        " Bantuan Pangan Non Tunai (BPNT, Program Sembako).",
        "Your data may serve as a reference (dapat menjadi acuan) for"
        " Penerima Bantuan Iuran Jaminan Kesehatan (PBI JK).",
    ]


def test_amounts_have_days():
    klj = next(p for p in PROGRAMMES if p.key == "KLJ")
    with translation.override("en"):
        assert str(klj.amount_on(date(2022, 6, 1))) == "Rp600,000 a month"
        assert str(klj.amount_on(DAY)) == "Rp300,000 a month"
    assert klj.amount_on(date(2020, 1, 1)) == ""
