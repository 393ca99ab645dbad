"""Form fields: what is typed, what is kept, and the sentence beside a mistake."""

from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.utils import timezone
from django.utils.translation import override

from identity.formfields import BirthDateField, KkField, NameField, NikField, PhoneField, RtRwField


class PersonForm(forms.Form):
    nik = NikField()
    kk = KkField(required=False)
    phone = PhoneField(required=False)
    name = NameField()
    birth_date = BirthDateField()
    rt = RtRwField()


TYPED = {
    "nik": "99 01 01 410190 0001",
    "kk": "",
    "phone": "0812 3456 7890",
    "name": " Siti ",
    "birth_date_day": "1",
    "birth_date_month": "01",
    "birth_date_year": "1990",
    "rt": "5",
}


def errors_of(**typed: str) -> dict[str, Any]:
    form = PersonForm({**TYPED, **typed})
    return {name: [error["code"] for error in errors] for name, errors in form.errors.get_json_data().items()}


def test_what_was_typed_is_kept_in_one_form() -> None:
    form = PersonForm(TYPED)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "nik": "9901014101900001",
        "kk": "",
        "phone": "+6281234567890",
        "name": "Siti",
        "birth_date": date(1990, 1, 1),
        "rt": "005",
    }


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("nik", "", "required"),
        ("nik", "123", "length"),
        ("nik", "1" * 61, "max_length"),
        ("nik", "9901014101900001\x00", "null_characters_not_allowed"),
        ("kk", "123", "length"),
        ("phone", "021 555", "landline"),
        ("name", "", "required"),
        ("name", "a" * 101, "max_length"),
        ("name", "Siti\x07", "characters"),
        ("rt", "", "required"),
        ("rt", "0", "invalid"),
        ("rt", "1234", "invalid"),
        ("rt", "5a", "invalid"),
        ("rt", "٥", "invalid"),
    ],
)
def test_a_mistake_has_its_reason(field: str, typed: str, code: str) -> None:
    assert errors_of(**{field: typed}) == {field: [code]}


@pytest.mark.parametrize(
    ("day", "month", "year", "code"),
    [
        ("", "", "", "required"),
        ("1", "", "1990", "required"),
        ("x", "1", "1990", "digits"),
        ("-1", "1", "1990", "digits"),
        ("1", "1", "90", "year"),
        ("31", "2", "1990", "not_a_date"),
        ("0", "1", "1990", "not_a_date"),
        ("1", "1", "0000", "not_a_date"),
        ("31", "12", "1899", "too_early"),
    ],
)
def test_a_wrong_birth_date_has_its_reason(day: str, month: str, year: str, code: str) -> None:
    typed = {"birth_date_day": day, "birth_date_month": month, "birth_date_year": year}
    assert errors_of(**typed) == {"birth_date": [code]}


def test_today_is_the_last_possible_birth_date() -> None:
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    assert BirthDateField().clean([str(today.day), str(today.month), str(today.year)]) == today
    with pytest.raises(forms.ValidationError) as caught:
        BirthDateField().clean([str(tomorrow.day), str(tomorrow.month), str(tomorrow.year)])
    assert caught.value.code == "future"
    assert BirthDateField().clean(["1", "1", "1900"]) == date(1900, 1, 1)


def test_full_width_digits_and_spaces_are_allowed_for() -> None:
    assert BirthDateField().clean([" １７ ", "8", "１９８５"]) == date(1985, 8, 17)
    assert RtRwField().clean(" ０５ ") == "005"


def test_an_optional_birth_date_may_be_empty_and_never_half() -> None:
    assert BirthDateField(required=False).clean(["", "", ""]) is None
    with pytest.raises(forms.ValidationError) as caught:
        BirthDateField(required=False).clean(["1", "", ""])
    assert caught.value.code == "incomplete"


def test_missing_boxes_are_a_form_error() -> None:
    assert errors_of() == {}
    form = PersonForm({name: text for name, text in TYPED.items() if not name.startswith("birth_date")})
    assert form.errors.get_json_data()["birth_date"][0]["code"] == "required"


@pytest.mark.parametrize("initial", [date(1990, 8, 17), "1990-08-17"])
def test_a_date_is_shown_in_three_boxes(initial: object) -> None:
    with override("en"):
        html = str(PersonForm(initial={"birth_date": initial})["birth_date"])
    assert [html.count(f'value="{part}"') for part in ("17", "08", "1990")] == [1, 1, 1]
    assert html.count('inputmode="numeric"') == 3
    assert 'aria-label="Year of birth, four digits"' in html


def test_the_boxes_stand_in_a_fieldset_whose_legend_points_nowhere() -> None:
    bound = PersonForm()["birth_date"]
    assert bound.use_fieldset
    assert "for=" not in bound.legend_tag()


def test_an_unchanged_date_has_not_changed() -> None:
    field = BirthDateField()
    assert not field.has_changed(date(1990, 8, 17), ["17", "8", "1990"])
    assert not field.has_changed("1990-08-17", ["17", "08", "1990"])
    assert field.has_changed(date(1990, 8, 17), ["18", "8", "1990"])
    assert field.has_changed(date(1990, 8, 17), ["x", "8", "1990"])


def test_the_typed_value_stays_beside_its_error() -> None:
    form = PersonForm({**TYPED, "nik": "12 34"})
    assert 'value="12 34"' in str(form["nik"])


def test_number_fields_ask_for_a_keyboard_of_digits() -> None:
    assert 'inputmode="numeric"' in str(PersonForm()["nik"])
    assert 'inputmode="tel"' in str(PersonForm()["phone"])
    assert 'type="tel"' in str(PersonForm()["phone"])
