"""Names stay as on the KTP; their variants are folded only to suggest a second look."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from identity.names import clean_name, compare_names, fold_name, is_unusually_long, same_name


@pytest.mark.parametrize(
    "name", ["Budi", "SITI NUR'AINI", "H. Budi Santoso, S.Pd.", "Ma'ruf", "Budi 2", "Anne-Marie", "José"]
)
def test_names_stay_as_on_the_ktp(name: str) -> None:
    assert clean_name(name) == name


def test_spaces_are_made_single() -> None:
    assert clean_name("  Siti \t Nur\u00a0Haliza\n") == "Siti Nur Haliza"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("Siti\x00", "characters"),
        ("Siti\x07", "characters"),
        ("Siti\u202eitub", "characters"),
        ("Siti\ud800", "characters"),
        ("12345", "letters"),
        ("...", "letters"),
        ("a" * 101, "too_long"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean_name(typed)
    assert caught.value.code == code


def test_sixty_letters_are_usual_and_a_hundred_possible() -> None:
    assert not is_unusually_long("a" * 60)
    assert is_unusually_long("a" * 61)
    assert clean_name("a" * 100) == "a" * 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muhammad Ali", "Moch. Ali"),
        ("Muhammad Ali", "Mohamad Ali"),
        ("Muhammad Ali", "Mhd Ali"),
        ("Muhammad Ali", "M. Ali"),
        ("Achmad Fauzi", "Akhmad Fauzi"),
        ("Abdul Rahman", "Abd. Rahman"),
        ("Siti Aminah", "St. Aminah"),
        ("Siti Aminah", "Sitti Aminah"),
        ("Nur Hayati", "Noer Hayati"),
        ("Nurhayati", "Nur Hayati"),
        ("Siti Nurhaliza", "Siti Nur Haliza"),
        ("H. Budi Santoso, S.Pd.", "Budi Santoso"),
        ("K.H. Dahlan", "Dahlan"),
        ("Budi Santoso S.T.", "Budi Santoso"),
        ("Soesilo", "Susilo"),
        ("Djoko", "Joko"),
        ("Tjipto", "Cipto"),
        ("Jahja", "Yahya"),
        ("Sjamsul", "Syamsul"),
        ("Achir", "Akhir"),
        ("Yudhoyono", "Yudoyono"),
        ("Hassan", "Hasan"),
        ("Ali bin Umar", "Ali Umar"),
        ("Siti binti Umar", "Siti Umar"),
        ("Santoso Budi", "Budi Santoso"),
        ("MA'RUF", "Maruf"),
    ],
)
def test_variants_of_one_name_fold_together(one: str, other: str) -> None:
    comparison = compare_names(one, other)
    assert comparison.folded_equal
    assert comparison.score == 100.0


@pytest.mark.parametrize(
    ("one", "other"), [("Budi", "Siti"), ("Budi Santoso", "Budi Hartono"), ("Siti Aminah", "Siti Aisyah")]
)
def test_other_names_do_not_fold_together(one: str, other: str) -> None:
    comparison = compare_names(one, other)
    assert not comparison.folded_equal
    assert comparison.score < 90


def test_a_slip_of_the_finger_scores_high_and_is_not_equal() -> None:
    comparison = compare_names("Siti Rohmah", "Siti Rahmah")
    assert not comparison.folded_equal
    assert 85 < comparison.score < 100


def test_a_degree_is_no_first_name() -> None:
    assert fold_name("St. Nurhaliza") == "siti nurhaliza"
    assert fold_name("Budi, S.T.") == "budi"


def test_the_same_name_is_the_same_but_for_case_spacing_and_punctuation() -> None:
    assert same_name("SITI NUR'AINI", "siti nuraini")
    assert same_name("Siti Nur Haliza", "SITI NURHALIZA")
    assert not same_name("Muhammad", "Mohamad")


@given(st.text(max_size=60), st.text(max_size=60))
def test_comparing_is_symmetric_and_bounded(one: str, other: str) -> None:
    comparison = compare_names(one, other)
    assert comparison == compare_names(other, one)
    assert 0 <= comparison.score <= 100
    assert (comparison.score == 100.0) == comparison.folded_equal


@given(st.text(max_size=120))
def test_a_clean_name_stays_clean(text: str) -> None:
    try:
        name = clean_name(text)
    except ValidationError:
        return
    assert clean_name(name) == name
    assert "\x00" not in name
    assert len(name) <= 100
