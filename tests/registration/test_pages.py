"""The form: every page is kept at once, and tells at once what is wrong or unlikely."""

from datetime import date

import pytest
from django.db import connection
from django.utils import translation

from registration import services
from registration.codes import Relation
from registration.forms.table import TABLE
from registration.models import Draft, DraftPage, Phase
from registration.pages import PAGE_BY_KEY, PAGES, Repeats, parts_of
from registration.review import Review, Status
from registration.services import Saved
from registration.state import DraftState, new_item
from registration.views.pages import part_in_words
from tests.people import GAMBIR, TEBET, siti
from tests.registration.samples import (
    ANSWERS,
    ONCE,
    Sample,
    Typed,
    fill,
    kk,
    nik,
    open_phase,
    person,
    post,
    ready_draft,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(phase: Phase) -> Draft:
    return services.open_draft(by=siti(), phase=phase)


def save(draft: Draft, key: str, typed: Typed, *, item: str = "", version: int = 0) -> Saved:
    return services.save_page(
        draft=draft, page=PAGE_BY_KEY[key], item=item, posted=post(typed), version=version, by=draft.owner
    )


def errors_of(saved: Saved) -> set[str]:
    return set(saved.form.errors)


def test_page_keys_are_unique_and_tables_cover_every_question() -> None:
    assert len(PAGE_BY_KEY) == len(PAGES)
    assert {question.topic for question in TABLE} == {page.topic for page in PAGES if page.topic}


def test_invalid_values_are_kept_as_typed(draft: Draft) -> None:
    saved = save(draft, "bangunan", {"status_bangunan": "", "luas_lantai": "dua puluh", "jumlah_kamar": "1"})
    assert errors_of(saved) == {"status_bangunan", "luas_lantai"}
    row = DraftPage.objects.get()
    assert (row.complete, row.version) == (False, 1)
    assert row.data["typed"]["luas_lantai"] == ["dua puluh"]
    assert row.data["answers"] == {}
    assert Review.of(draft).task("bangunan").status is Status.PROGRESS


def test_fields_that_are_not_on_the_page_are_not_kept(draft: Draft) -> None:
    save(draft, "daya", {"daya": "450", "household": "x", "account": "y", "daya_lagi": "z"})
    assert DraftPage.objects.get().data["typed"] == {"daya": ["450"]}


def test_pages_appear_only_when_they_apply_and_are_dropped_afterwards(phase: Phase) -> None:
    sample = Sample()
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    save(draft, "air-energi", {**sample.once["air-energi"], "penerangan": "bukan_listrik"}, version=1)
    save(draft, "sanitasi", {"fasilitas_bab": "tidak_ada", "tinja": "lubang_tanah"}, version=1)
    household = services.submit(draft=draft, by=siti())
    assert "daya" not in household.dwelling
    assert "kloset" not in household.dwelling


def parts(draft: Draft) -> list[str]:
    """Where each page of this draft says it is."""
    state = DraftState.load(draft)
    pages = [page for page in PAGES if page.repeats is Repeats.ONCE and page.applies(state)]
    return [part_in_words(state, page) for page in [*pages, PAGE_BY_KEY["kk"], PAGE_BY_KEY["orang"]]]


def test_each_page_says_which_part_of_the_task_list_it_is(phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    once = [f"Part {number} of 11" for number in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11)]
    with translation.override("en"):
        assert parts(draft) == [*once, "Part 4 of 11", "Part 4 of 11"]


@pytest.mark.parametrize("photos", [[], ["ktp"]])
def test_the_parts_are_those_of_the_task_list(draft: Draft, photos: list[str]) -> None:
    """Also while pages come and go with the answers, and where the phase needs photos."""
    Phase.objects.update(photos_asked=["ktp"], photos_required=photos)
    assert len(parts_of(DraftState.load(Draft.objects.get()))) == 9 + len(photos)
    for key, typed in (("kontak", {"untuk": "orang_lain"}), ("air-energi", {"penerangan": "pln_meteran"})):
        save(draft, key, {**ONCE[key], **typed})
        state = DraftState.load(Draft.objects.select_related("phase").get())
        assert len(parts_of(state)) == Review(state).done_and_all[1]
    assert len(parts_of(state)) == 11 + len(photos)


def test_a_page_saved_elsewhere_is_not_overwritten(draft: Draft) -> None:
    save(draft, "daya", {"daya": "450"})
    save(draft, "daya", {"daya": "900"}, version=1)
    with pytest.raises(services.Conflict) as conflict:
        save(draft, "daya", {"daya": "1300"}, version=1)
    assert conflict.value.form["daya"].value() == "1300"
    assert conflict.value.stored.typed == {"daya": ["900"]}
    assert DraftState.load(draft).entry("daya").typed == {"daya": ["900"]}


def test_the_same_values_twice_are_no_conflict(draft: Draft) -> None:
    save(draft, "daya", {"daya": "450"})
    assert save(draft, "daya", {"daya": "450"}).entry.version == 1


@pytest.mark.parametrize("question", list(ANSWERS))
def test_every_question_needs_a_yes_or_a_no(draft: Draft, question: str) -> None:
    saved = save(draft, "pernyataan", {key: value for key, value in ANSWERS.items() if key != question})
    assert errors_of(saved) == {question}
    assert saved.form.fields[question].initial is None
    assert "checked" not in str(PAGE_BY_KEY["pernyataan"].build(saved.state)[question])


def test_the_domicile_may_be_copied_from_the_ktp(draft: Draft) -> None:
    save(draft, "alamat-ktp", {"alamat": "Jl. Melati 3", "rt": "7", "rw": "8", "kelurahan": GAMBIR})
    saved = save(draft, "domisili", {"sama": "sama", "rt": "xx"})
    assert saved.entry.complete
    assert saved.entry.answers["alamat"] == "Jl. Melati 3"
    assert (saved.entry.answers["rt"], saved.entry.answers["rw"]) == ("007", "008")


def test_another_domicile_must_be_written_in_full(draft: Draft) -> None:
    save(draft, "alamat-ktp", {"alamat": "Jl. Melati 3", "rt": "7", "rw": "8", "kelurahan": GAMBIR})
    assert errors_of(save(draft, "domisili", {"sama": "lain"})) == {"kelurahan", "alamat", "rt", "rw"}
    full = {"sama": "lain", "kelurahan": TEBET, "alamat": "Jl. Lain", "rt": "1", "rw": "2"}
    assert save(draft, "domisili", full, version=1).entry.complete


def test_a_ktp_from_outside_jakarta_needs_its_region_in_words(draft: Draft) -> None:
    typed = {"alamat": "Jl. Jauh 1", "rt": "1", "rw": "1", "kelurahan": "", "daerah_lain": ""}
    assert errors_of(save(draft, "alamat-ktp", typed)) == {"kelurahan"}
    assert save(draft, "alamat-ktp", {**typed, "daerah_lain": "Bojong, Kab. Bogor"}, version=1).entry.complete
    assert "sama" not in PAGE_BY_KEY["domisili"].build(DraftState.load(draft)).fields


def test_the_same_nik_twice_in_a_draft_is_told_at_once(draft: Draft) -> None:
    family = new_item()
    save(draft, "kk", {"kk": kk()}, item=family)
    first = person(family=family, name="Siti", born=date(1985, 8, 17), sex="P", relation="kepala")
    save(draft, "orang", first, item=new_item())
    twin = {**first, "nama": "Siti lagi", "hubungan": "lainnya"}
    assert errors_of(save(draft, "orang", twin, item=new_item())) == {"nik"}


def test_the_same_kk_twice_in_a_draft_is_told_at_once(draft: Draft) -> None:
    number = kk()
    save(draft, "kk", {"kk": number}, item=new_item())
    assert errors_of(save(draft, "kk", {"kk": number}, item=new_item())) == {"kk"}


def test_an_impossible_nik_is_an_error_and_an_unlikely_one_a_note(draft: Draft) -> None:
    family = new_item()
    save(draft, "kk", {"kk": kk()}, item=family)
    born = date(1985, 8, 17)
    typed = person(family=family, name="Siti", born=born, sex="P", relation="kepala")
    assert errors_of(save(draft, "orang", {**typed, "nik": "9901014508850000"}, item=new_item())) == {"nik"}
    unlikely = {**typed, "nik": nik(born=date(1986, 9, 18), sex="L")}
    saved = save(draft, "orang", unlikely, item=new_item())
    assert saved.entry.complete
    assert {note.code for note in saved.form.notes()} == {
        "nik.region_unknown",
        "nik.birth_date_differs",
        "nik.sex_differs",
    }


def test_only_small_children_may_be_without_a_nik(draft: Draft) -> None:
    family = new_item()
    save(draft, "kk", {"kk": kk()}, item=family)
    baby = person(family=family, name="Adik", born=date(2025, 1, 1), sex="L", relation="anak", number="")
    assert errors_of(save(draft, "orang", baby, item=new_item())) == {"nik"}
    assert save(draft, "orang", {**baby, "belum_punya_nik": "on"}, item=new_item()).entry.complete
    grown = {**baby, "tanggal_lahir_year": "1990", "belum_punya_nik": "on"}
    assert errors_of(save(draft, "orang", grown, item=new_item())) == {"belum_punya_nik"}
    heading = {**baby, "belum_punya_nik": "on", "hubungan": "kepala"}
    assert errors_of(save(draft, "orang", heading, item=new_item())) == {"hubungan"}


def test_a_second_head_of_family_is_told_at_once(draft: Draft) -> None:
    family = new_item()
    save(draft, "kk", {"kk": kk()}, item=family)
    for name, expected in (("Siti", set()), ("Ahmad", {"hubungan"})):
        typed = person(family=family, name=name, born=date(1985, 8, 17), sex="P", relation=Relation.HEAD)
        assert errors_of(save(draft, "orang", typed, item=new_item())) == expected


def test_a_kk_needs_people_and_exactly_one_head(phase: Phase) -> None:
    sample = Sample()
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    grandmother = list(sample.people)[3]
    save(draft, "orang", {**sample.people[grandmother], "hubungan": "lainnya"}, item=grandmother, version=1)
    assert len(Review.of(draft).missing) == 1
    services.remove_item(draft=draft, page=PAGE_BY_KEY["orang"], item=grandmother, by=siti())
    assert len(Review.of(draft).missing) == 1
    with pytest.raises(services.Incomplete):
        services.submit(draft=draft, by=siti())


def test_removing_a_kk_removes_its_people(phase: Phase) -> None:
    sample = Sample()
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    services.remove_item(draft=draft, page=PAGE_BY_KEY["kk"], item=sample.second, by=siti())
    review = Review.of(draft)
    assert [[who.name for who in family.people] for family in review.families] == [["Siti Aminah", "Ahmad", "Nur"]]
    assert review.is_complete


def test_pregnancy_is_asked_of_women_from_10_to_54_only(draft: Draft) -> None:
    family = new_item()
    save(draft, "kk", {"kk": kk()}, item=family)
    asked = {}
    for born, sex in (
        (date(1990, 1, 1), "P"),
        (date(1990, 1, 1), "L"),
        (date(2024, 1, 1), "P"),
        (date(1950, 1, 1), "P"),
    ):
        item = new_item()
        typed = person(family=family, name="X", born=born, sex=sex, relation="lainnya")
        state = save(draft, "orang", typed, item=item).state
        asked[(born.year, sex)] = "hamil" in PAGE_BY_KEY["kegiatan"].build(state, item).fields
    assert asked == {(1990, "P"): True, (1990, "L"): False, (2024, "P"): False, (1950, "P"): False}


def test_registering_others_asks_for_relation_and_consent(draft: Draft) -> None:
    sample = Sample()
    sample.once["kontak"]["untuk"] = "orang_lain"
    fill(draft, sample, by=siti())
    assert Review.of(draft).missing == [str(PAGE_BY_KEY["perwakilan"].title)]
    save(draft, "perwakilan", {"hubungan": "tetangga", "cara_setuju": "hadir", "disetujui_oleh": "Siti Aminah"})
    household = services.submit(draft=draft, by=siti())
    assert (household.for_others, household.registrant_relation, household.consent_basis) == (True, "tetangga", "hadir")
    assert household.consent_given_at == household.submitted_at


def test_answers_that_do_not_go_together_are_pointed_out(phase: Phase) -> None:
    sample = Sample()
    sample.once["air-energi"]["air_minum"] = "kemasan_bermerek"
    review = Review.of(ready_draft(by=siti(), phase=phase, sample=sample))
    assert [note.code for note in review.notes] == ["air"]


def test_a_draft_is_nowhere_in_clear(phase: Phase) -> None:
    sample = Sample()
    ready_draft(by=siti(), phase=phase, sample=sample)
    number = next(iter(sample.people.values()))["nik"].encode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM registration_draftpage")
        blobs = [bytes(row[0]) for row in cursor.fetchall()]
    assert blobs
    assert not any(number in blob or b"Siti" in blob for blob in blobs)


def test_a_citizen_holds_no_more_than_thirty_drafts(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_OPEN_DRAFTS", 1)
    services.open_draft(by=siti(), phase=phase)
    with pytest.raises(services.TooMany):
        services.open_draft(by=siti(), phase=phase)


def test_a_draft_begins_only_while_registration_is_open() -> None:
    with pytest.raises(services.NotOpen):
        services.open_draft(by=siti(), phase=open_phase(suspended=True))
