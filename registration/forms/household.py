"""Pages about the household as a whole: contact, representation, addresses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.choice import KelurahanChoiceField
from areas.models import Area
from identity.formfields import PhoneField, RtRwField
from registration.forms.base import PageForm, line_of_text, one_of
from registration.forms.table import TableForm

FOR_SELF, FOR_OTHERS = "diri", "orang_lain"
ADDRESS = ("kelurahan", "alamat", "rt", "rw")
SAME_AS_KTP, OTHER_ADDRESS = "sama", "lain"


def with_postcode(lines: list[tuple[str, str]], area: Any) -> list[tuple[str, str]]:
    """An address in words with the postcode that goes with its kelurahan."""
    return [*lines, (str(_("Postcode")), area.postcode)] if isinstance(area, Area) and area.postcode else lines


def look_up_with(form: PageForm) -> None:
    """Let the choice of a kelurahan use the areas the draft has read already."""
    field = form.fields.get("kelurahan")
    if isinstance(field, KelurahanChoiceField):
        field.ask(lambda: form.state.areas)


class ContactForm(PageForm):
    """Who registers, and where the household can be told what happens. No phone is needed."""

    untuk = one_of(
        _("Who are you registering?"),
        ((FOR_SELF, _("My own household")), (FOR_OTHERS, _("Another household that asked me to help"))),
    )
    persetujuan = forms.BooleanField(
        label=_("The citizen has heard what these data are used for and agrees to be registered."),
        error_messages={"required": _("Without the citizen's agreement nothing can be registered.")},
    )
    telepon = PhoneField(
        label=_("Phone number"),
        required=False,
        help_text=_(
            "We send news about this registration to it. You may leave it empty: the kelurahan then keeps the printed"
            " letters for you."
        ),
    )

    def build(self) -> None:
        del self.fields["untuk" if self.state.draft.is_at_counter else "persetujuan"]


class KtpAddressForm(PageForm):
    """The address printed on the KTP of the head of the household: a kelurahan of Jakarta, or another region."""

    hide_optional = True
    alamat = line_of_text(
        _("Address on the KTP"),
        max_length=300,
        help_text=_("Street and number, as printed. Kelurahan, RT and RW come below."),
        missing=_("Write the street and number as printed on the KTP."),
    )
    rt = RtRwField(label=_("RT on the KTP"), max_length=3)
    rw = RtRwField(label=_("RW on the KTP"), max_length=3)
    kelurahan = KelurahanChoiceField(label=_("Kelurahan on the KTP"), required=False)
    daerah_lain = line_of_text(
        _("If the KTP is not from Jakarta: which kelurahan or village, kecamatan and kabupaten or kota?"),
        max_length=200,
        required=False,
        help_text=_("Leave this empty for a Jakarta KTP."),
        missing="",
    )

    def build(self) -> None:
        look_up_with(self)

    def in_words(self) -> list[tuple[str, str]]:
        return with_postcode(super().in_words(), self.cleaned_data.get("kelurahan"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "kelurahan" in self.errors or "daerah_lain" in self.errors:
            return cleaned
        if cleaned.get("kelurahan") and cleaned.get("daerah_lain"):
            self.add_error("daerah_lain", _("Fill in either the kelurahan in Jakarta or the other region, not both."))
        elif not cleaned.get("kelurahan") and not cleaned.get("daerah_lain"):
            self.add_error(
                "kelurahan", _("Choose the kelurahan on the KTP, or write the region below if it is not in Jakarta.")
            )
        return cleaned


class DomicileForm(TableForm):
    """Where the household lives now, in Jakarta. "Sama dengan KTP" copies the address on the KTP."""

    hide_optional = True
    sama = one_of(
        _("Do you live at the address on the KTP?"),
        (
            (SAME_AS_KTP, _("Yes, the same address (sama dengan KTP)")),
            (OTHER_ADDRESS, _("No, at the address I write below")),
        ),
    )
    kelurahan = KelurahanChoiceField(label=_("Kelurahan where you live now"), required=False)
    alamat = line_of_text(
        _("Present address"),
        max_length=300,
        required=False,
        help_text=_("Street and number, or how to find the house."),
        missing=_("This is needed to know where you live."),
        autocomplete="address-line1",
    )
    rt = RtRwField(label="RT", required=False, max_length=3)
    rw = RtRwField(label="RW", required=False, max_length=3)

    def build(self) -> None:
        """Without a Jakarta address on the KTP there is nothing to copy; at the counter the kelurahan is fixed."""
        if not self._ktp_kelurahan():
            del self.fields["sama"]
        if self.state.draft.is_at_counter:
            del self.fields["kelurahan"]
        if "sama" not in self.fields:
            for field in self.fields.values():
                field.required = True
        look_up_with(self)
        for name in ADDRESS if "sama" in self.fields else ():
            if name in self.fields:
                self.follow(name, "sama", frozenset({OTHER_ADDRESS}))
        super().build()

    @property
    def unasked(self) -> set[str]:
        """An address that was copied counts though nobody typed it."""
        return set() if self.cleaned_data.get("sama") == SAME_AS_KTP else self.dormant

    def in_words(self) -> list[tuple[str, str]]:
        return with_postcode(super().in_words(), self.cleaned_data.get("kelurahan"))

    def _ktp_kelurahan(self) -> str:
        return self.state.answer("alamat-ktp", "kelurahan") or ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "sama" in self.errors:
            return cleaned
        if cleaned.get("sama") == SAME_AS_KTP:
            return self._copied(cleaned)
        for name in ADDRESS:
            if name in self.fields and name not in self.errors and not cleaned.get(name):
                self.add_error(name, _("This is needed to know where you live."))
        if self.state.draft.is_at_counter:
            cleaned["kelurahan"] = self.state.draft.kelurahan
        return cleaned

    def _copied(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        ktp = self.state.entry("alamat-ktp").answers
        draft = self.state.draft
        if draft.is_at_counter and ktp["kelurahan"] != draft.kelurahan_id:
            self.add_error(
                "sama",
                _("The KTP is from another kelurahan. Only people who live in %(kelurahan)s are registered here.")
                % {"kelurahan": draft.kelurahan.name if draft.kelurahan else ""},
            )
            return cleaned
        area = draft.kelurahan or self.state.areas.kelurahan(ktp["kelurahan"])
        return {**cleaned, "kelurahan": area, "alamat": ktp["alamat"], "rt": ktp["rt"], "rw": ktp["rw"]}
