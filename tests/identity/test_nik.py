"""The NIK: what is impossible, what is unlikely, and what is only typed in another way."""

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from identity.nik import MESSAGES, WARNINGS, InvalidNik, mask_nik, nik_warnings, parse_nik

TODAY = date(2026, 11, 21)
JAKARTA = frozenset({"317101", "317401"})


def error_code(text: str) -> str:
    with pytest.raises(InvalidNik) as caught:
        parse_nik(text)
    return caught.value.code


@pytest.mark.parametrize(
    "typed",
    [
        "9901011708850001",
        " 9901 0117 0885 0001 ",
        "99.0101.170885.0001",
        "99-01-01-170885-0001",
        "99\u201301\u201401\u2212170885\u00a00001",
        "９９０１０１１７０８８５０００１",
        "\ufeff9901011708850001\n",
    ],
)
def test_the_ways_people_type_a_nik_are_one_number(typed: str) -> None:
    assert parse_nik(typed).digits == "9901011708850001"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" .- ", "empty"),
        ("990101170885000", "length"),
        ("99010117088500011", "length"),
        ("9" * 5000, "length"),
        ("99010117O8850001", "characters"),
        ("9901011708850001\x00", "characters"),
        ("٩٩٠١٠١١٧٠٨٨٥٠٠٠١", "characters"),
        ("०९०१०११७०८८५०००१", "characters"),
        ("²901011708850001x", "characters"),
        ("0001011708850001", "region"),
        ("9900011708850001", "region"),
        ("9901001708850001", "region"),
        ("9901010008850001", "date"),
        ("9901013208850001", "date"),
        ("9901014008850001", "date"),
        ("9901017208850001", "date"),
        ("9901018108850001", "date"),
        ("9901011700850001", "date"),
        ("9901011713850001", "date"),
        ("9901013002850001", "date"),
        ("9901012902850001", "date"),
        ("9901017002850001", "date"),
        ("9901011708850000", "serial"),
    ],
)
def test_an_impossible_nik_is_refused_with_its_reason(typed: str, code: str) -> None:
    assert error_code(typed) == code


def test_each_reason_is_a_sentence_without_the_number() -> None:
    with override("en"):
        for message in [*MESSAGES.values(), *WARNINGS.values()]:
            assert str(message).endswith(".")
    with pytest.raises(InvalidNik) as caught:
        parse_nik("9901011708850000")
    assert "990101" not in repr(caught.value)


def test_days_from_41_on_are_womens() -> None:
    assert parse_nik("9901014101900001").sex == "P"
    assert parse_nik("9901017112900001").sex == "P"
    assert parse_nik("9901013112900001").sex == "L"
    assert parse_nik("9901014101900001").birth_date(TODAY) == date(1990, 1, 1)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("9901012111260001", date(2026, 11, 21)),  # born today
        ("9901012211260001", date(1926, 11, 22)),  # tomorrow is a hundred years ago
        ("9901011712260001", date(1926, 12, 17)),
        ("9901011708150001", date(2015, 8, 17)),
        ("9901012902000001", date(2000, 2, 29)),
        ("9901012902280001", date(1928, 2, 29)),
    ],
)
def test_the_century_is_the_latest_that_is_not_in_the_future(digits: str, expected: date) -> None:
    assert parse_nik(digits).birth_date(TODAY) == expected


def warning_codes(digits: str, **given_facts: object) -> list[str]:
    return [warning.code for warning in nik_warnings(parse_nik(digits), **given_facts)]  # type: ignore[arg-type]


def test_an_unknown_region_is_a_warning() -> None:
    assert warning_codes("9901011708850001", known_regions=JAKARTA) == ["region_unknown"]
    assert warning_codes("3171991708850001", known_regions=JAKARTA) == ["region_unknown"]
    assert warning_codes("3171011708850001", known_regions=JAKARTA) == []


@pytest.mark.parametrize("province", ["32", "91", "92", "93", "95", "96"])
def test_a_nik_from_another_province_needs_no_warning(province: str) -> None:
    assert warning_codes(f"{province}04011708850001", known_regions=JAKARTA) == []


def test_another_birth_date_or_sex_is_a_warning() -> None:
    digits = "3171014101900001"
    assert warning_codes(digits, birth_date=date(1990, 1, 1), sex="P") == []
    assert warning_codes(digits, birth_date=date(1890, 1, 1)) == []
    assert warning_codes(digits, birth_date=date(1990, 1, 2)) == ["birth_date_differs"]
    assert warning_codes(digits, sex="L") == ["sex_differs"]
    assert warning_codes(digits, birth_date=date(1991, 1, 1), sex="L") == ["birth_date_differs", "sex_differs"]


def test_a_nik_shows_neither_itself_nor_the_birth_date() -> None:
    nik = parse_nik("9901011708850001")
    assert repr(nik) == "<Nik 9901••••••••0001>"
    assert f"{nik}" == "<Nik 9901••••••••0001>"
    assert mask_nik(nik.digits) == "9901••••••••0001"
    assert mask_nik("12345") == "•••••"


@st.composite
def possible_niks(draw: st.DrawFn) -> tuple[str, date, str]:
    born = draw(st.dates(date(1926, 11, 22), TODAY))
    sex = draw(st.sampled_from("LP"))
    region = "".join(f"{draw(st.integers(1, 99)):02d}" for _part in range(3))
    day = born.day + (40 if sex == "P" else 0)
    return f"{region}{day:02d}{born:%m%y}{draw(st.integers(1, 9999)):04d}", born, sex


@given(possible_niks())
def test_every_possible_nik_tells_its_date_and_sex(case: tuple[str, date, str]) -> None:
    digits, born, sex = case
    nik = parse_nik(digits)
    assert nik.birth_date(TODAY) == born
    assert nik.sex == sex
    assert warning_codes(digits, birth_date=born, sex=sex, known_regions={digits[:6]}) == []


@given(possible_niks(), st.lists(st.tuples(st.integers(0, 16), st.sampled_from(" .-\u2013\t")), max_size=6))
def test_separators_change_nothing(case: tuple[str, date, str], separators: list[tuple[int, str]]) -> None:
    typed = case[0]
    for position, separator in separators:
        typed = typed[:position] + separator + typed[position:]
    assert parse_nik(typed).digits == case[0]


@given(st.text(max_size=40))
def test_any_text_is_sixteen_ascii_digits_or_refused(text: str) -> None:
    try:
        digits = parse_nik(text).digits
    except InvalidNik:
        return
    assert len(digits) == 16
    assert set(digits) <= set("0123456789")
