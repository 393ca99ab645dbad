"""What every page of the form shares: it knows the draft, keeps what was typed, and says its answers in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from eligibility.questions import ANSWERS
from identity.free_text import refuse_numbers
from registration.state import DraftState, Typed

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONGEST_VALUE = 2000  # characters kept of one typed value
MOST_VALUES = 30  # of one input
MOST_BUTTONS = 8  # longer lists are a select, which a phone opens over the whole screen


@dataclass(frozen=True)
class Note:
    """Something unlikely, which is shown and may be confirmed. `code` is what a confirmation refers to."""

    code: str
    message: StrPromise | str


class PageForm(forms.Form):
    """A page of the draft. `item` is the KK or person of a repeated page, `topic` the questions of a table page."""

    not_in_words: frozenset[str] = frozenset()
    hide_optional = False  # read by the form pack: whether fields that may be empty say so

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, state: DraftState, item: str = "", topic: str = ""
    ) -> None:
        super().__init__(data, label_suffix="")
        self.state = state
        self.item = item
        self.topic = topic
        self.follows: dict[str, tuple[str, frozenset[str]]] = {}
        self.dormant: set[str] = set()
        self.build()

    def build(self) -> None:
        """Add or take away fields according to the draft."""

    def follow(self, name: str, question: str, answers: frozenset[str]) -> None:
        """Ask `name` only after one of the `answers` to an earlier question of the page. Until then it is dormant: not
        shown, not needed, and what was typed into it counts for nothing."""
        self.follows[name] = question, answers
        if question in self.dormant or not self._typed_values(question) & answers:
            self.dormant.add(name)
        else:
            messages = self.fields[name].error_messages
            messages["required"] = _("Your answer above calls for this one too. Please answer it.")

    def _typed_values(self, name: str) -> set[str]:
        if isinstance(self.data, MultiValueDict):
            return set(self.data.getlist(name))
        value = self.data.get(name)
        return set(value) if isinstance(value, list) else {str(value)}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in self.dormant:
            self.errors.pop(name, None)
            if cleaned is not None:
                cleaned.pop(name, None)
        return cleaned

    def notes(self) -> list[Note]:
        """What is unlikely about valid answers."""
        return []

    def answers(self) -> dict[str, Any]:
        """Cleaned answers as JSON; dormant questions have none."""
        return {name: as_json(value) for name, value in self.cleaned_data.items() if name not in self.unasked}

    @property
    def unasked(self) -> set[str]:
        """Questions whose answers count for nothing."""
        return self.dormant

    def in_words(self) -> list[tuple[str, str]]:
        """(label, answer) of every valid field that has an answer."""
        lines = []
        for bound in self.visible_fields():
            if bound.name in self.not_in_words or bound.name in self.unasked:
                continue
            words = self.words_of(bound.name, bound.field, self.cleaned_data.get(bound.name))
            if words:
                lines.append((str(bound.label), words))
        return lines

    def words_of(self, name: str, field: forms.Field, value: Any) -> str:
        """One valid answer in words; "" for none."""
        return value_in_words(field, value)

    def typed(self, posted: MultiValueDict[str, str]) -> Typed:
        """The part of a posted form that belongs to this page, as typed."""
        names = [name for key, field in self.fields.items() for name in input_names(key, field.widget)]
        return {
            name: [value[:LONGEST_VALUE] for value in posted.getlist(name)[:MOST_VALUES]]
            for name in names
            if name in posted
        }


def input_names(name: str, widget: forms.Widget) -> list[str]:
    """The names under which a browser posts a field: one, or one for each box of a date."""
    if isinstance(widget, forms.MultiWidget):
        suffixes: list[str] = vars(widget)["widgets_names"]
        return [f"{name}{suffix}" for suffix in suffixes]
    return [name]


def as_json(value: Any) -> Any:
    if isinstance(value, Area):
        return value.code
    if isinstance(value, date):
        return value.isoformat()
    return value


def value_in_words(field: forms.Field, value: Any) -> str:
    if value is None or value in ("", [], False):
        return ""
    if value is True:
        return str(_("Yes"))
    if isinstance(field, forms.ChoiceField) and not isinstance(value, Area):
        labels = {str(code): str(label) for code, label in flat_choices(field)}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(code), str(code)) for code in chosen)
    if isinstance(value, Area):
        return str(value)
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(value)


def flat_choices(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    choices: Any = field.choices
    for code, label in choices:
        flat.extend(label if isinstance(label, list | tuple) else [(code, label)])
    return flat


def yes_no(label: StrPromise | str, *, help_text: StrPromise | str = "") -> forms.ChoiceField:
    """A plain Ya/Tidak: never preselected, never skipped."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=ANSWERS,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
        error_messages={"required": _("Choose Yes or No. This question cannot be left open.")},
    )


def one_of(
    label: StrPromise | str,
    choices: Any,
    *,
    help_text: StrPromise | str = "",
    required: bool = True,
    compact: bool = False,
) -> forms.ChoiceField:
    """One answer of a list, none preselected; `compact` lists are opened from one line."""
    is_long = compact or len(choices) > MOST_BUTTONS
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=[("", _("Choose …")), *choices] if is_long else choices,
        required=required,
        widget=forms.Select if is_long else forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )


def line_of_text(
    label: StrPromise | str,
    *,
    max_length: int,
    missing: StrPromise | str,
    help_text: StrPromise | str = "",
    required: bool = True,
    autocomplete: str = "off",
) -> forms.CharField:
    """One line to type in; `missing` says what to do when it is empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=max_length,
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        validators=[refuse_numbers],
        error_messages={"required": missing},
    )
