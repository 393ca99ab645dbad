"""Rows as plain values: what a table holds about a person, without keys, indexes and other people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.masking import mask_email
from areas.models import Area
from identity.fields import KeyedIndexField, SealedJSONField, SealedTextField
from identity.kk import mask_kk
from identity.nik import mask_nik
from identity.phones import mask_phone

MASKS = {
    "nik": mask_nik,
    "kk": mask_kk,
    "phone": mask_phone,
    "contact_phone": mask_phone,
    "telepon": mask_phone,
    "email": mask_email,
}
INTERNAL = frozenset({"id", "number", "version", "pgh_id", "password", "username"})


@dataclass(frozen=True)
class Numbers:
    """How NIK, KK numbers, phones and addresses are written: whole, or to recognise them by."""

    masked: bool

    def write(self, name: str, value: Any) -> Any:
        mask = MASKS.get(name)
        return mask(value) if self.masked and mask and isinstance(value, str) and value else value

    def typed(self, typed: dict[str, list[str]]) -> dict[str, Any]:
        """What stands in the boxes of a page: a single value as itself."""
        return {
            name: self.write(name, values[0]) if len(values) == 1 else values
            for name, values in typed.items()
            if name != "confirmed"
        }

    def nested(self, value: Any) -> Any:
        """A JSON value with the numbers in it written the same way."""
        if isinstance(value, dict):
            return {key: self.nested(self.write(key, inner)) for key, inner in value.items()}
        return [self.nested(inner) for inner in value] if isinstance(value, list) else value


def moment(value: datetime | None) -> str | None:
    """A time as it is read in Jakarta, to the second."""
    return timezone.localtime(value).replace(microsecond=0).isoformat() if value else None


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date | UUID | Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple | set) else value


def fields_of(
    row: models.Model, numbers: Numbers, *, only: Iterable[str] | None = None, but: Iterable[str] = ()
) -> dict[str, Any]:
    """The columns of a row by name, less internal keys, indexes, sealed pictures and relations (areas by name)."""
    wanted = set(only) if only is not None else None
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        name = field.name
        if name in but or (name not in wanted if wanted is not None else name in INTERNAL):
            continue
        if field.is_relation:
            if field.related_model is Area:
                found[name] = str(getattr(row, name) or "")
        elif _can_be_told(field):
            found[name] = numbers.nested(numbers.write(name, plain(getattr(row, name))))
    return found


def _can_be_told(field: Any) -> bool:
    if isinstance(field, SealedTextField | SealedJSONField):
        return True
    return not isinstance(field, KeyedIndexField | models.BinaryField)
