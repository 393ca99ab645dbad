"""One page typed twice: by two people, or in two tabs. Both texts stand side by side, and a person chooses.

What was typed comes with the choice itself, so that it is kept as long as the page is open; what is stored stays stored
until the choice is saved, and only if nobody has saved again since.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django import forms
from django.utils.datastructures import MultiValueDict

from registration.forms.base import PageForm, input_names
from registration.state import Entry, Typed

MARK = "bentrok"  # posted by the page of a conflict
ALL = "semua"  # its two short cuts
CHOICE = "pilih."  # before the name of a field


class Side(StrEnum):
    TYPED = "ketikan"
    STORED = "tersimpan"


@dataclass(frozen=True)
class Difference:
    """One question that was answered differently; `chosen` is a side, or empty as long as nobody has chosen."""

    name: str
    label: str
    typed: str
    stored: str
    chosen: str

    @property
    def choice(self) -> str:
        return f"{CHOICE}{self.name}"


def differences(typed: PageForm, stored: PageForm, chosen: MultiValueDict[str, str]) -> list[Difference]:
    """Both forms are of the same page, bound to what was typed and to what is stored."""
    found = []
    for name in {**typed.fields, **stored.fields}:
        if _values(typed, name) != _values(stored, name):
            label = (typed if name in typed.fields else stored).fields[name].label
            side = chosen.get(f"{CHOICE}{name}", "")
            words = in_words(typed, name), in_words(stored, name)
            found.append(Difference(name, str(label or name), *words, side if side in list(Side) else ""))
    return found


def settle(typed: PageForm, stored: Entry, chosen: MultiValueDict[str, str]) -> MultiValueDict[str, str] | None:
    """The values to save, question by question from the side that was chosen; None as long as a choice is missing."""
    kept: MultiValueDict[str, str] = MultiValueDict(typed.typed(chosen))
    for name, field in typed.fields.items():
        names = input_names(name, field.widget)
        if all(_listed(kept, one) == _listed(MultiValueDict(stored.typed), one) for one in names):
            continue
        side = chosen.get(ALL) or chosen.get(f"{CHOICE}{name}")
        if side == Side.STORED:
            _take(kept, stored.typed, names)
        elif side != Side.TYPED:
            return None
    return kept


def in_words(form: PageForm, name: str) -> str:
    """An answer as people read it; as it was typed where it is not valid."""
    field = form.fields.get(name)
    if field is None:
        return ""
    if form.is_valid() or name in form.cleaned_data:
        words = form.words_of(name, field, form.cleaned_data.get(name))
        if words:
            return words
    return " ".join(" ".join(values) for values in _values(form, name)).strip()


def hidden_inputs(typed: PageForm, posted: MultiValueDict[str, str]) -> list[tuple[str, str]]:
    """(name, value) of everything that was typed."""
    return [(name, value) for name, values in typed.typed(posted).items() for value in values]


def _values(form: PageForm, name: str) -> list[list[str]]:
    field: forms.Field | None = form.fields.get(name)
    data = form.data if isinstance(form.data, MultiValueDict) else MultiValueDict()
    return [] if field is None else [_listed(data, one) for one in input_names(name, field.widget)]


def _listed(data: MultiValueDict[str, str], name: str) -> list[str]:
    """An empty line is no answer, like one that was not posted."""
    return [value for value in data.getlist(name) if value]


def _take(kept: MultiValueDict[str, str], typed: Typed, names: list[str]) -> None:
    for name in names:
        if name in typed:
            kept.setlist(name, typed[name])
        else:
            kept.pop(name, None)
