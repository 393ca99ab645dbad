"""What an officer types about a kelurahan meeting: the meeting itself, and one small form for each family."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.free_text import refuse_numbers
from stages.meetings import RowDecision
from stages.models import Muskel, MuskelBasis, MuskelDecision
from stages.muskel_results import REASON_BY_CODE, MuskelResult, reasons_by_result

LONG_NUMBER = re.compile(r"(?:\d[\s.-]?){9,}")
CHOICES = [
    ("", _("Undecided")),
    *((result.label, [(reason.code, reason.text) for reason in reasons]) for result, reasons in reasons_by_result()),
]
CHOOSABLE_CODES = {reason.code for _result, reasons in reasons_by_result() for reason in reasons}


class MeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Date, people and basis of the meeting."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Muskel
        fields = ["basis", "held_on", "place", "chair", "attendance", "attendees", "sptjm_number", "sptjm_reason"]
        widgets = {
            "basis": forms.RadioSelect,
            "held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "attendance": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": 9999}),
            "attendees": forms.Textarea(attrs={"rows": 5}),
            "sptjm_reason": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "held_on": _("For an SPTJM: the day it was signed."),
            "chair": _("Usually the lurah; for an SPTJM the one who signed."),
            "attendees": _("One per line; may stay empty. They are printed on the berita acara."),
            "sptjm_number": _("Only if no meeting was held."),
            "sptjm_reason": _("Only if no meeting was held."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name in ("held_on", "chair"):
            self.fields[name].required = True
        for name in ("place", "chair", "sptjm_reason"):
            self.fields[name].validators.append(refuse_numbers)
        self.fields["attendance"].help_text = _("The quorum of this phase is %(quorum)d people.") % {
            "quorum": self.instance.quorum
        }

    def clean_held_on(self) -> Any:
        held_on = self.cleaned_data["held_on"]
        if held_on and held_on > timezone.localdate():
            raise forms.ValidationError(_("The date lies in the future."))
        return held_on

    def clean_attendance(self) -> Any:
        attendance = self.cleaned_data["attendance"]
        if attendance is not None and attendance > 9999:
            raise forms.ValidationError(_("At most 9999 people."))
        return attendance

    def clean_attendees(self) -> str:
        text: str = self.cleaned_data["attendees"]
        if LONG_NUMBER.search(text):
            raise forms.ValidationError(_("Names only: no NIK, KK or phone numbers."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("basis") == MuskelBasis.SPTJM:
            for name in ("sptjm_number", "sptjm_reason"):
                if not cleaned.get(name):
                    self.add_error(name, _("An SPTJM needs this."))
        elif cleaned.get("basis") == MuskelBasis.MEETING and cleaned.get("attendance") is None:
            self.add_error("attendance", _("How many people were present?"))
        return cleaned

    def _post_clean(self) -> None:
        """The service writes the row; nothing is put into the instance here."""


class RowForm(forms.Form):
    """The decision about one family: one choice, and a note where the choice asks for it."""

    reason = forms.ChoiceField(label=_("Decision"), choices=CHOICES, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, row: MuskelDecision, has_exclusions: bool) -> None:
        self.row = row
        self.has_exclusions = has_exclusions
        initial = {"reason": row.reason, "note": row.note, "version": row.version}
        super().__init__(data, prefix=str(row.pk), initial=initial)
        if row.reason and row.reason not in CHOOSABLE_CODES:  # taken over under an SPTJM, then reopened
            self.fields["reason"].choices = [*CHOICES, (row.reason, REASON_BY_CODE[row.reason].text)]  # type: ignore[attr-defined]
        name = _("line %(line)d") % {"line": row.line}
        self.fields["note"].widget.attrs["placeholder"] = _("Note")
        for field in ("reason", "note"):
            self.fields[field].widget.attrs["aria-label"] = f"{self.fields[field].label}, {name}"

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"].strip()
        if LONG_NUMBER.search(note):
            raise forms.ValidationError(_("Write no NIK, KK or phone number into the note."))
        return note

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        reason = REASON_BY_CODE.get(cleaned.get("reason") or "")
        if reason is None:
            if cleaned.get("note") and not self.errors:
                self.add_error("reason", _("Choose a decision to go with the note."))
            return cleaned
        if reason.needs_note and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("This reason needs a note; the family will read it."))
        if reason.result == MuskelResult.FINDING_RIGHT and not self.has_exclusions:
            self.add_error(
                "reason", _("Nothing in the data speaks against this family, so there is nothing to confirm.")
            )
        return cleaned

    @property
    def decision(self) -> RowDecision:
        """What was typed, once it is valid."""
        cleaned = self.cleaned_data
        return RowDecision(self.row.pk, cleaned["version"], cleaned["reason"], cleaned["note"])


class FilterForm(forms.Form):
    """Which part of the list is shown. RW and RT come from the list itself."""

    SHOW = (("", _("All")), ("belum", _("Undecided")), ("sudah", _("Decided")), ("temuan", _("With findings")))
    rw = forms.ChoiceField(label="RW", required=False)
    rt = forms.ChoiceField(label="RT", required=False)
    tampil = forms.ChoiceField(label=_("Show"), required=False, choices=SHOW)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in (("rw", {rw for rw, _rt in places}), ("rt", {rt for _rw, rt in places})):
            choices = [("", _("All")), *((value, value) for value in sorted(values))]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Mapping[str, str]:
        """What is filtered by; a value that is not on offer filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
