"""What admins type into the control room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from identity.free_text import refuse_numbers
from registration.stage import Stage
from stages.models import Muskel

if TYPE_CHECKING:
    from registration.models import Phase

NOTE_LENGTH = 500
MAX_FILE = 11 * 1024 * 1024  # bytes; the reverse proxy lets 12 MB through. Larger lists come by command


class OrderForm(forms.Form):
    """An order about a phase. `expected` is the stage the page showed."""

    expected = forms.TypedChoiceField(
        coerce=lambda value: Stage(int(value)), choices=Stage.choices, widget=forms.HiddenInput
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_numbers],
        help_text=_("Kept in the history of the phase. No names, NIK or KK numbers."),
    )

    def __init__(self, *args: Any, phase: Phase, **kwargs: Any) -> None:
        self.phase = phase
        super().__init__(*args, **kwargs)
        self.fields["expected"].initial = phase.stage

    def values(self) -> dict[str, Any]:
        """Arguments for the service."""
        return dict(self.cleaned_data)


class ReasonForm(OrderForm):
    """An order that needs its reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = _("Reason")


class ClosingForm(ReasonForm):
    closes_at = forms.SplitDateTimeField(
        label=_("New closing time"),
        widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}),
        help_text=_("Jakarta time (WIB)."),
    )
    field_order = ["expected", "closes_at", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, label in enumerate((_("Date"), _("Time"))):
            self.fields["closes_at"].widget.widgets[number].attrs["aria-label"] = label


class ReopenForm(ReasonForm):
    to_stage = forms.TypedChoiceField(label=_("Go back to"), coerce=lambda value: Stage(int(value)))
    kelurahan = forms.ModelMultipleChoiceField(
        label=_("Meetings to unlock"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only if the way leads to the kelurahan meetings; none chosen means all."),
    )
    field_order = ["expected", "to_stage", "kelurahan", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phase = self.phase
        last = phase.stage if phase.stage == Stage.MUSKEL else phase.stage - 1
        choices = [(stage.value, f"{stage.value}. {stage.label}") for stage in Stage if stage <= last]
        self.fields["to_stage"].choices = choices[::-1]  # type: ignore[attr-defined]
        locked = Muskel.objects.filter(phase=phase, locked_at__isnull=False).values("kelurahan")
        kelurahan = Area.objects.filter(pk__in=locked)
        if kelurahan.exists():
            self.fields["kelurahan"].queryset = kelurahan  # type: ignore[attr-defined]
        else:
            del self.fields["kelurahan"]

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "expected": cleaned["expected"],
            "to_stage": cleaned["to_stage"],
            "reason": cleaned["note"],
            "kelurahan": [area.pk for area in cleaned.get("kelurahan", ())],
        }


class FileForm(forms.Form):
    """A CSV file from outside."""

    file = forms.FileField(label=_("File (CSV, UTF-8)"), allow_empty_file=True)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("The file is larger than 11 MB. Ask the operators to import it by command."))
        return file


class DeterminationForm(FileForm):
    source = forms.CharField(
        label=_("Decree or letter"), max_length=200, help_text=_("For example: Kepmensos 262/HUK/2022.")
    )
    field_order = ["source", "file"]


class ConflictForm(forms.Form):
    """A named person's decision about one family."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_numbers],
        help_text=_("The family will read it."),
    )
