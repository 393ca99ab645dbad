import pytest
from django.core.exceptions import ValidationError

from identity.free_text import HIDDEN, has_numbers, hide_numbers, refuse_numbers


@pytest.mark.parametrize(
    "text",
    [
        "9901015708850001",
        "NIK saya 9901 0157 0885 0001.",
        "9901.0157.0885-0001",
        "９９０１０１５７０８８５０００１",
        "hubungi 081200000001",
        "HP: 0812-0000-0001",
        "+62 812 0000 0001 (anak saya)",
        "6281200000001",
    ],
)
def test_numbers_of_people_are_seen_however_they_are_written(text: str) -> None:
    assert has_numbers(text)
    with pytest.raises(ValidationError) as refused:
        refuse_numbers(text)
    assert refused.value.code == "numbers"
    assert not has_numbers(hide_numbers(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mobil sudah dijual tahun 2021.",
        "Harga Rp 1.500.000.000,-",
        "NOP 99.99.999.999.999.0001.0",
        "Jl. Kenanga No. 12 RT 005 RW 012, 10110",
        "Kepmensos 262/HUK/2022, 31.71.01.1001",
        "2026-11-21 20:13:00",
    ],
)
def test_other_numbers_are_let_through(text: str) -> None:
    refuse_numbers(text)
    assert hide_numbers(text) == text


def test_what_stands_around_a_hidden_number_stays() -> None:
    assert hide_numbers("NIK 9901015708850001 ganda dengan 9901011203900002") == f"NIK {HIDDEN} ganda dengan {HIDDEN}"
