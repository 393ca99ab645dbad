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
        "0812.3456.7890",
        "0812–3456–7890",
        "0812\u00a03456\u00a07890",
        "\u202a0812 3456 7890\u202c",  # as copied from an address book
        "\u200e0812 3456 7890\u200f",
        " 081234567890\n",
        "6281234567890",
        "62812 3456 7890",
        "62 812-3456-7890",
        "+6281234567890",
        "+62 812-3456-7890",
        "+62-812-3456-7890",
        "+62 (0)812 3456 7890",
        "+62 (812) 3456-7890",
        "+62081234567890",
        "62081234567890",
        "0062 812 3456 7890",
        "(0812) 34567890",
        "(0812) 3456-7890",
        "[0812] 3456/7890",
        "0812_3456_7890",
        "812 3456 7890",
        "8 12 3456 7890",
        "81234567890",
        "０８１２３４５６７８９０",
        "＋６２　８１２－３４５６－７８９０",
        "tel: 0812 3456 7890",
        "WA 0812 3456 7890",
        "hp. 0812-3456-7890",
    ],
)
def test_the_ways_people_type_a_number_are_one_number(typed: str) -> None:
    assert normalise_phone(typed) == "+6281234567890"


def test_a_number_that_begins_with_62_keeps_its_digits() -> None:
    assert normalise_phone("62812345678") == "+62812345678"


@pytest.mark.parametrize("number", ["0811234567", "08112345678", "081123456789", "0811234567890"])
def test_mobile_numbers_have_ten_to_thirteen_digits(number: str) -> None:
    assert normalise_phone(number) == f"+62{number[1:]}"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("  - ", "empty"),
        ("tidak punya", "characters"),
        ("0812x4567890", "characters"),
        ("O812 3456 7890", "characters"),
        ("0812 3456 7890 atau 0813 3456 7890", "characters"),
        ("++62812345678", "characters"),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "characters"),
        ("0812 3456 789\x00", "characters"),
        ("081234567", "short"),
        ("812345", "short"),
        ("0812345", "short"),
        ("+62 812 345", "short"),
        ("08123456789012", "long"),
        ("08" + "1" * 40, "long"),
        ("021 5550123", "landline"),
        ("(021) 555-0123", "landline"),
        ("+62 21 5550123", "landline"),
        ("+62 (0)21 555 0123", "landline"),
        ("62215550123", "landline"),
        ("0274 555012", "landline"),
        ("021", "form"),
        ("110", "form"),
        ("5550123", "form"),
        ("+1 202 555 0101", "form"),
        ("+65 8123 4567", "form"),
        ("0", "form"),
        ("+", "characters"),
        ("9901015708850001", "form"),
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
    st.text(alphabet="0123456789", min_size=8, max_size=11),
    st.sampled_from(["8", "08", "628", "+628", "+6208", "6208", "00628"]),
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
