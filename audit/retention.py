"""How long what is kept, and its destruction: classes that rooms register, one engine that destroys batch by batch.

Only the tables' owner may destroy history (`manage.py retain`); the application's role has no right to. What hangs on a
row is found through the relations of the models, so that a new table cannot be forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.utils import timezone

from audit.models import Destruction

Ids = list[Any]


class Subjects(Protocol):
    """The rows of a class that may go: those whose clock ran out before a moment."""

    def __call__(self, before: datetime) -> models.QuerySet[Any]: ...


@dataclass(frozen=True)
class RetentionClass:
    """One line of the retention table. `days` None: kept as the archive schedule says, never destroyed here.

    `clock` says in words when the time begins; `subjects` finds what is over; `empty` names columns to be emptied
    ({field: value}) where the rows themselves stay. `by_hand(ids, destroy)` does it for rows that are no simple rows,
    such as an extract whose people are a table of their own; it returns how many went (or would) and rows by table.
    """

    key: str
    title: Any
    clock: Any
    days: int | None
    basis: str
    subjects: Subjects | None = None
    empty: dict[str, Any] | None = None
    by_hand: Callable[[Ids, bool], tuple[int, Counter[str]]] | None = None


Hold = Callable[[type[models.Model], Ids], set[Any]]
_classes: dict[str, RetentionClass] = {}
_holds: list[Hold] = []
_owned: dict[str, tuple[str, ...]] = {}


def register_class(*classes: RetentionClass) -> None:
    for one in classes:
        _classes[one.key] = one


def register_hold(hold: Hold) -> None:
    """Say which rows of a model stay although their time is over, such as families with an open objection."""
    if hold not in _holds:
        _holds.append(hold)


def register_owned(label: str, *fields: str) -> None:
    """Rows that a model's own foreign keys lead to and that go with it, such as the picture of an objection."""
    _owned[label.lower()] = fields


def retention_table() -> list[RetentionClass]:
    """The classes in the order of the rooms, with the times of this installation (DTKS_RETENTION_DAYS)."""
    changed = configured_days(str(getattr(settings, "DTKS_RETENTION_DAYS", "")))
    unknown = set(changed) - set(_classes)
    if unknown:
        raise ImproperlyConfigured(
            f"DTKS_RETENTION_DAYS names {', '.join(sorted(unknown))}; the classes are {', '.join(_classes)}."
        )
    archived = sorted(key for key in changed if _classes[key].subjects is None)
    if archived:
        raise ImproperlyConfigured(
            f"DTKS_RETENTION_DAYS names {', '.join(archived)}, which the archive schedule rules: this command keeps it."
        )
    return [_with_days(one, changed.get(one.key, one.days)) for one in _classes.values()]


def configured_days(text: str) -> dict[str, int]:
    """{class: days} from "drafts=90,access_log=730". Raises ImproperlyConfigured."""
    found = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        key, _equals, days = entry.partition("=")
        if not (days.isascii() and days.isdigit() and int(days) >= 30):
            raise ImproperlyConfigured(
                f"DTKS_RETENTION_DAYS: {entry!r} is not like drafts=90 (whole days, at least 30)."
            )
        found[key.strip()] = int(days)
    return found


def _with_days(one: RetentionClass, days: int | None) -> RetentionClass:
    return RetentionClass(one.key, one.title, one.clock, days, one.basis, one.subjects, one.empty, one.by_hand)


@dataclass(frozen=True)
class Batch:
    """What one transaction destroyed (or would): how many subjects, and rows by table."""

    subjects: int
    counts: Counter[str]


def batches(
    one: RetentionClass, *, run_id: UUID, size: int, destroy: bool, now: datetime | None = None
) -> Iterator[Batch]:
    """Go through a class; with `destroy` each batch is a transaction with its record in it, so that a run may be cut
    off anywhere and simply started again. Without, nothing is changed."""
    if one.days is None or one.subjects is None:
        return
    before = (now or timezone.now()) - timedelta(days=one.days)
    last: Any = None
    while True:
        with transaction.atomic():
            rows = one.subjects(before).order_by("pk")
            if last is not None:
                rows = rows.filter(pk__gt=last)
            if destroy:
                rows = rows.select_for_update(of=("self",), skip_locked=True)
            ids = list(rows.values_list("pk", flat=True)[:size])
            if not ids:
                return
            last = ids[-1]
            free = [pk for pk in ids if pk not in held(rows.model, ids)]
            gone, counts = _go(one, rows.model, free, destroy=destroy) if free else (0, Counter())
            if gone and destroy:
                Destruction.objects.create(
                    run_id=run_id,
                    retention_class=one.key,
                    days=one.days,
                    before=before,
                    subjects=gone,
                    counts=dict(counts),
                    basis=one.basis,
                )
        if gone:
            yield Batch(gone, counts)


def held(model: type[models.Model], ids: Ids) -> set[Any]:
    found: set[Any] = set()
    for hold in _holds:
        found |= hold(model, ids)
    return found


def _go(one: RetentionClass, model: type[models.Model], ids: Ids, *, destroy: bool) -> tuple[int, Counter[str]]:
    """How many subjects went (or would), and rows by table."""
    if one.by_hand is not None:
        return one.by_hand(ids, destroy)
    if one.empty is not None:
        if destroy:
            with pgtrigger.ignore():
                model._default_manager.filter(pk__in=ids).update(**one.empty)
        return len(ids), Counter({model._meta.db_table: len(ids)})
    chain = list(hanging_on(model, ids))
    if destroy:
        with pgtrigger.ignore():  # history is append-only, and its own deletion leaves no history
            for table, keys in chain:
                _untie(table, keys)
            for table, keys in chain:
                table._base_manager.filter(pk__in=keys)._raw_delete(using="default")
    counted: Counter[str] = Counter()
    for table, keys in chain:
        counted[table._meta.db_table] += len(keys)
    return len(ids), counted


def hanging_on(model: type[models.Model], ids: Ids) -> Iterator[tuple[type[models.Model], Ids]]:
    """(table, keys) of everything that refers to these rows, what refers to others first, each row once."""
    order: list[tuple[type[models.Model], Ids]] = []
    seen: dict[type[models.Model], set[Any]] = {}
    _collect(model, ids, order, seen)
    merged: dict[type[models.Model], Ids] = {}
    for table, keys in order:
        merged.setdefault(table, []).extend(keys)
    yield from ((table, merged[table]) for table in children_first(list(merged)))


def _collect(
    model: type[models.Model], ids: Ids, order: list[tuple[type[models.Model], Ids]], seen: dict[Any, set[Any]]
) -> None:
    known = seen.setdefault(model, set())
    fresh = [pk for pk in dict.fromkeys(ids) if pk not in known]
    if not fresh:
        return
    known.update(fresh)
    order.append((model, fresh))
    for relation in relations_to(model):
        child = relation.related_model
        if relation.on_delete is models.SET_NULL:
            continue  # the row stays and forgets: see _untie
        keys = child._base_manager.filter(**{f"{relation.field.attname}__in": fresh}).values_list("pk", flat=True)
        _collect(child, list(keys), order, seen)
    for name in _owned.get(model._meta.label_lower, ()):
        field: Any = model._meta.get_field(name)
        targets = model._base_manager.filter(pk__in=fresh).exclude(**{name: None}).values_list(field.attname, flat=True)
        _collect(field.related_model, list(targets), order, seen)


def relations_to(model: type[models.Model]) -> list[Any]:
    """Foreign keys of other tables that lead to this one, row history included."""
    return [
        field
        for field in model._meta.get_fields(include_hidden=True)
        if (field.one_to_many or field.one_to_one) and field.auto_created and not field.concrete
    ]


def _untie(model: type[models.Model], ids: Ids) -> None:
    for relation in relations_to(model):
        if relation.on_delete is models.SET_NULL:
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.attname}__in": ids})
            rows.update(**{relation.field.name: None})


def children_first(tables: list[type[models.Model]]) -> list[type[models.Model]]:
    """An order in which every row goes before the row it refers to."""
    refers: dict[type[models.Model], set[Any]] = {
        table: {
            field.related_model
            for field in table._meta.get_fields()
            if field.concrete and (field.many_to_one or field.one_to_one) and field.related_model in tables
        }
        - {table}
        for table in tables
    }
    ordered: list[type[models.Model]] = []
    while refers:
        free = [table for table in refers if not any(table in others for others in refers.values())]
        if not free:
            names = ", ".join(sorted(table._meta.label for table in refers))
            raise RuntimeError(f"These tables refer to one another in a circle: {names}.")
        for table in free:
            ordered.append(table)
            del refers[table]
    return ordered


def tables_reached_from(label: str) -> set[str]:
    """Labels of all tables whose rows go with a row of `label`: for tests and for the manual."""
    reached: set[type[models.Model]] = set()
    waiting: list[Any] = [apps.get_model(label)]
    while waiting:
        model = waiting.pop()
        if model not in reached:
            reached.add(model)
            waiting += [r.related_model for r in relations_to(model) if r.on_delete is not models.SET_NULL]
            waiting += [model._meta.get_field(name).related_model for name in _owned.get(model._meta.label_lower, ())]
    return {model._meta.label for model in reached}
