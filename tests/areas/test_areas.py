"""The official areas of Jakarta: complete, found under every spelling, and back after the database was emptied."""

from typing import Any

import pytest
from django import forms
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from areas.directory import current_directory, known_nik_regions
from areas.formfields import KelurahanField, find_kelurahan
from areas.loading import add_missing_areas, load_official_areas
from areas.models import Area, AreaAlias, AreaRelease
from areas.official import read_official_list

pytestmark = pytest.mark.django_db
GAMBIR, TEBET_BARAT = "31.71.01.1001", "31.74.01.1002"


def counts() -> tuple[int, int, int]:
    return Area.objects.count(), AreaAlias.objects.count(), AreaRelease.objects.count()


def test_all_areas_of_jakarta_are_there() -> None:
    assert Area.objects.count() == 318
    assert Area.objects.filter(level="provinsi").count() == 1
    assert Area.objects.kota().count() == 6
    assert Area.objects.kecamatan().count() == 44
    assert Area.objects.kelurahan().count() == 267


@pytest.mark.parametrize(
    ("code", "bps_code", "kecamatan", "kelurahan"),
    [
        ("31.01", "3101", 2, 6),
        ("31.71", "3173", 8, 44),
        ("31.72", "3175", 6, 31),
        ("31.73", "3174", 8, 56),
        ("31.74", "3171", 10, 65),
        ("31.75", "3172", 10, 65),
    ],
)
def test_each_kota_has_its_statistics_code_and_its_parts(
    code: str, bps_code: str, kecamatan: int, kelurahan: int
) -> None:
    assert Area.objects.get(code=code).bps_code == bps_code
    assert Area.objects.filter(parent_id=code).count() == kecamatan
    assert Area.objects.filter(parent__parent_id=code).count() == kelurahan


def test_an_area_says_where_it_lies() -> None:
    gambir = Area.objects.get(code=GAMBIR)
    assert gambir.full_name == "Gambir, Kec. Gambir, Jakarta Pusat"
    assert (gambir.kota_code, gambir.kecamatan_code, gambir.parent_id) == ("31.71", "31.71.01", "31.71.01")
    assert gambir.postcode == "10110"
    assert str(Area.objects.get(code="31.71.01")) == "Kec. Gambir, Jakarta Pusat"
    assert Area.objects.get(code="31").kota_code == ""


def test_loading_again_changes_nothing_and_corrects_what_was_changed() -> None:
    before = counts()
    Area.objects.filter(code=GAMBIR).update(name="Ganbir", full_name="")
    AreaAlias.objects.all().delete()
    call_command("load_areas", verbosity=0)
    assert load_official_areas() == 318
    assert counts() == before
    assert Area.objects.get(code=GAMBIR).full_name == "Gambir, Kec. Gambir, Jakarta Pusat"


def test_what_is_missing_is_added_and_nothing_else_is_touched() -> None:
    Area.objects.filter(code=GAMBIR).delete()
    Area.objects.filter(code=TEBET_BARAT).update(postcode="99999")
    assert add_missing_areas() == 1
    assert add_missing_areas() == 0
    assert Area.objects.filter(code=GAMBIR).exists()
    assert Area.objects.get(code=TEBET_BARAT).postcode == "99999"


def test_asking_for_missing_areas_is_quick_when_none_is_missing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        add_missing_areas()


@pytest.mark.django_db(transaction=True)
def test_areas_are_back_after_the_database_was_emptied() -> None:
    before = counts()
    call_command("flush", interactive=False, verbosity=0)
    assert counts() == before == (318, 23, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("gambir", GAMBIR),
        ("Kel. Gambir", GAMBIR),
        ("pondok rangon", "31.75.10.1003"),
        ("Pondok Ranggon", "31.75.10.1003"),
        ("harapan mulya", "31.71.03.1003"),
        ("KAMPUNG TENGAH", "31.75.04.1002"),
        ("halim perdana kusumah", "31.75.08.1004"),
        ("kali baru", "31.72.04.1004"),
        ("karanganyar", "31.71.02.1002"),
        ("koja utara", "31.72.03.1001"),
        ("tebet barat, jakarta selatan", TEBET_BARAT),
    ],
)
def test_a_kelurahan_is_found_under_its_spellings(text: str, code: str) -> None:
    found = Area.objects.kelurahan().search(text).first()
    assert found is not None
    assert found.code == code


def test_a_search_for_nothing_finds_nothing() -> None:
    assert [Area.objects.search(text).count() for text in ("", "  ", "%", "_", "kelurahan", "tidak ada")] == [0] * 6
    assert Area.objects.search("x " * 5000).count() == 0


def test_every_alias_leads_to_exactly_its_area() -> None:
    for alias in AreaAlias.objects.filter(area__level="kelurahan"):
        assert [area.code for area in find_kelurahan(alias.name)] == [alias.area_id]


def test_names_in_files_lead_to_their_kelurahan() -> None:
    for area in Area.objects.kelurahan():
        assert [found.code for found in find_kelurahan(area.name.upper())] == [area.code]
    assert find_kelurahan("Gambi") == []
    assert find_kelurahan("") == []


def test_the_nik_regions_are_the_kecamatan() -> None:
    regions = known_nik_regions()
    assert len(regions) == 44
    assert {"317101", "317401", "310101"} <= regions
    assert "990101" not in regions


def test_the_level_and_the_parent_are_checked_by_the_database() -> None:
    for wrong in (
        {"level": "desa", "parent_id": "31"},
        {"level": "kelurahan"},
        {"level": "provinsi", "parent_id": "31"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Area.objects.create(code="99", name="x", **wrong)


class AddressForm(forms.Form):
    kelurahan = KelurahanField()
    other = KelurahanField(required=False)


def test_the_select_is_grouped_by_kota_and_kecamatan() -> None:
    html = str(AddressForm()["kelurahan"])
    assert html.count("<optgroup") == 44
    assert html.count("<option") == 268
    assert '<optgroup label="Jakarta Pusat › Gambir">' in html
    assert f'<option value="{GAMBIR}">Gambir</option>' in html


def test_a_form_gives_the_area_and_refuses_everything_else() -> None:
    form = AddressForm({"kelurahan": GAMBIR, "other": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"kelurahan": Area.objects.get(code=GAMBIR), "other": None}
    for wrong in ("", "31.71.01", "31.71", "99.99.99.9999", "Gambir", "\x00", "x" * 5000):
        assert not AddressForm({"kelurahan": wrong}).is_valid()


def test_the_chosen_kelurahan_is_selected_again() -> None:
    selected = f'<option value="{GAMBIR}" selected>'
    assert selected in str(AddressForm({"kelurahan": GAMBIR})["kelurahan"])
    assert selected in str(AddressForm(initial={"kelurahan": Area.objects.get(code=GAMBIR)})["kelurahan"])
    field = KelurahanField()
    assert not field.has_changed(Area.objects.get(code=GAMBIR), GAMBIR)
    assert field.has_changed(Area.objects.get(code=GAMBIR), TEBET_BARAT)


def test_a_narrowed_field_offers_and_takes_only_its_kelurahan() -> None:
    form = AddressForm({"kelurahan": TEBET_BARAT})
    form.fields["kelurahan"].narrow_to({GAMBIR})  # type: ignore[attr-defined]
    assert str(form["kelurahan"]).count("<option") == 2
    assert not form.is_valid()
    assert str(AddressForm()["kelurahan"]).count("<option") == 268


def queries_of_a_form() -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        form = AddressForm({"kelurahan": GAMBIR})
        form.is_valid()
        str(form["kelurahan"])
        str(form["kelurahan"])
    return len(queries)


def test_a_form_asks_once_for_each_field_and_a_process_once_for_the_list() -> None:
    current_directory()
    assert queries_of_a_form() == 1


def test_a_new_release_is_seen_at_once() -> None:
    current_directory()
    Area.objects.filter(code=GAMBIR).update(name="Gambir Baru")
    assert "Gambir Baru" not in str(AddressForm()["kelurahan"])
    AreaRelease.objects.create(sha256="f" * 64)
    assert "Gambir Baru" in str(AddressForm()["kelurahan"])


def test_changing_a_cleaned_area_changes_nobody_elses() -> None:
    KelurahanField().clean(GAMBIR).name = "changed"
    assert KelurahanField().clean(GAMBIR).name == "Gambir"


def test_the_vendored_list_has_parents_before_children_and_unique_names() -> None:
    areas = read_official_list().areas
    seen: set[str | None] = {None}
    for area in areas:
        assert area.parent_code in seen
        seen.add(area.code)
    names = [area.name for area in areas if area.level == "kelurahan"]
    assert len(set(names)) == len(names) == 267
    assert all(area.postcode for area in areas if area.level == "kelurahan")
