"""Choosing a kelurahan by part of its name or by its kecamatan, with and without scripts."""

import pytest
from django import forms
from django.test import Client

from areas.choice import MOST_SHOWN, KelurahanChoiceField
from areas.directory import current_directory
from areas.models import Area
from tests.people import GAMBIR, TEBET

pytestmark = pytest.mark.django_db


class AddressForm(forms.Form):
    kelurahan = KelurahanChoiceField()


def cleaned(**typed: str) -> str:
    form = AddressForm(typed)
    return str(form.cleaned_data["kelurahan"].name if form.is_valid() else form.errors.as_data()["kelurahan"][0].code)


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        ({"kelurahan": GAMBIR}, "Gambir"),
        ({"kelurahan_cari": "cideng"}, "Cideng"),
        ({"kelurahan_cari": "kel. CIDENG"}, "Cideng"),
        ({"kelurahan_cari": "petojo"}, "choose"),
        ({"kelurahan_cari": "jakarta pusat", "kelurahan": GAMBIR}, "Gambir"),
        ({"kelurahan_cari": "pal meriam"}, "Palmeriam"),
        ({"kelurahan_cari": "harapan mulya"}, "Harapan Mulia"),
        ({"kelurahan_cari": "cideng", "kelurahan": TEBET}, "choose"),
        ({"kelurahan_cari": "bojong gede"}, "not_found"),
        ({"kelurahan_kec": "31.71.01"}, "choose"),
        ({"kelurahan_kec": "31.71.01", "kelurahan": GAMBIR}, "Gambir"),
        ({"kelurahan_kec": "31.71.01", "kelurahan": TEBET}, "choose"),
        ({}, "required"),
        ({"kelurahan": "31.71"}, "invalid_choice"),
        ({"kelurahan": "\x00" * 5000}, "invalid_choice"),
        ({"kelurahan_cari": "\x00" * 5000}, "not_found"),
    ],
)
def test_a_kelurahan_is_taken_when_it_is_chosen_or_the_only_one(typed: dict[str, str], result: str) -> None:
    assert cleaned(**typed) == result


def test_the_page_shows_what_matches_and_marks_what_is_chosen() -> None:
    html = str(AddressForm({"kelurahan_cari": "petojo", "kelurahan": TEBET})["kelurahan"])
    assert html.count('type="radio"') == 3
    assert f'value="{TEBET}" id="id_kelurahan_2" checked' in html
    empty = str(AddressForm()["kelurahan"])
    assert empty.count('type="radio"') == 0
    assert empty.count("<optgroup") == 6
    assert empty.count("<option") == 45
    many = str(AddressForm({"kelurahan_cari": "jakarta"})["kelurahan"])
    assert many.count('type="radio"') == MOST_SHOWN
    assert "checked" in str(AddressForm(initial={"kelurahan": Area.objects.get(pk=GAMBIR)})["kelurahan"])


def test_every_kelurahan_is_found_by_its_name_and_by_its_kecamatan() -> None:
    directory = current_directory()
    kelurahan = [area for area in directory.areas.values() if area.level == "kelurahan"]
    assert len(kelurahan) == 267
    for area in kelurahan:
        assert area.code in [found.code for found in directory.find(area.name)][:MOST_SHOWN]
        assert area.code in [found.code for found in directory.in_kecamatan(area.kecamatan_code)][:MOST_SHOWN]


def test_a_script_asks_for_the_same(client: Client) -> None:
    answer = client.get("/wilayah/kelurahan/", {"cari": "Pal Meriam"})
    assert answer.json() == {"areas": [["31.75.01.1004", "Palmeriam", "Matraman, Jakarta Timur"]], "more": False}
    assert client.get("/wilayah/kelurahan/", {"kec": "31.71.01"}).json()["areas"][0][1] == "Cideng"
    assert client.get("/wilayah/kelurahan/", {"cari": "jakarta"}).json()["more"] is True
    assert client.get("/wilayah/kelurahan/", {"cari": "٣" * 900, "kec": "x"}).json()["areas"] == []
    assert client.post("/wilayah/kelurahan/").status_code == 405
