"""Choosing one of 267 kelurahan on a small page: by part of its name, or by its kecamatan, with and without scripts.

What is typed travels with the form; the server answers with the kelurahan that match, as radio buttons. A script only
saves the round trip. The choice is always a code; a name alone is taken only when a single kelurahan matches it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from areas.directory import Directory, current_directory
from areas.models import Area

MOST_SHOWN = 12
LONGEST_TEXT = 80


def candidates(directory: Directory, text: str, kecamatan: str) -> list[Area]:
    """Kelurahan that match what was typed; without text those of the kecamatan."""
    return directory.find(text) if text.strip() else directory.in_kecamatan(kecamatan)


class KelurahanChoice(forms.MultiWidget):
    """A box for part of the name (`…_cari`), a select of kecamatan (`…_kec`), and radios of what matches."""

    template_name = "areas/kelurahan_choice.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.look_up: Callable[[], Directory] = current_directory
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "cari": forms.TextInput,
            "kec": forms.Select,
            "": forms.HiddenInput,
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        return _parts(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text, kecamatan, code = (str(part or "")[:LONGEST_TEXT] for part in _parts(value))
        directory = self.look_up()
        found = candidates(directory, text, kecamatan)
        chosen = directory.kelurahan(code)
        shown = found[:MOST_SHOWN]
        if chosen and chosen.code not in {area.code for area in shown}:
            shown = [chosen, *shown]
        if chosen is None and len(found) == 1:
            chosen = found[0]
        context["widget"] |= {
            "text": text,
            "kecamatan": kecamatan,
            "groups": directory.grouped_kecamatan(),
            "chosen": chosen.code if chosen else "",
            "areas": [(area.code, area.name, directory.place_of(area)) for area in shown],
            "has_more": len(found) > MOST_SHOWN,
            "found_nothing": bool(text.strip() or kecamatan) and not found,
        }
        return context


class KelurahanChoiceField(forms.Field):
    """Cleans to an `Area`, or None when empty and not required."""

    widget = KelurahanChoice
    look_up: Callable[[], Directory] = staticmethod(current_directory)
    default_error_messages = {
        "required": _("Choose the kelurahan: type part of its name, or choose the kecamatan, then press “Search”."),
        "choose": _("Choose the kelurahan from those found below."),
        "not_found": _("No kelurahan of Jakarta has this name. Type less of it, or choose the kecamatan."),
        "invalid_choice": _("Choose a kelurahan from the list."),
    }

    def ask(self, look_up: Callable[[], Directory]) -> None:
        """Take the areas from here, such as from a form that has them already."""
        widget = cast("KelurahanChoice", self.widget)
        self.look_up = widget.look_up = look_up

    def clean(self, value: Any) -> Area | None:
        if isinstance(value, Area):
            return value
        text, kecamatan, code = _parts(value)
        if not (text.strip() or kecamatan or code):
            if self.required:
                raise self._error("required")
            return None
        directory = self.look_up()
        found = candidates(directory, text[:LONGEST_TEXT], kecamatan[:LONGEST_TEXT])
        searched = bool(text.strip() or kecamatan)
        if code:
            return self._chosen(directory, code, found if searched else None)
        if len(found) == 1:
            return directory.kelurahan(found[0].code)
        raise self._error("choose" if found else "not_found")

    def _chosen(self, directory: Directory, code: str, found: list[Area] | None) -> Area:
        """The chosen one, unless something else has been searched for since."""
        area = directory.kelurahan(code)
        if area is None:
            raise self._error("invalid_choice")
        if found is not None and area.code not in {one.code for one in found}:
            raise self._error("choose" if found else "not_found")
        return area

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(_parts(initial)[2] != _parts(data)[2])

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


def _parts(value: Any) -> list[str]:
    """Text, kecamatan and code of a bound or initial value."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(part or "") for part in value]
    return ["", "", value.code if isinstance(value, Area) else str(value or "")]
