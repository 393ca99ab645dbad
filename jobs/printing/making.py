"""Asking for a document, and making those that wait: rows under a lease, like messages of the outbox.

A wake-up may be lost and the broker may be gone: the scheduler, workers (jobs/polling.py), and
`manage.py make_documents` look by themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone, translation

from jobs.models import Document, DocumentState
from jobs.printing.pdf import NoWriter, can_write, write_pdf
from jobs.wakeups import wake

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
LEASE = 120.0  # seconds one worker may take for one document
MAX_TRIES = 4
PAUSE = 15.0  # seconds before the next try; grows with each

TAKE = """
UPDATE jobs_document SET token = token + 1, attempts = attempts + 1,
       lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = (
    SELECT id FROM jobs_document
    WHERE state = 'waiting' AND available_at <= clock_timestamp() - make_interval(secs => %s)
      AND expires_at > clock_timestamp()
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY available_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
RETRY = """
UPDATE jobs_document SET lease_until = NULL, error = %s,
       available_at = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND token = %s AND state = 'waiting'
"""


class NothingToPrint(Exception):
    """What the document is about is gone, or is no longer for the person who asked."""


@dataclass(frozen=True)
class Paper:
    """A whole HTML document with lang and title, and the name its file gets (no personal data)."""

    html: str
    file_name: str


Maker = Callable[[Document], Paper]
_makers: dict[str, Maker] = {}


def register_maker(kind: str, maker: Maker) -> None:
    """Say who makes the documents of a kind. A maker asks again whether the person may see what it is about, and
    raises NothingToPrint otherwise."""
    _makers[kind] = maker


@transaction.atomic
def ask(*, kind: str, about_id: UUID, by_id: UUID, language: str, params: dict[str, Any] | None = None) -> Document:
    """Ask for a document; who asks again while it waits gets the same one. `params` hold no personal data."""
    document = Document(
        kind=kind,
        about_id=about_id,
        asked_by_id=by_id,
        language=language,
        params=params or {},
        expires_at=timezone.now() + KEPT,
    )
    Document.objects.bulk_create([document], ignore_conflicts=True)
    same = Document.objects.filter(
        kind=kind, about_id=about_id, asked_by_id=by_id, language=language, state=DocumentState.WAITING
    )
    stored = same.order_by("-created_at").first() or document
    wake("jobs.make_documents")
    return stored


def make_waiting(
    *, limit: int = 20, should_stop: Callable[[], bool] = lambda: False, overdue_seconds: float = 0.0
) -> int:
    """Make the documents that wait, or only those overdue, one after another; returns how many became ready.

    A machine that cannot write PDF takes none, so that another one can.
    """
    if not can_write():
        return 0
    made = 0
    for _number in range(limit):
        document = None if should_stop() else _take(overdue_seconds)
        if document is None:
            break
        made += _make(document)
    return made


def forget_expired() -> int:
    """Delete documents whose time is over."""
    deleted, _per_table = Document.objects.filter(expires_at__lte=Now()).delete()
    return deleted


def _take(overdue_seconds: float = 0.0) -> Document | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, [LEASE, overdue_seconds])
        row = cursor.fetchone()
    return Document.objects.get(pk=row[0]) if row else None


def _make(document: Document) -> bool:
    try:
        with translation.override(document.language):
            paper = _makers[document.kind](document)
            pdf = write_pdf(paper.html)
    except (NothingToPrint, NoWriter, KeyError) as error:
        _give_up(document, error)
        return False
    except Exception as error:
        if document.attempts >= MAX_TRIES:
            _give_up(document, error)
        else:
            _retry_later(document, error)
        return False
    ready = _held(document).update(
        state=DocumentState.READY,
        content=document.sealed(pdf),
        file_name=paper.file_name,
        ready_at=Now(),
        lease_until=None,
        error="",
    )
    return bool(ready)


def _held(document: Document) -> QuerySet[Document]:
    """The document, if this worker still holds it."""
    return Document.objects.filter(pk=document.pk, token=document.token, state=DocumentState.WAITING)


def _give_up(document: Document, error: Exception) -> None:
    log.error("Document %s could not be made: %s", document.pk, type(error).__name__)
    _held(document).update(state=DocumentState.FAILED, lease_until=None, error=type(error).__name__)


def _retry_later(document: Document, error: Exception) -> None:
    log.warning("Document %s will be tried again: %s", document.pk, type(error).__name__)
    with connection.cursor() as cursor:
        cursor.execute(RETRY, [type(error).__name__, PAUSE * document.attempts, document.pk, document.token])
