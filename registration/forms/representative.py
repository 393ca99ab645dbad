"""The page about registering others: how the helper knows the household, and how, when and by whom it agreed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.formfields import BirthDateField, NameField, PhoneField
from registration.forms.base import PageForm, one_of
from registration.forms.fields import DayWidget

RELATIONS = (
    ("kerabat", _("A relative")),
    ("tetangga", _("A neighbour")),
    ("pengurus_rt_rw", _("RT or RW official, PKK or Dasawisma cadre")),
    ("pendamping", _("Social worker or companion")),
    ("lainnya", _("Somebody else they trust")),
)
PRESENT = "hadir"
CONSENT_WAYS = (
    (PRESENT, _("They are here with me now")),
    ("telepon", _("They told me on the phone")),
    ("pesan", _("They wrote me a message")),
    ("tertulis", _("They gave me a written consent")),
    ("wali", _("Their guardian agreed, because they cannot decide for themselves")),
)
RELATION_WORDS = dict(RELATIONS)
CONSENT_WORDS = dict(CONSENT_WAYS)


class AgreedDayField(BirthDateField):
    """A day of the last year, not in the future."""

    widget = DayWidget
    longest = 366  # days
    default_error_messages = {
        "required": _("Type the day on which they agreed."),
        "incomplete": _("Type day, month and year."),
        "digits": _("Type the day in digits, such as 17 08 2026."),
        "year": _("Type the year with four digits, such as 2026."),
        "not_a_date": _("There is no such day. Please check day and month."),
        "future": _("This day is in the future."),
        "too_early": _("This is more than a year ago. Please ask the household again."),
    }

    def compress(self, data_list: Any) -> Any:
        found = super().compress(data_list)
        if found and (timezone.localdate() - found).days > self.longest:
            raise forms.ValidationError(self.error_messages["too_early"], code="too_early")
        return found


class RepresentativeForm(PageForm):
    """How the registrant stands to the household, and its consent. Nobody is registered behind their back."""

    hide_optional = True
    hubungan = one_of(_("How do you know this household?"), RELATIONS)
    cara_setuju = one_of(
        _("How did the household agree?"),
        CONSENT_WAYS,
        help_text=_("The household gets a code of its own and may see, take over or withdraw what you enter."),
    )
    disetujui_oleh = NameField(
        label=_("Who agreed?"),
        help_text=_("The name of the adult in the household, or of the guardian."),
        error_messages={"required": _("Write the name of the person who agreed.")},
    )
    tanggal_setuju = AgreedDayField(
        label=_("When did they agree?"),
        required=False,
        help_text=_("You may leave this empty if they are with you now."),
    )
    telepon_keluarga = PhoneField(
        label=_("Phone number of the household (if it has one)"),
        required=False,
        help_text=_("We send the household's own code there when you send the form. It is not shown to anybody."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("cara_setuju") == PRESENT:
            cleaned["tanggal_setuju"] = cleaned.get("tanggal_setuju") or timezone.localdate()
        elif cleaned.get("cara_setuju") and not cleaned.get("tanggal_setuju") and "tanggal_setuju" not in self.errors:
            self.add_error("tanggal_setuju", _("Type the day on which they agreed."))
        return cleaned
