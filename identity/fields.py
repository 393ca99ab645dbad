"""Model fields for personal data: sealed values, and the keyed indexes that stand in for them in queries.

A sealed column is opened with the row's own table, column and primary key, so bytes copied to another row do not open.
Reading the attribute gives the plain value; the instance itself holds sealed bytes, so neither a pickle nor a list of
variables in an error report shows it. Renaming a table or column means sealing its values anew. An upsert
(`bulk_create(update_conflicts=True)`) must not update a sealed column: the row that stays has another key.

Row history (pghistory) must leave sealed columns out of the tracked fields: an event row has another table and key, and
its copy would never open. The system check below refuses such a model, as its key is not a UUID made by the client.
"""

import json
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from identity.indexes import INDEX_BYTES
from identity.sealing import SealError, seal, unseal

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField  # Django's fields take type parameters in the stubs only


class Sealed:
    """Sealed bytes of one column of one row; `context` is None as long as the row is not known."""

    __slots__ = ("blob", "context")

    def __init__(self, blob: bytes, context: str | None = None) -> None:
        self.blob = blob
        self.context = context

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Sealed, (self.blob, self.context)


class _Held:
    """A plain value held by an instance: one without a key yet, or a JSON value that its reader may change."""

    __slots__ = ("context", "field", "origin", "value")

    def __init__(self, field: "SealedField", value: Any, context: str | None, origin: Sealed | None = None) -> None:
        self.field = field
        self.value = value
        self.context = context
        self.origin = origin

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce__(self) -> tuple[Any, ...]:
        """A pickle or deep copy carries the value sealed."""
        if self.context is None:
            raise SealError("A row with a sealed value can be pickled once it has its primary key.")
        return Sealed, (self.field.close(self.value, self.context), self.context)


class SealedAttribute(DeferredAttribute):
    """Seals on assignment and opens on reading. Loads a deferred column like any other field."""

    field: "SealedField"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__.get(self.field.attname, self)
        if held is self:
            held = super().__get__(instance, cls)
            held = instance.__dict__[self.field.attname]
        if isinstance(held, Sealed):
            context = held.context or self.field.context_of(instance)
            value = self.field.open(held.blob, context)
            if self.field.is_mutable:
                instance.__dict__[self.field.attname] = _Held(self.field, value, context, held)
            return value
        return held.value if isinstance(held, _Held) else held

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.hold(instance, value)


class SealedField(_Binary):
    """What sealed text and sealed JSON share. Not editable unless asked, so that no form or admin page shows it."""

    descriptor_class = SealedAttribute
    is_mutable = False

    def encode(self, value: Any) -> bytes:
        return str(value).encode()

    def decode(self, plain: bytes) -> Any:
        return plain.decode()

    def check_value(self, value: Any) -> None:
        """Raise TypeError unless `value` can be sealed."""

    def close(self, value: Any, context: str) -> bytes:
        return seal(self.encode(value), context=context)

    def open(self, blob: bytes, context: str) -> Any:
        return self.decode(unseal(blob, context=context))

    def context_for(self, pk: Any) -> str:
        """The place a value of this column is sealed for: "table.column:primary key"."""
        return f"{self.model._meta.db_table}.{self.column}:{self.model._meta.pk.to_python(pk)}"

    def context_of(self, instance: models.Model) -> str:
        pk = _key_of(instance)
        if pk is None:
            raise SealError(f"{self.model._meta.label}.{self.name} cannot be sealed before its row has a primary key.")
        return self.context_for(pk)

    def hold(self, instance: models.Model, value: Any) -> Any:
        """What the instance keeps for an assigned value: sealed bytes wherever the row's key is known."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        pk = _key_of(instance)
        context = None if pk is None else self.context_for(pk)
        if isinstance(value, Sealed):
            return Sealed(value.blob, value.context or context)
        self.check_value(value)
        if context is None or self.is_mutable:
            return _Held(self, value, context)
        return Sealed(self.close(value, context), context)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Sealed bytes for this row; a value of another row (a copy) is sealed anew."""
        held = model_instance.__dict__.get(self.attname)
        if held is None or hasattr(held, "resolve_expression"):
            return held
        context = self.context_of(model_instance)
        if isinstance(held, Sealed) and held.context in (None, context):
            return held
        value = held.value if isinstance(held, _Held) else self.open(held.blob, held.context)
        origin = held.origin if isinstance(held, _Held) else None
        if (
            origin is not None
            and held.context == context
            and self.encode(value) == unseal(origin.blob, context=context)
        ):
            return origin
        sealed = Sealed(self.close(value, context), context)
        model_instance.__dict__[self.attname] = _Held(self, value, context, sealed) if self.is_mutable else sealed
        return sealed

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed) or hasattr(value, "resolve_expression"):
            return value
        raise TypeError(
            f"{self.model._meta.label}.{self.name} is sealed for its row: set it on the instance and save() or "
            "bulk_create() it; update() and bulk_update() cannot seal it."
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = self.get_prep_value(value)
        return connection.Database.Binary(value.blob) if isinstance(value, Sealed) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only isnull: sealed bytes differ every time, so comparing them would quietly find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None

    def value_to_string(self, obj: models.Model) -> str:
        raise SealError(f"{self.model._meta.label}.{self.name} is sealed and is not written to fixtures.")

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_primary_key()]

    def _check_primary_key(self) -> list[checks.CheckMessage]:
        key: Any = self.model._meta.pk
        while key is not None and key.remote_field:
            key = key.target_field
        if isinstance(key, models.UUIDField) and key.has_default():
            return []
        return [
            checks.Error(
                "A sealed field needs a row whose primary key is made before it is saved.",
                hint="Give the model id = UUIDField(primary_key=True, default=uuid.uuid4); "
                "leave sealed fields out of tracked row history.",
                obj=self,
                id="identity.E001",
            )
        ]


def _key_of(instance: models.Model) -> Any:
    """The row's key, or None while it is not set: also in the middle of making the instance, where `pk` would ask the
    database for it."""
    return instance.__dict__.get(instance._meta.pk.attname)


class SealedTextField(SealedField):
    """Text such as a NIK, a KK number or a phone, sealed in the database. Reads and writes `str` (or None)."""

    def check_value(self, value: Any) -> None:
        if not isinstance(value, str):
            raise TypeError(f"{self.model._meta.label}.{self.name} takes text, not {type(value).__name__}.")


class SealedBytesField(SealedField):
    """Bytes such as a photo, sealed in the database. Reads and writes `bytes` (or None)."""

    def encode(self, value: Any) -> bytes:
        return bytes(value)

    def decode(self, plain: bytes) -> Any:
        return plain

    def check_value(self, value: Any) -> None:
        if not isinstance(value, bytes):
            raise TypeError(f"{self.model._meta.label}.{self.name} takes bytes, not {type(value).__name__}.")


class SealedJSONField(SealedField):
    """A JSON value, sealed in the database. A value changed in place is saved like an assigned one."""

    is_mutable = True

    def encode(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=True, separators=(",", ":")).encode()

    def decode(self, plain: bytes) -> Any:
        return json.loads(plain)

    def check_value(self, value: Any) -> None:
        self.encode(value)


class KeyedIndexField(_Binary):
    """A keyed index: 16 bytes, as Python bytes. The column itself refuses any other length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = INDEX_BYTES
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        return name, path, args, kwargs

    def db_check(self, connection: Any) -> str:
        return f"octet_length({connection.ops.quote_name(self.column)}) = {INDEX_BYTES}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def to_python(self, value: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, bytes | memoryview) or hasattr(value, "resolve_expression"):
            return value
        raise TypeError(f"{self.model._meta.label}.{self.name} takes the bytes of keyed_index(), not text.")
