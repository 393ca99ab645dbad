"""The two export maps: every neutral answer has its code, every code its answer, and where the lists contradict."""

from itertools import chain, combinations
from typing import Any

import pytest

from registration.codes import Disability, Marital, Relation, Sex
from registration.crosswalk import bdt, regsosek
from registration.crosswalk.official import bdt_codes, regsosek_codes
from registration.crosswalk.stored import neutral_of
from registration.crosswalk.variable import Bits, Variable
from registration.forms.table import TABLE
from registration.questionnaire.person_codes import DEED
from registration.questionnaire.question import NO, NONE_OF_THESE, YES, Kind

CHOICES: dict[str, list[str]] = {question.key: [code for code, _label in question.choices] for question in TABLE}
CHOICES |= {question.key: [YES, NO] for question in TABLE if question.kind is Kind.YES_NO}
CHOICES |= {
    "hubungan": [relation.value for relation in Relation],
    "status_kawin": [status.value for status in Marital],
    "jenis_kelamin": [sex.value for sex in Sex],
    "akta_nikah": [code for code, _label in DEED],
    "mobil": [YES, NO],
}
# Answers without a code in one of the lists: it has no word for them, and they are left out of that file.
WITHOUT_CODE = {
    ("bdt", "bahan_bakar"): {"lainnya"},
    ("regsosek", "kloset"): {"tidak_pakai"},
}
PART_OF = {**dict.fromkeys((v.name for v in bdt.HOUSE), "rumah"), **dict.fromkeys((v.name for v in bdt.PERSON), "art")}
PART_OF |= dict.fromkeys((v.name for v in bdt.STATED), "aset")
NOT_LISTED = {"tv_layar_datar"}  # asset questions of Regsosek are not in the vendored list
BDT = [("bdt", variable) for variable in (*bdt.HOUSE, *bdt.STATED, *bdt.PERSON)]
REGSOSEK = [("regsosek", variable) for variable in (*regsosek.HOUSE, *regsosek.PERSON)]


def listed(which: str, name: str) -> frozenset[str]:
    return bdt_codes(PART_OF[name], name) if which == "bdt" else regsosek_codes(name)


@pytest.mark.parametrize(("which", "variable"), [*BDT, *REGSOSEK], ids=lambda it: getattr(it, "name", it))
def test_every_answer_has_a_code_of_the_list_and_comes_back_to_it(which: str, variable: Variable | Bits) -> None:
    if isinstance(variable, Bits):
        return
    answers = set(CHOICES[variable.question]) - WITHOUT_CODE.get((which, variable.question), set())
    assert set(variable.codes) == answers
    for answer in answers:
        code = variable.code(answer)
        assert code is not None
        assert variable.code(variable.answer(code)) == code
    if variable.name not in NOT_LISTED:
        reached = set(variable.codes.values()) | ({bdt.WITHOUT_METER} if variable.name == "daya" else set())
        assert reached == listed(which, variable.name)
    assert variable.code(None) is None
    with pytest.raises(LookupError):
        variable.answer("99")


@pytest.mark.parametrize(("which", "variable"), [*BDT, *REGSOSEK], ids=lambda it: getattr(it, "name", it))
def test_every_set_of_marks_comes_back(which: str, variable: Variable | Bits) -> None:
    if not isinstance(variable, Bits):
        return
    assert set(variable.bits) <= set(CHOICES[variable.question])
    assert {str(bit) for bit in variable.bits.values()} <= listed(which, variable.name)
    for marks in subsets(list(variable.bits)):
        code = variable.code(marks)
        assert code is not None
        assert set(variable.answer(code)) == set(marks)
    assert variable.code([]) == "0"
    with pytest.raises(LookupError):
        variable.answer("128")


def subsets(things: list[str]) -> Any:
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))


def tables_of(question: str) -> tuple[dict[str, str], dict[str, str]] | None:
    found = []
    for side in (BDT, REGSOSEK):
        found.append(next((dict(v.codes) for _, v in side if isinstance(v, Variable) and v.question == question), {}))
    return (found[0], found[1]) if all(found) else None


@pytest.mark.parametrize("question", sorted(CHOICES))
def test_both_codes_together_give_the_very_answer_back(question: str) -> None:
    """Nothing is coarser than the two lists make it together."""
    tables = tables_of(question)
    if tables is None or question in ("hubungan", "bekerja"):
        return  # the civil registry's relations are richer than both lists
    for answer in set(tables[0]) & set(tables[1]):
        pair = {"in_bdt": tables[0][answer], "in_regsosek": tables[1][answer]}
        assert neutral_of(question, **pair) == answer


def test_every_choice_of_the_form_has_a_place_in_a_list_or_is_neutral_only() -> None:
    mapped = {variable.question for _, variable in (*BDT, *REGSOSEK)} | {question for _, question, *_ in bdt.ASSETS}
    neutral_only = {"penghasilan", "disabilitas", *regsosek.ITEMS.values()}
    choices = {question.key for question in TABLE if question.choices}
    assert choices - mapped - neutral_only == {"pekerjaan"}  # the civil registry's occupations


HOUSE_CONFLICTS = [
    # answers, BDT, Regsosek
    ({"lantai": "tanah"}, {"lantai": "9"}, {"303": "8"}),
    ({"lantai": "kayu_baik"}, {"lantai": "5"}, {"303": "5"}),
    ({"lantai": "kayu_sederhana"}, {"lantai": "8"}, {"303": "5"}),
    ({"atap": "seng"}, {"atap": "6"}, {"305": "3"}),
    ({"atap": "asbes"}, {"atap": "5"}, {"305": "4"}),
    ({"air_minum": "leding_meteran"}, {"sumber_airminum": "3"}, {"306a": "3"}),
    ({"air_minum": "leding_eceran"}, {"sumber_airminum": "4"}, {"306a": "3"}),
    ({"air_minum": "sumur_bor"}, {"sumber_airminum": "5"}, {"306a": "4"}),
    ({"penerangan": "pln_tanpa_meteran"}, {"sumber_penerangan": "1", "daya": "6"}, {"307a": "2"}),
    ({"daya": "450"}, {"daya": "1"}, {"307b1": "1"}),
    ({"bahan_bakar": "gas_3kg"}, {"bb_masak": "3"}, {"308": "4"}),
    ({"bahan_bakar": "gas_5_5kg"}, {"bb_masak": "2"}, {"308": "2"}),
    ({"bahan_bakar": "gas_12kg"}, {"bb_masak": "2"}, {"308": "3"}),
    ({"tinja": "perairan"}, {"buang_tinja": "4"}, {"310": "3"}),
    ({"tinja": "lubang_tanah"}, {"buang_tinja": "3"}, {"310": "4"}),
    ({"tv": "datar_30"}, {"ada_tv": "3"}, {"tv_layar_datar": "1"}),
    ({"tv": "lain"}, {"ada_tv": "3"}, {"tv_layar_datar": "2"}),
    ({"tv": NONE_OF_THESE}, {"ada_tv": "4"}, {"tv_layar_datar": "2"}),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "in_bdt", "in_regsosek"), HOUSE_CONFLICTS, ids=lambda it: next(iter(it.values())))
def test_what_the_lists_code_differently(
    answers: dict[str, str], in_bdt: dict[str, str], in_regsosek: dict[str, str]
) -> None:
    assert bdt.house_codes(answers) == in_bdt
    assert regsosek.house_codes(answers) == in_regsosek
    assert bdt.house_codes(bdt.house_answers(in_bdt)) == in_bdt
    assert regsosek.house_codes(regsosek.house_answers(in_regsosek)) == in_regsosek


@pytest.mark.parametrize(
    ("age", "marital", "in_bdt", "in_regsosek"),
    [
        (9, "kawin", None, None),
        (10, "kawin", "1", "1"),
        (49, "cerai_mati", "1", "1"),
        (50, "kawin", None, "1"),
        (54, "kawin", None, "1"),
        (55, "kawin", None, None),
        (30, "belum_kawin", None, "1"),
    ],
)
def test_the_lists_ask_different_women_whether_they_are_pregnant(
    age: int, marital: str, in_bdt: str | None, in_regsosek: str | None
) -> None:
    answers = {"jenis_kelamin": "P", "status_kawin": marital, "hamil": YES}
    assert bdt.person_codes(answers, age=age).get("status_hamil") == in_bdt
    assert regsosek.person_codes(answers, age=age).get("410") == in_regsosek
    assert bdt.person_answers({"status_hamil": "1"}) == {"hamil": YES}
    assert regsosek.person_answers({"410": "2"}) == {"hamil": NO}


def test_bdt_codes_the_kind_of_impairment_and_regsosek_how_hard_things_are() -> None:
    answers = {"disabilitas": ["netra", "fisik"], "melihat": "tidak_bisa", "berjalan": "sedikit"}
    assert bdt.person_codes(answers, age=40) == {"jenis_cacat": "5"}
    codes = regsosek.person_codes(answers, age=40)
    assert {name: code for name, code in codes.items() if code != "4"} == {"428a": "1", "428c": "3"}
    assert len(codes) == 9
    assert regsosek.person_codes(regsosek.person_answers(codes) | {"disabilitas": []}, age=40) == codes
    assert bdt.person_codes({"disabilitas": []}, age=40) == {"jenis_cacat": "0"}
    assert set(regsosek.ABILITY.values()) == regsosek_codes("428a")
    assert set(regsosek.ABILITY) == set(CHOICES["melihat"])


def test_every_combination_of_impairments_has_a_code_and_every_code_its_combination() -> None:
    for kinds in subsets([kind.value for kind in Disability]):
        assert bdt.disability_code(kinds) in bdt_codes("art", "jenis_cacat")
    assert set(bdt.IMPAIRMENTS.values()) == bdt_codes("art", "jenis_cacat")
    for code in bdt_codes("art", "jenis_cacat"):
        assert bdt.disability_code(bdt.disability_kinds(code)) == code
    with pytest.raises(LookupError):
        bdt.disability_kinds("12")


@pytest.mark.parametrize(
    ("question", "answer", "in_bdt", "in_regsosek"),
    [
        ("penyakit", "tidak_ada", "0", "1"),
        ("penyakit", "hipertensi", "1", "2"),
        ("penyakit", "ginjal", "9", "10"),
        ("penyakit", "lainnya", "9", "18"),
        ("partisipasi", "belum", "0", "1"),
        ("partisipasi", "masih", "1", "2"),
        ("partisipasi", "tidak_lagi", "2", "3"),
        ("lapangan_usaha", "perikanan_tangkap", "4", "4"),
        ("lapangan_usaha", "perikanan_budidaya", "5", "4"),
        ("lapangan_usaha", "angkutan", "14", "13"),
        ("lapangan_usaha", "pemulung", "20", "10"),
        ("lapangan_usaha", "rumah_tangga", "19", "25"),
    ],
)
def test_what_the_lists_code_differently_about_people(
    question: str, answer: str, in_bdt: str, in_regsosek: str
) -> None:
    assert list(bdt.person_codes({question: answer}, age=40).values()) == [in_bdt]
    assert list(regsosek.person_codes({question: answer}, age=40).values()) == [in_regsosek]
    assert neutral_of(question, in_bdt=in_bdt, in_regsosek=in_regsosek) == answer


def test_assets_alternate_down_the_printed_page_of_bdt() -> None:
    answers: dict[str, Any] = {"barang": ["lemari_es"], "kendaraan": ["motor"], "bantuan": [], "rumah_lain": NO}
    codes = bdt.house_codes(answers)
    assert (codes["ada_tabung_gas"], codes["ada_lemari_es"], codes["ada_sepeda"], codes["ada_motor"]) == (
        "2", "3", "2", "3",
    )  # fmt: skip
    assert (codes["sta_kks"], codes["sta_kip"], codes["rumah_lain"]) == ("2", "4", "4")
    for name, _question, _mark, *both in bdt.ASSETS:
        part = "program" if name.startswith("sta_") else "aset"
        assert set(both) == bdt_codes(part, name)
    back = bdt.house_answers(codes)
    assert back == answers
    assert bdt.house_codes({}) == {}


def test_numbers_stay_numbers() -> None:
    answers = {"luas_lantai": 24, "jumlah_kamar": 0, "jumlah_sapi": 2, "id_pln": "530000000001"}
    codes = bdt.house_codes(answers)
    assert codes == {"luas_lantai": "24", "jumlah_kamar": "0", "jumlah_sapi": "2", "nomor_pln": "530000000001"}
    assert bdt.house_answers(codes) == answers
    assert regsosek.house_answers(regsosek.house_codes(answers)) == {"luas_lantai": 24, "id_pln": "530000000001"}
    person = {"jam_kerja": 0}
    assert bdt.person_answers(bdt.person_codes(person, age=30)) == person
    assert regsosek.person_answers(regsosek.person_codes(person, age=30)) == person
