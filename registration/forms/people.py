"""Pages about families and people: a KK, who a person is, and what they do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.formfields import BirthDateField, KkField, NameField, NikField
from identity.kk import kk_warnings, parse_kk
from identity.nik import nik_warnings, parse_nik
from registration.codes import Disability, Marital, Occupation, Relation, SchoolLevel, Sex
from registration.forms.base import Note, PageForm, line_of_text, one_of, yes_no
from registration.forms.table import TableForm
from registration.questionnaire.person import PREGNANCY_AGES
from registration.questionnaire.person_codes import DEED
from registration.questionnaire.question import YES
from registration.questionnaire.versions import Edition
from registration.state import age_on

__all__ = ["ActivityForm", "FamilyForm", "PersonForm", "WorkForm", "age_on"]

OLDEST_WITHOUT_NIK = 5  # years; infants wait for their birth certificate
HELPERS_RELATIONS = frozenset({Relation.DOMESTIC_HELPER, Relation.OTHER, Relation.OTHER_FAMILY})
DEED_AFTER = frozenset({Marital.MARRIED.value, Marital.DIVORCED.value})


OWN_KK_FIRST = _(
    "A domestic helper on the KK of an employer is judged together with that employer: if the employer is a civil"
    " servant or owns a car, the helper is struck out too. The remedy: ask Dukcapil at the kelurahan for a KK of one's"
    " own (free of charge), then register with it."
)


class FamilyForm(PageForm):
    """One family card (KK)."""

    kk = KkField(
        label=_("KK number"),
        help_text=_("16 digits, at the top of the Kartu Keluarga. Spaces are fine."),
    )

    def clean_kk(self) -> str:
        number: str = self.cleaned_data["kk"]
        if number in self.state.numbers("kk", "kk", but=self.item):
            raise forms.ValidationError(_("This KK number is already in this registration, as another KK."))
        return number

    def notes(self) -> list[Note]:
        number = self.cleaned_data.get("kk")
        if not number:
            return []
        found = [
            Note(f"kk.{code}", message) for code, message in kk_warnings(parse_kk(number), today=timezone.localdate())
        ]
        if number in self.state.numbers("orang", "nik", but=""):
            found.append(
                Note("kk.is_a_nik", _("This is the NIK of a person you listed. The KK number stands above the table."))
            )
        return found


class PersonForm(PageForm):
    """Who a person is, as on the KK."""

    hide_optional = True
    not_in_words = frozenset({"kk"})
    kk = forms.ChoiceField()
    nik = NikField(
        label=_("NIK"),
        required=False,
        help_text=_("16 digits, on the KTP, the KIA or the KK. Spaces are fine."),
    )
    belum_punya_nik = forms.BooleanField(label=_("This is a small child who has no NIK yet"), required=False)
    nama = NameField(label=_("Name as on the KTP or KK"))
    tempat_lahir = line_of_text(
        _("Place of birth"), max_length=100, missing=_("Write the place of birth as on the KTP or KK.")
    )
    tanggal_lahir = BirthDateField(label=_("Date of birth"))
    jenis_kelamin = one_of(_("Sex"), Sex.choices)
    hubungan = one_of(_("Relation to the head of family"), Relation.choices)
    status_kawin = one_of(_("Marital status"), Marital.choices)

    def build(self) -> None:
        families = self.state.families()
        choices = [(item, _("KK %(number)s") % {"number": place}) for place, item in enumerate(families, 1)]
        several = len(families) > 1
        self.fields["kk"] = forms.ChoiceField(
            label=_("On which KK?"),
            choices=choices,
            widget=forms.RadioSelect if several else forms.HiddenInput,
            required=several,
        )
        if self.state.edition == Edition.WHOLE:
            self.fields["akta_nikah"] = one_of(_("Is there a marriage or divorce certificate?"), DEED)
            self.follow("akta_nikah", "status_kawin", DEED_AFTER)

    def clean_kk(self) -> str:
        families = self.state.families()
        return self.cleaned_data["kk"] or (families[0] if families else "")

    def clean_nik(self) -> str | None:
        number: str | None = self.cleaned_data["nik"] or None
        if number and number in self.state.numbers("orang", "nik", but=self.item):
            raise forms.ValidationError(_("This NIK is already in this registration, with another person."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_missing_nik(cleaned)
        if cleaned.get("hubungan") == Relation.HEAD:
            if self._other_head(cleaned.get("kk", "")):
                self.add_error("hubungan", _("This KK already has a head of family. A KK has exactly one."))
            if cleaned.get("belum_punya_nik"):
                self.add_error("hubungan", _("A small child without a NIK cannot be the head of family."))
        return cleaned

    def _clean_missing_nik(self, cleaned: dict[str, Any]) -> None:
        born: date | None = cleaned.get("tanggal_lahir")
        without = cleaned.get("belum_punya_nik")
        if "nik" in self.errors:
            return
        if cleaned.get("nik") and without:
            self.add_error("belum_punya_nik", _("You wrote a NIK above, so please clear this mark."))
        elif not cleaned.get("nik") and not without:
            self.add_error("nik", _("Write the NIK, or mark below that this small child has none yet."))
        elif without and born and age_on(born, timezone.localdate()) > OLDEST_WITHOUT_NIK:
            self.add_error(
                "belum_punya_nik",
                _("Only children up to %(age)s years may be without a NIK. Please ask Dukcapil for the NIK first.")
                % {"age": OLDEST_WITHOUT_NIK},
            )

    def _other_head(self, family: str) -> bool:
        return any(
            self.state.answer("orang", "hubungan", person) == Relation.HEAD
            for person in self.state.people(family)
            if person != self.item
        )

    def notes(self) -> list[Note]:
        number = self.cleaned_data.get("nik")
        found = []
        if number:
            warnings = nik_warnings(
                parse_nik(number),
                known_regions=self.state.areas.known_nik_regions,
                birth_date=self.cleaned_data.get("tanggal_lahir"),
                sex=self.cleaned_data.get("jenis_kelamin"),
            )
            found = [Note(f"nik.{warning.code}", warning.message) for warning in warnings]
        if self.cleaned_data.get("hubungan") == Relation.DOMESTIC_HELPER:
            found.append(Note("hubungan.pembantu", OWN_KK_FIRST))
        return found


class ActivityForm(PageForm):
    """School, work, health. What is asked depends on who the person is."""

    masih_sekolah = yes_no(_("Goes to school or university now?"))
    jenjang = forms.ChoiceField(
        label=_("School level now, or the highest one attended"), choices=SchoolLevel.choices, required=False
    )
    bekerja = yes_no(_("Works to earn money?"), help_text=_("Day labour, trading and driving count too."))
    pekerjaan = forms.ChoiceField(
        label=_("Occupation"),
        choices=[("", _("Choose …")), *Occupation.choices],
        error_messages={"required": _("Choose the occupation that fits best.")},
    )
    hamil = yes_no(_("Is she pregnant?"))
    disabilitas = forms.MultipleChoiceField(
        label=_("Does this person have a disability?"),
        help_text=_("Mark all that apply; leave everything empty if there is none."),
        choices=Disability.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def build(self) -> None:
        if not self.may_be_pregnant():
            del self.fields["hamil"]

    def may_be_pregnant(self) -> bool:
        born = self.state.answer("orang", "tanggal_lahir", self.item)
        if not born or self.state.answer("orang", "jenis_kelamin", self.item) != Sex.FEMALE:
            return False
        return age_on(date.fromisoformat(born), timezone.localdate()) in PREGNANCY_AGES

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("masih_sekolah") == YES and not cleaned.get("jenjang") and "jenjang" not in self.errors:
            self.add_error("jenjang", _("Choose the level this person attends now."))
        return cleaned


class WorkForm(TableForm):
    """Work. Warns early where a domestic worker stands on the KK of somebody else."""

    def notes(self) -> list[Note]:
        relation = self.state.answer("orang", "hubungan", self.item)
        is_helper = self.cleaned_data.get("pekerjaan") == Occupation.DOMESTIC_WORKER
        if is_helper and relation in HELPERS_RELATIONS:
            return [Note("pekerjaan.pembantu", OWN_KK_FIRST)]
        return []
