"""Choosing a kelurahan: one grouped select that works without JavaScript."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from areas.directory import Directory, current_directory
from areas.models import Area
from areas.spelling import search_key


class KelurahanField(forms.ChoiceField):
    """A select of kelurahan under their kecamatan; cleans to an `Area`, or None when empty and not required.

    `codes` narrows the choice, such as to the kelurahan an officer serves. A form asks for the areas once, when it
    first needs them (one small query while the process knows the list), never when the module is imported.
    """

    default_error_messages = {
        "required": _("Choose the kelurahan."),
        "invalid_choice": _("Choose a kelurahan from the list."),
    }

    def __init__(self, *, codes: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.codes = None if codes is None else frozenset(codes)
        self._directory: Directory | None = None
        super().__init__(choices=self._offered, **kwargs)

    def narrow_to(self, codes: Iterable[str]) -> None:
        """Offer these kelurahan only, in the form this field belongs to."""
        self.codes = frozenset(codes)

    def __deepcopy__(self, memo: dict[int, Any]) -> "KelurahanField":
        """Each form's copy asks for the areas itself, once."""
        result = super().__deepcopy__(memo)
        result._directory = None
        result.choices = result._offered
        return result

    @property
    def directory(self) -> Directory:
        if self._directory is None:
            self._directory = current_directory()
        return self._directory

    def _offered(self) -> list[Any]:
        groups = self.directory.grouped_kelurahan()
        if self.codes is not None:
            groups = [(label, [row for row in rows if row[0] in self.codes]) for label, rows in groups]
        return [("", _("Choose the kelurahan")), *((label, rows) for label, rows in groups if rows)]

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Area) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Area) or value in self.empty_values:
            return value or None
        code = str(value)
        area = self.directory.kelurahan(code) if self.codes is None or code in self.codes else None
        if area is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return area

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "") != (self.prepare_value(data) or ""))


def find_kelurahan(text: str) -> list[Area]:
    """Kelurahan whose name or other spelling is exactly `text` (case, spacing and punctuation aside), such as from an
    imported file. More than one, or none, is for a person to decide."""
    wanted = search_key(text).replace(" ", "")
    if not wanted:
        return []
    return [
        area
        for area in Area.objects.kelurahan().search(text).prefetch_related("aliases")
        if wanted in {search_key(name).replace(" ", "") for name in _spellings(area)}
    ]


def _spellings(area: Area) -> list[str]:
    return [area.name, *(alias.name for alias in area.aliases.all())]
