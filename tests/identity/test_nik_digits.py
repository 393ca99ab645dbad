"""Hints that name the digits: which say what, and how that differs from what was written."""

from datetime import date

import pytest
from django.utils.translation import override

from identity.formfields import GroupedInput, KkField, NikField
from identity.kk import InvalidKk, kk_warnings, parse_kk
from identity.nik import InvalidNik, nik_warnings, parse_nik

SITI = "9901014508900001"  # 5 August 1990, a woman


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def hints(*, birth_date: date | None = None, sex: str | None = None) -> dict[str, str]:
    found = nik_warnings(parse_nik(SITI), known_regions=("990101",), birth_date=birth_date, sex=sex)
    return {warning.code: str(warning.message) for warning in found}


def test_nothing_is_said_where_everything_agrees() -> None:
    assert hints(birth_date=date(1990, 8, 5), sex="P") == {}


def test_the_day_is_read_with_the_sex() -> None:
    said = hints(birth_date=date(1990, 8, 6))["birth_date_differs"]
    assert "Digits 7 and 8 of the NIK are 45: day 5, a woman" in said
    assert "You wrote day 6." in said
    assert "9 and 10" not in said
    assert "You chose: a man." in hints(sex="L")["sex_differs"]


def test_month_and_year_are_named_only_where_they_differ() -> None:
    said = hints(birth_date=date(1991, 9, 5))["birth_date_differs"]
    assert "Digits 9 and 10 of the NIK are 08: the month August. You wrote the month September." in said
    assert "Digits 11 and 12 of the NIK are 90: the year ..90. You wrote the year 1991." in said
    assert "7 and 8" not in said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("9901014513900001", "there is no month 13"),
        ("9901017208900001", "72 is neither"),
        ("9901017102900001", "day 31, a woman"),
        ("990101450890000", "You typed 15 (missing: 1)."),
        ("99010145089000012", "You typed 17 (too many: 1)."),
    ],
)
def test_what_is_impossible_says_which_digits(number: str, said: str) -> None:
    with pytest.raises(InvalidNik) as caught:
        parse_nik(number)
    assert said in str(caught.value.message)
    assert number not in str(caught.value.message)
    assert number not in repr(caught.value)


def test_a_kk_number_that_looks_like_a_nik_is_asked_about() -> None:
    today = date(2026, 11, 21)
    codes = {number: [code for code, _ in kk_warnings(parse_kk(number), today=today)] for number in (
        SITI, "9901010508200001", "9901012212260001", "9901010508980001",
    )}  # fmt: skip
    assert list(codes.values()) == [["looks_like_nik"], [], ["issued_later"], []]
    with pytest.raises(InvalidKk) as caught:
        parse_kk("99010105082000")
    assert "You typed 14 (missing: 2)." in str(caught.value.message)


@pytest.mark.parametrize("field", [NikField(), KkField()])
def test_sixteen_digits_are_shown_in_groups_and_taken_in_any(field: NikField | KkField) -> None:
    assert isinstance(field.widget, GroupedInput)
    assert field.widget.format_value("9901010508200001") == "990101 050820 0001"
    assert field.widget.format_value("99.0101.0508 20-0001") == "990101 050820 0001"
    assert field.widget.format_value("9901") == "9901"
    assert field.widget.format_value("") is None
    assert field.clean("990101 050820 0001") == "9901010508200001"
