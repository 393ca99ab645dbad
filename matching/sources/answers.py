"""Answers that have been paid for: kept at once, in a commit of their own, and used again until they expire.

An answer counts for exactly what was asked: a keyed hash of it is part of its key, so that a corrected name is asked
about anew. Failures are counted in the same place: who got no answer FAILURES times has none in this run.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from identity.indexes import INDEX_BYTES, index_key
from matching.sources.protocol import Answer, Person
from matching.sources.tables import RegisterAnswer
from matching.vocabulary import NO_ANSWER, SourceKind, Value

FAILURES = 3  # of one person, each after as many tries as asking.py allows
UNAVAILABLE = Answer(value=Value.UNAVAILABLE, fields={"reason": NO_ANSWER})
KEEP = """
INSERT INTO matching_registeranswer (kind, key, asked, value, fields, raw_code, threshold, area_code, occupation,
    status, failures, answered_at, expires_at)
VALUES (%(kind)s, %(key)s, %(asked)s, %(value)s, %(fields)s, %(raw_code)s, %(threshold)s, %(area_code)s,
    %(occupation)s, %(status)s, 0, statement_timestamp(), statement_timestamp() + make_interval(days => %(days)s))
ON CONFLICT (kind, key, asked) DO UPDATE SET value = excluded.value, fields = excluded.fields,
    raw_code = excluded.raw_code, threshold = excluded.threshold, area_code = excluded.area_code,
    occupation = excluded.occupation, status = excluded.status, failures = 0,
    answered_at = excluded.answered_at, expires_at = excluded.expires_at
"""
# A failure takes an expired answer's place; a fresh one stays.
FAIL = """
INSERT INTO matching_registeranswer AS kept (kind, key, asked, value, fields, raw_code, threshold, area_code,
    occupation, status, failures, answered_at, expires_at)
VALUES (%(kind)s, %(key)s, %(asked)s, '', '{}', '', NULL, '', '', '', %(failures)s, NULL,
    clock_timestamp() + interval '1 day')
ON CONFLICT (kind, key, asked) DO UPDATE SET value = '', answered_at = NULL, expires_at = excluded.expires_at,
    failures = kept.failures + excluded.failures
WHERE kept.answered_at IS NULL OR kept.expires_at <= clock_timestamp()
"""
EXPIRED = "DELETE FROM matching_registeranswer WHERE expires_at <= clock_timestamp()"


@dataclass(frozen=True)
class Settled:
    """What is known about a person now: an answer and its day, or that there is none (`as_of` empty)."""

    answer: Answer
    as_of: date | None


def asked_of(person: Person, *, threshold: int, key_id: str) -> bytes:
    """16 bytes that are equal exactly when a register is asked the same; keyed, since a NIK is part of it."""
    about = [person.nik, person.kk, person.name, person.birth_date.isoformat(), person.sex, person.area_code]
    text = json.dumps(["asked-v1", *about, person.occupation, threshold], ensure_ascii=True)
    return hmac.new(index_key(key_id), text.encode(), hashlib.sha256).digest()[:INDEX_BYTES]


def settled(kind: SourceKind, asked: Sequence[tuple[bytes, Person]]) -> dict[UUID, Settled]:
    """{member id: what is known} of those who need not be asked about (again) in this run."""
    rows = _rows(kind, asked)
    found: dict[UUID, Settled] = {}
    for what, person in asked:
        row = rows.get((person.key, what))
        if row is not None and row.answered_at is not None:
            found[person.member_id] = Settled(_answer(row), timezone.localdate(row.answered_at))
        elif row is not None and row.failures >= FAILURES:
            found[person.member_id] = Settled(UNAVAILABLE, None)
    return found


def failures(kind: SourceKind, asked: Sequence[tuple[bytes, Person]]) -> dict[UUID, int]:
    """{member id: how often in vain} of those about whom the register has only failed to answer."""
    rows = _rows(kind, asked)
    return {person.member_id: row.failures for what, person in asked if (row := rows.get((person.key, what)))}


def _rows(kind: SourceKind, asked: Sequence[tuple[bytes, Person]]) -> dict[tuple[bytes, bytes], RegisterAnswer]:
    keys = {person.key for _asked, person in asked}
    rows = RegisterAnswer.objects.filter(kind=kind, key__in=keys, expires_at__gt=Now())
    return {(bytes(row.key), bytes(row.asked)): row for row in rows}


def keep(kind: SourceKind, person: Person, asked: bytes, answer: Answer) -> None:
    """Store an answer and commit."""
    days = int(getattr(settings, "DTKS_REGISTER_ANSWER_DAYS", 30))
    about = {
        "value": answer.value,
        "fields": json.dumps(answer.fields),
        "raw_code": answer.raw_code,
        "threshold": answer.threshold,
        "area_code": answer.area_code,
        "occupation": answer.occupation,
        "status": answer.status,
        "days": days,
    }
    _execute(KEEP, {"kind": kind, "key": person.key, "asked": asked, **about})


def note_failure(kind: SourceKind, person: Person, asked: bytes, *, times: int = 1) -> None:
    """Count that the register gave no answer about somebody, and commit."""
    _execute(FAIL, {"kind": kind, "key": person.key, "asked": asked, "failures": times})


def forget_failures(kind: SourceKind, keys: Iterable[bytes]) -> None:
    """The next run asks again about those who got no answer in this one."""
    RegisterAnswer.objects.filter(kind=kind, key__in=list(keys), answered_at__isnull=True).delete()


def forget_expired() -> int:
    """Delete the answers that are not used any more; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED)
        return int(cursor.rowcount)


def _execute(sql: str, about: dict[str, Any]) -> None:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(sql, about)


def _answer(row: RegisterAnswer) -> Answer:
    return Answer(
        value=Value(row.value),
        fields=row.fields,
        raw_code=row.raw_code,
        threshold=row.threshold,
        area_code=row.area_code,
        occupation=row.occupation,
        status=row.status,
    )
