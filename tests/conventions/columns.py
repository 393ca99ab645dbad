"""Columns for identity numbers: sealed, or a keyed index, and never in the clear."""

import re
from collections.abc import Iterable

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from identity.fields import KeyedIndexField, SealedField

_NAMES_A_NUMBER = re.compile(r"(?:\A|_)(?:nik|kk|phone|phones|telepon|ponsel|hp|whatsapp|msisdn)(?:\Z|_)")
# Columns made from a keyed index; the number cannot be had from them without the index key.
MADE_FROM_AN_INDEX = frozenset({"accounts.User.nik_proof", "accounts.User.phone_proof"})
_CAN_HOLD_A_NUMBER = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.DecimalField,
    models.FloatField,
    models.JSONField,
    models.BinaryField,
)


def clear_columns(tables: Iterable[type[models.Model]]) -> list[str]:
    """Columns that are named like a NIK, a KK number or a phone and could hold one in the clear."""
    return [
        f"{table._meta.label}.{field.name} is a {type(field).__name__}: seal it, or keep a keyed index"
        for table in tables
        for field in table._meta.local_concrete_fields
        if _NAMES_A_NUMBER.search(field.column or "")
        and isinstance(field, _CAN_HOLD_A_NUMBER)
        and not isinstance(field, SealedField | KeyedIndexField)
        and not field.choices
        and f"{table._meta.label}.{field.name}" not in MADE_FROM_AN_INDEX
    ]


def unguarded_indexes(tables: Iterable[type[models.Model]], connection: BaseDatabaseWrapper) -> list[str]:
    """Keyed indexes whose column in the database would take another length than 16 bytes."""
    found = []
    for table in tables:
        for field in table._meta.local_concrete_fields:
            if isinstance(field, KeyedIndexField) and not _has_length_check(table, str(field.column), connection):
                found.append(f"{table._meta.db_table}.{field.column} takes any length")
    return found


def _has_length_check(table: type[models.Model], column: str, connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
            " AND pg_get_constraintdef(oid) LIKE %s",
            [connection.ops.quote_name(table._meta.db_table), f"%octet_length({column}) = 16%"],
        )
        return cursor.fetchone() is not None
