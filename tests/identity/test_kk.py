"""The number of a family card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.kk import InvalidKk, mask_kk, parse_kk


@pytest.mark.parametrize(
    "typed", ["9901010203150001", "9901 0102 0315 0001", "９９０１０１０２０３１５０００１", "99.01.01.020315-0001"]
)
def test_the_ways_people_type_a_kk_number_are_one_number(typed: str) -> None:
    assert parse_kk(typed).digits == "9901010203150001"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("KK9901010203150001", "characters"),
        ("990101020315000", "length"),
        ("0001010203150001", "region"),
        ("9901010003150001", "date"),
        ("9901013203150001", "date"),
        ("9901010213150001", "date"),
        ("9901010203150000", "serial"),
    ],
)
def test_an_impossible_kk_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(InvalidKk) as caught:
        parse_kk(typed)
    assert caught.value.code == code
    assert str(caught.value.message).endswith(".")


def test_cards_whose_day_was_keyed_like_a_womans_nik_are_taken() -> None:
    assert parse_kk("9901014203150001").digits == "9901014203150001"


def test_a_kk_number_does_not_show_itself() -> None:
    assert repr(parse_kk("9901010203150001")) == "<Kk 9901••••••••0001>"
    assert mask_kk("9901010203150001") == "9901••••••••0001"


@given(st.text(max_size=40))
def test_any_text_is_sixteen_ascii_digits_or_refused(text: str) -> None:
    try:
        digits = parse_kk(text).digits
    except InvalidKk:
        return
    assert len(digits) == 16
    assert set(digits) <= set("0123456789")
