"""The whole questionnaire: what is asked of whom, what falls away, where the answers are kept."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration import services
from registration.crosswalk import bdt, regsosek
from registration.crosswalk.stored import household_answers, member_answers
from registration.models import Draft, Member, Phase, Submission
from registration.pages import PAGE_BY_KEY, PAGES, Repeats, pages_of_person
from registration.questionnaire.livelihood import GOODS
from registration.questionnaire.question import Question, asked_on, lines
from registration.questionnaire.survey import SURVEY
from registration.questionnaire.versions import Edition
from registration.questionnaire.words import household_lines, member_lines
from registration.review import Review
from registration.services import Saved
from registration.state import DraftState
from tests.people import sign_in, siti
from tests.registration.samples import Sample, Typed, post, registered
from tests.registration.whole import MOTHER, SCHOOL, Whole, day, registered_whole, whole_draft, whole_phase

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(db: None) -> Phase:
    return whole_phase()


def save(draft: Draft, key: str, typed: Typed, *, item: str = "", version: int = 1) -> Saved:
    return services.save_page(
        draft=draft, page=PAGE_BY_KEY[key], item=item, posted=post(typed), version=version, by=draft.owner
    )


def answers_of(draft: Draft, key: str, item: str = "") -> dict[str, Any]:
    return dict(DraftState.load(draft).entry(key, item).answers)


def test_every_answer_has_its_place_in_the_household(whole: Phase) -> None:
    sample = Whole()
    household = registered_whole(by=siti(), phase=whole, sample=sample)
    household.refresh_from_db()
    assert household.questionnaire == Edition.WHOLE
    assert household.programmes == ["PKH", "BPNT"]
    assert household.dwelling["kondisi_atap"] == "jelek"
    assert "id_pln" not in household.dwelling
    details = household.details
    assert (details["id_pln"], details["lama_tinggal"], details["bantuan"]) == ("530000000001", 12, ["sembako", "kjp"])
    assert (details["bantuan_sembako"], details["jumlah_kambing"], details["luas_tanah_lain"]) == ("2025-03", 2, 60)
    assert "bantuan_kjp" not in details
    mother, father, child, grandmother = Member.objects.order_by("family__number", "number")
    assert (mother.pregnant, mother.details["hamil_sejak"]) == (True, sample.pregnant_since.isoformat())
    assert (mother.works, mother.occupation, mother.details["penghasilan"]) == (True, "pedagang", "1jt_sampai_umk")
    assert (mother.details["akta_nikah"], mother.details["ibu_kandung"]) == ("ada_dapat", MOTHER)
    assert (father.pregnant, father.works, father.details.get("penghasilan")) == (None, False, None)
    assert (child.in_school, child.school_level, child.details["nisn"]) == (True, "sd", "0152345678")
    assert (grandmother.disability, grandmother.details["melihat"]) == (["netra"], "banyak")
    assert grandmother.details["hubungan_krt"] == "orang_tua"


def test_the_ten_survey_questions_follow_from_four_and_from_other_answers(whole: Phase) -> None:
    household = registered_whole(by=siti(), phase=whole)
    assert household.details["survei"] == {
        "sk0": True, "sk1": True, "sk2": True, "sk3": True, "sk4": False,
        "sk5": True, "sk6": False, "sk7": False, "sk8": True, "sk9": True,
    }  # fmt: skip
    assert [code for code, _label, _answer in SURVEY] == [f"sk{number}" for number in range(10)]


def test_both_official_files_can_be_made_from_what_is_kept(whole: Phase) -> None:
    household = registered_whole(by=siti(), phase=whole)
    answers = household_answers(household)
    assert bdt.house_codes(answers)["bb_masak"] == "3"
    assert regsosek.house_codes(answers)["308"] == "4"
    assert bdt.house_codes(answers)["ada_mobil"] == "2"
    grandmother = Member.objects.get(name="Halimah")
    known = member_answers(grandmother, edition=household.questionnaire)
    assert bdt.person_codes(known, age=75)["jenis_cacat"] == "2"
    assert regsosek.person_codes(known, age=75)["428a"] == "2"
    assert bdt.person_codes(known, age=75)["ada_kartu_identitas"] == "4"


def test_a_household_of_the_short_questionnaire_stays_explainable() -> None:
    household = registered(by=siti())
    assert (household.questionnaire, household.details, household.programmes) == (Edition.SHORT, None, [])
    assert bdt.house_codes(household_answers(household))["lantai"] == "6"
    known = member_answers(Member.objects.get(name="Nur"), edition=household.questionnaire)
    assert known["partisipasi"] == "tidak_lagi"
    assert Submission.objects.get().payload["questionnaire"] == Edition.SHORT


def test_who_somebody_is_decides_what_is_asked(whole: Phase) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    baby = {**sample.people[sample.child], "tanggal_lahir_year": str(timezone.localdate().year - 1)}
    save(draft, "orang", {**baby, "nik": "", "belum_punya_nik": "on"}, item=sample.child)
    state = DraftState.load(draft)
    asked = {person: [page.key for page in pages_of_person(state, person)] for person in sample.people}
    assert asked[sample.child] == ["orang", "dokumen-sekolah", "kesehatan"]
    assert asked[sample.father] == ["orang", "dokumen-sekolah", "pekerjaan", "kesehatan"]
    fields = {
        person: set(PAGE_BY_KEY[key].build(state, person).fields)
        for person, key in (
            (sample.child, "dokumen-sekolah"),
            (sample.father, "kesehatan"),
            (sample.mother, "kesehatan"),
        )
    }
    assert fields[sample.child] == {"kartu_identitas", "tercantum_di_kk"}
    assert "hamil" not in fields[sample.father]
    assert "hamil" in fields[sample.mother]
    assert "hubungan_krt" in PAGE_BY_KEY["dokumen-sekolah"].build(state, sample.grandmother).fields


def test_answers_of_a_page_that_no_longer_applies_never_reach_the_household(whole: Phase) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    baby = {**sample.people[sample.child], "tanggal_lahir_year": str(timezone.localdate().year - 1)}
    save(draft, "orang", {**baby, "nik": "", "belum_punya_nik": "on"}, item=sample.child)
    services.submit(draft=draft, by=siti())
    child = Member.objects.get(name="Nur")
    assert (child.in_school, child.school_level, child.works, child.pregnant) == (False, "", False, None)
    asked = {"kartu_identitas", "tercantum_di_kk", "penyakit", "disabilitas", "jaminan_kesehatan", "ibu_kandung"}
    assert set(child.details) == asked
    (frozen,) = [who for who in frozen_people() if who["nama"] == "Nur"]
    assert not {"nisn", "partisipasi", "bekerja", "hamil"} & set(frozen)


def frozen_people() -> list[dict[str, Any]]:
    payload = Submission.objects.get().payload
    return [who for family in payload["families"] for who in family["people"]]


@pytest.mark.parametrize(
    ("page", "changes", "gone"),
    [
        ("bangunan", {"status_bangunan": "kontrak_sewa"}, {"status_lahan", "bukti_lahan"}),
        ("bahan-bangunan", {"dinding": "gipsum"}, {"kondisi_dinding"}),
        ("air-energi", {"air_minum": "isi_ulang"}, {"jarak_air"}),
        ("tanah-ternak", {"tanah_lain": "tidak", "ternak": "tidak"}, {"luas_tanah_lain", "jumlah_kambing"}),
        ("bantuan", {"bantuan": ["kjp"]}, {"bantuan_sembako"}),
    ],
)
def test_an_answer_nobody_asks_for_any_more_is_dropped(
    whole: Phase, page: str, changes: dict[str, Any], gone: set[str]
) -> None:
    sample = Whole()
    sample.whole[page] |= changes
    household = registered_whole(by=siti(), phase=whole, sample=sample)
    assert not gone & {*household.dwelling, *household.details}
    assert gone <= {*Whole().whole[page]}
    assert not any(key in json.dumps(Submission.objects.get().payload) for key in gone)


def test_a_hidden_answer_that_is_kept_is_noticed(whole: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: dormant questions count."""
    monkeypatch.setattr("registration.forms.base.PageForm.follow", lambda *args: None)
    with pytest.raises(AssertionError):
        test_an_answer_nobody_asks_for_any_more_is_dropped(
            whole, "air-energi", {"air_minum": "isi_ulang"}, {"jarak_air"}
        )


def test_a_question_that_follows_is_asked_once_its_answer_calls_for_it(whole: Phase) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    saved = save(
        draft, "pekerjaan", {"bekerja": "ya", "pekerjaan": "pedagang", "npwp": "tidak_ada"}, item=sample.father
    )
    assert set(saved.form.errors) == {
        "lapangan_usaha", "status_pekerjaan", "jam_kerja", "penghasilan", "jaminan_kerja",
    }  # fmt: skip
    kept = save(draft, "pekerjaan", {"bekerja": "tidak", "pekerjaan": "lainnya", "npwp": "tidak_ada"},
                item=sample.father, version=2)  # fmt: skip
    assert kept.entry.complete
    assert "lapangan_usaha" not in kept.entry.answers


def test_none_of_these_must_be_said_and_said_alone(whole: Phase) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    assert set(save(draft, "harta", {**sample.whole["harta"], "barang": []}).form.errors) == {"barang"}
    both = {**sample.whole["harta"], "barang": ["tidak_ada", "ac"]}
    assert set(save(draft, "harta", both, version=2).form.errors) == {"barang"}
    assert save(draft, "harta", {**sample.whole["harta"], "barang": ["tidak_ada"]}, version=3).entry.complete
    assert answers_of(draft, "harta")["barang"] == []
    assert str(dict(GOODS)["tidak_ada"]) in [words for _label, words in Review.of(draft).task("harta").lines]


@pytest.mark.parametrize(
    ("typed", "is_fine"),
    [("3/2025", True), ("03-2025", True), ("０３/2025", True), ("13/2025", False), ("2025", False), ("1/1999", False)],
)
def test_months_are_typed_as_people_write_them(whole: Phase, typed: str, is_fine: bool) -> None:
    draft = services.open_draft(by=siti(), phase=whole)
    saved = save(draft, "bantuan", {"bantuan": ["pkh"], "bantuan_pkh": typed}, version=0)
    assert (set(saved.form.errors) == set()) is is_fine


@pytest.mark.parametrize(("ago", "is_fine"), [(0, True), (300, True), (330, False), (-2, False)])
def test_a_pregnancy_began_in_the_last_ten_months(whole: Phase, ago: int, is_fine: bool) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    typed = {**sample.activities[sample.mother]["kesehatan"]}
    typed |= day("hamil_sejak", timezone.localdate() - timedelta(days=ago))
    assert save(draft, "kesehatan", typed, item=sample.mother).entry.complete is (is_fine and bool(typed))


@pytest.mark.parametrize("relation", ["pembantu", "famili_lain", "lainnya"])
def test_a_helper_on_the_kk_of_an_employer_is_warned_and_the_confirmation_kept(whole: Phase, relation: str) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    who = {**sample.people[sample.father], "hubungan": relation, "status_kawin": "belum_kawin"}
    save(draft, "orang", who, item=sample.father)
    work = {"bekerja": "tidak", "pekerjaan": "pembantu_rumah_tangga", "npwp": "tidak_ada"}
    saved = save(draft, "pekerjaan", work, item=sample.father)
    (note,) = saved.form.notes()
    assert "KK" in str(note.message)
    save(draft, "pekerjaan", {**work, "confirmed": [note.code]}, item=sample.father, version=2)
    services.submit(draft=draft, by=siti())
    (frozen,) = [who for who in frozen_people() if who["nama"] == "Ahmad"]
    assert note.code in frozen["confirmed"]


def test_an_employed_helper_with_a_kk_of_ones_own_is_not_warned(whole: Phase) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    work = {**sample.activities[sample.mother]["pekerjaan"], "pekerjaan": "pembantu_rumah_tangga"}
    assert save(draft, "pekerjaan", work, item=sample.mother).form.notes() == []


def test_mothers_are_asked_last_and_needed_for_heads_only(whole: Phase) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), phase=whole, sample=sample)
    saved = save(draft, "ibu-kandung", {})
    assert {name.removeprefix("ibu-") for name in saved.form.errors} == {sample.mother, sample.grandmother}
    assert [page.key for page in PAGES if page.repeats is Repeats.ONCE][-1] == "ibu-kandung"


def test_what_is_sensitive_is_nowhere_in_clear(whole: Phase) -> None:
    registered_whole(by=siti(), phase=whole)
    with connection.cursor() as cursor:
        for model in apps.get_app_config("registration").get_models():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{model._meta.db_table}" t')  # noqa: S608
            text = " ".join(row[0] for row in cursor.fetchall())
            for secret in (MOTHER, SCHOOL, "0152345678", "530000000001", "hipertensi", "1jt_sampai_umk"):
                assert secret not in text, (model._meta.label, secret)


def test_pages_of_the_whole_questionnaire_do_not_exist_in_the_short_one() -> None:
    short, whole = Sample(), Whole()
    for edition, sample in ((Edition.SHORT, short), (Edition.WHOLE, whole)):
        keys = {key for key, _item, _typed in sample.pages()}
        assert keys | {"perwakilan"} == {page.key for page in PAGES if edition in page.editions}


def test_without_scripts_what_follows_is_shown_once_before_the_form_goes_on(client: Client, whole: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=whole)
    address = reverse("registration:page_edit", kwargs={"draft_id": draft.pk, "key": "bantuan"})
    sign_in(client, siti())
    assert re.search(r'data-answers="pkh" hidden>', client.get(address).content.decode())
    shown = client.post(address, {"version": "0", "bantuan": "pkh", "bantuan_pkh": ""})
    assert shown.status_code == 200
    page = shown.content.decode()
    assert re.search(r'data-answers="pkh">', page)
    assert "data-error-summary" not in page
    assert client.post(address, {"version": "1", "bantuan": "pkh", "bantuan_pkh": ""}).status_code == 302
    script = {"version": "2", "bantuan": ["pkh", "kks"], "bantuan_kks": "", "langsung": "1"}
    assert client.post(address, script).status_code == 302


def test_looking_for_a_kelurahan_calls_nothing_wrong_and_keeps_everything(client: Client, whole: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=whole)
    address = reverse("registration:page_edit", kwargs={"draft_id": draft.pk, "key": "alamat-ktp"})
    typed = {"version": "0", "alamat": "Jl. Kenari 2", "kelurahan_cari": "pal meriam", "cari": "kelurahan"}
    page = sign_in(client, siti()).post(address, typed).content.decode()
    assert "Palmeriam" in page
    assert "data-error-summary" not in page
    assert 'value="Jl. Kenari 2"' in page
    assert 'name="version" value="1"' in page


def test_every_kept_answer_can_be_told_in_words(whole: Phase) -> None:
    household = registered_whole(by=siti(), phase=whole)
    said = dict(household_lines(household))
    kept = {*household.dwelling, *household.details} - {"survei"}
    assert len(said) == len(kept) + 1
    assert "Program Keluarga Harapan (PKH)" in " ".join(said.values())
    for member in Member.objects.all():
        about = member_lines(member, edition=household.questionnaire)
        assert (member.details["ibu_kandung"] in dict(about).values()) is True
        assert len(about) >= len(member.details)
    short = registered(by=siti())
    assert len(household_lines(short)) == len(short.dwelling)


def test_an_answer_keeps_its_words_when_a_later_edition_lists_other_codes() -> None:
    wood = Question("x", "lantai", "Floor", (("kayu", "Wood"),), editions=frozenset({"1"}))
    later = Question("x", "lantai", "Main floor", (("jati", "Teak"),), editions=frozenset({"2"}))
    for table in ((wood, later), (later, wood)):
        assert lines(table, {"lantai": "kayu"}) == [("Floor", "Wood")]
        assert lines(table, {"lantai": "jati"}) == [("Main floor", "Teak")]
    assert asked_on((wood, later), topic="x", edition="2") == (later,)
    assert lines((wood,), {"lantai": "lenyap"}) == [("Floor", "lenyap")]
