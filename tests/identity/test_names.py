"""Names stay as on the KTP; their variants are folded only to suggest a second look."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from identity.names import clean_name, compare_names, fold_name, is_unusually_long, plain_name


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


# One line for each kind of variant: what differs, and names that are one after folding.
PAIRS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Muhammad",
        (
            "Muhammad Ali",
            "Muhamad Ali",
            "Mohammad Ali",
            "Mohamad Ali",
            "Mochamad Ali",
            "Moch. Ali",
            "Moh. Ali",
            "Muh. Ali",
            "Mhd. Ali",
            "Mhd Ali",
            "Md. Ali",
            "M. Ali",
            "M Ali",
            "MOHAMMAD ALI",
        ),
    ),
    ("Achmad", ("Achmad Fauzi", "Ahmad Fauzi", "Akhmad Fauzi", "Amad Fauzi")),
    ("Abdul", ("Abdul Rahman", "Abd. Rahman", "Abd Rahman", "Abdoel Rahman", "Abdur Rahman")),
    ("Siti", ("Siti Aminah", "St. Aminah", "Sitti Aminah", "ST AMINAH")),
    ("Nur", ("Nur Hayati", "Noor Hayati", "Noer Hayati", "Nurhayati", "Noorhayati", "NURHAYATI")),
    (
        "titles before",
        ("Dahlan", "H. Dahlan", "K.H. Dahlan", "KH Dahlan", "Drs. Dahlan", "Ir. H. Dahlan", "dr. Dahlan"),
    ),
    ("titles of women", ("Kartini", "Hj. Kartini", "Dra. Hj. Kartini", "Ny. Kartini")),
    (
        "degrees behind",
        (
            "Budi Santoso",
            "Budi Santoso, S.Pd.",
            "Budi Santoso S.E.",
            "Budi Santoso, SE",
            "H. Budi Santoso, S.Pd., M.Si.",
            "Budi Santoso S.T.",
            "Budi Santoso, S. Kom",
            "Budi Santoso A.Md.",
        ),
    ),
    ("the dead", ("Sukarni", "Sukarni alm.", "Alm. Sukarni", "Sukarni (alm)", "Sukarni al.", "Almarhumah Sukarni")),
    ("child of", ("Ali Umar", "Ali bin Umar", "Ali ibn Umar")),
    ("daughter of", ("Siti Umar", "Siti binti Umar", "Siti bt. Umar", "Siti bte Umar")),
    ("oe", ("Susilo", "Soesilo")),
    ("dj and j", ("Joko", "Djoko")),
    ("tj", ("Cipto", "Tjipto")),
    ("nj", ("Nyoman", "Njoman")),
    ("sj", ("Syamsul", "Sjamsul")),
    ("j as y", ("Yahya", "Jahja")),
    ("ch", ("Akhir", "Achir")),
    ("dh", ("Yudoyono", "Yudhoyono")),
    ("doubled letters", ("Hasan", "Hassan", "Hasann")),
    ("order", ("Budi Santoso", "Santoso Budi")),
    ("spacing", ("Siti Nurhaliza", "Siti Nur Haliza", "SitiNurhaliza")),
    ("signs", ("Ma'ruf", "MARUF", "Ma\u2019ruf", "Ma`ruf")),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [(first, other) for _what, (first, *others) in PAIRS for other in others],
)
def test_variants_of_one_name_fold_together(one: str, other: str) -> None:
    comparison = compare_names(one, other)
    assert comparison.folded_equal
    assert comparison.score == 100.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Budi", "Siti"),
        ("Budi Santoso", "Budi Hartono"),
        ("Siti Aminah", "Siti Aisyah"),
        ("Muhammad Ali", "Ahmad Ali"),
        ("Nurhayati", "Nurhalimah"),
        ("Al Amin", "Amin Yusuf"),
    ],
)
def test_other_names_do_not_fold_together(one: str, other: str) -> None:
    comparison = compare_names(one, other)
    assert not comparison.folded_equal
    assert comparison.score < 90


def test_a_slip_of_the_finger_scores_high_and_is_not_equal() -> None:
    comparison = compare_names("Siti Rohmah", "Siti Rahmah")
    assert not comparison.folded_equal
    assert 85 < comparison.score < 100


@pytest.mark.parametrize("name", [first for _what, (first, *_others) in PAIRS] + ["Drs. Tb. Moch. Soedjono, S.H."])
def test_a_folded_name_folds_to_itself(name: str) -> None:
    """Names are stored folded (determinations), and compared with names folded later."""
    assert fold_name(fold_name(name)) == fold_name(name)


def test_a_degree_is_no_first_name() -> None:
    assert fold_name("St. Nurhaliza") == "siti nurhaliza"
    assert fold_name("Budi, S.T.") == "budi"


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=40))
def test_names_of_plain_letters_take_a_shorter_way_to_the_same(name: str) -> None:
    longer = plain_name(f"{name} \u00e9")
    assert plain_name(name) == longer.removesuffix("e").rstrip()


def test_plain_names_are_the_same_but_for_case_accents_and_punctuation() -> None:
    assert plain_name("SITI NUR'AINI") == plain_name("siti  nuraini") == "siti nuraini"
    assert plain_name("Muhammad") != plain_name("Mohamad")


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
