"""Every component of the pages with its states, on one page for staff: what to use in a template, and how it looks."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import staff_required
from identity.formfields import BirthDateField, NikField

COLOURS = (
    "paper", "surface", "tint", "ink", "soft", "line", "edge", "brand", "brand-deep", "brand-tint", "link", "sun",
    "clay", "good", "good-tint", "warn", "warn-tint", "bad", "bad-tint", "info", "info-tint",
)  # fmt: skip
TAGS = (
    ("todo", _("Not begun")),
    ("progress", _("Begun")),
    ("done", _("Done")),
    ("info", _("Optional")),
    ("warn", _("Please look again")),
    ("bad", _("Not accepted")),
)
NOTICES = (
    ("info", _("For your information"), _("Something to know. Nothing has to be done.")),
    ("success", _("It worked"), _("What was asked for has happened.")),
    ("warning", _("Please check this once more"), _("Something is unlikely or waits for an answer.")),
    ("danger", _("This stops here"), _("Something is impossible or was refused, with the reason and the way out.")),
)
PICTURES = ("empty", "letter", "done", "lost", "pause")


class SampleForm(forms.Form):
    """One of each control. Sent empty it shows its mistakes."""

    nik = NikField(label=_("NIK"), help_text=_("16 digits, at the top of the KTP or KIA."))
    born = BirthDateField(label=_("Date of birth"), help_text=_("For example 17 08 1985."))
    car = forms.ChoiceField(
        label=_("Does the family own a car?"), choices=[("ya", _("Yes")), ("tidak", _("No"))], widget=forms.RadioSelect
    )
    papers = forms.MultipleChoiceField(
        label=_("Papers seen"),
        required=False,
        choices=[("ktp", "KTP"), ("kk", "KK")],
        widget=forms.CheckboxSelectMultiple,
    )
    relation = forms.ChoiceField(label=_("Relation"), choices=[("", _("Choose")), ("anak", _("Child"))])
    letter = forms.FileField(label=_("Photo"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label=_("I have read this."))


@require_safe
@staff_required
def style_show(request: HttpRequest) -> HttpResponseBase:
    context: dict[str, Any] = {
        "people": ("Siti Aminah", "Dimas Pratama"),
        "reference": "JKT-7K2M-Q4XH",
        "long_word": "Pertanggungjawaban" * 10,
        "colours": COLOURS,
        "tags": TAGS,
        "notices": NOTICES,
        "pictures": [f"_partials/art/{name}.html" for name in PICTURES],
        "empty_form": SampleForm(prefix="kosong"),
        "mistaken_form": SampleForm({"salah-nik": "3171"}, prefix="salah"),
    }
    return render(request, "dtks_portal/style_show.html", context)
