"""Phones are typed in many ways and kept in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.phones import InvalidPhone, mask_phone, normalise_phone


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "0812 3456 7890",
        "0812-3456-7890",
        "62812 3456 7890",
        "+62 812-3456-7890",
        "+62 (0)812 3456 7890",
        "0062 812 3456 7890",
        "(0812) 34567890",
        "０８１２３４５６７８９０",
    ],
)
def test_the_ways_people_type_a_number_are_one_number(typed: str) -> None:
    assert normalise_phone(typed) == "+6281234567890"


def test_a_number_that_begins_with_62_keeps_its_digits() -> None:
    assert normalise_phone("62812345678") == "+62812345678"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("tidak punya", "characters"),
        ("0812x4567890", "characters"),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "characters"),
        ("0812 3456 789\x00", "characters"),
        ("021 5550123", "form"),
        ("812345", "form"),
        ("0812345", "form"),
        ("+1 202 555 0101", "form"),
        ("08" + "1" * 40, "form"),
    ],
)
def test_what_is_no_mobile_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(InvalidPhone) as caught:
        normalise_phone(typed)
    assert caught.value.code == code
    assert str(caught.value.message).endswith(".")


def test_a_masked_number_shows_its_last_three_digits() -> None:
    assert mask_phone("+6281234567890") == "+628•••••••890"


@given(
    st.text(alphabet="0123456789", min_size=8, max_size=11), st.sampled_from(["08", "628", "+628", "+6208", "00628"])
)
def test_every_prefix_leads_to_the_same_number_and_stays_there(rest: str, prefix: str) -> None:
    number = normalise_phone(prefix + rest)
    assert number == "+628" + rest
    assert normalise_phone(number) == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = normalise_phone(text)
    except InvalidPhone:
        return
    assert number.startswith("+628")
    assert number[1:].isascii()
    assert number[1:].isdigit()
