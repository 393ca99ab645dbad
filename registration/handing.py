"""A citizen hands a draft to the desk of one kelurahan with a code, and has it back whenever they want.

The draft stays the citizen's: both may fill it in, both see who changed what, and an officer sends it only after
writing down that the citizen has agreed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.limits import spend
from audit.services import record
from registration.errors import AlreadySubmitted, NotHandedOver, TooManyTries
from registration.models import Draft, Handover, HandoverEnd
from registration.models.handover import LETTERS, HandoverQuerySet, new_handover_code
from registration.phase_lock import database_now
from registration.references import ALPHABET

if TYPE_CHECKING:
    from accounts.models import User
    from areas.models import Area

LASTS = timedelta(days=3)  # a code that nobody has typed
TRIES, PER = 30, timedelta(hours=1)  # of one officer


def tidy_code(text: str) -> str | None:
    """A code in its written form from anything people type ("7k2m q4xh 3pw"), or None if it cannot be one."""
    letters = "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())
    if len(letters) != LETTERS or any(letter not in ALPHABET for letter in letters):
        return None
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def digest_of(code: str) -> bytes:
    return salted_hmac("registration.handing", code, algorithm="sha256").digest()[:16]


def is_in_hands_of(draft: Draft, by: User) -> bool:
    """Whether a kelurahan that this officer serves has taken the draft and not given it back."""
    return by.is_officer and _in_hands_of(by.kelurahan_codes).filter(draft=draft).exists()


def may_fill(draft: Draft, by: User) -> bool:
    """Who may type into a draft: its owner, the kelurahan it was handed to; at the counter its officers, and admins."""
    if draft.is_at_counter:
        return by.is_admin or (by.is_officer and draft.kelurahan_id in by.kelurahan_codes)
    return draft.owner_id == by.pk or is_in_hands_of(draft, by)


@transaction.atomic
def open_handover(*, draft: Draft, kelurahan: Area, by: User) -> Handover:
    """Make a code with which the kelurahan can take the draft in. An earlier one ends.

    Raises PermissionDenied unless `by` owns the draft, AlreadySubmitted.
    """
    locked = _own_draft(draft, by)
    _end(Handover.objects.filter(draft=locked), by=by, end=HandoverEnd.REPLACED)
    code = new_handover_code()
    handover = Handover.objects.create(
        draft=locked,
        kelurahan=kelurahan,
        code=code,
        code_digest=digest_of(code),
        opened_by=by,
        expires_at=database_now() + LASTS,
    )
    record(by=by, verb="registration.open_handover", subject=locked, area_code=kelurahan.pk)
    return handover


@transaction.atomic
def revoke_handover(*, draft: Draft, by: User) -> None:
    """The citizen takes the draft back; the code serves no more. Does nothing when it has ended already."""
    locked = _own_draft(draft, by)
    if _end(Handover.objects.filter(draft=locked), by=by, end=HandoverEnd.REVOKED):
        record(by=by, verb="registration.revoke_handover", subject=locked)


def take_handover(*, code: str, by: User) -> Handover:
    """The officer types the code: from now on the draft is in the hands of that kelurahan.

    A code that is wrong, too old, used up, or for another kelurahan is one and the same NotHandedOver. Each try is
    counted first: raises TooManyTries. Not inside a transaction.
    """
    if not spend("registration.take_handover", str(by.pk), limit=TRIES, window=PER):
        raise TooManyTries
    with transaction.atomic():
        tidy = tidy_code(code)
        waiting = Handover.objects.waiting().filter(kelurahan__in=list(by.kelurahan_codes))
        found = waiting.filter(code_digest=digest_of(tidy)).first() if tidy and by.is_officer else None
        if found is None:
            raise NotHandedOver
        draft = _lock(found.draft_id)
        taken = Handover.objects.waiting().filter(pk=found.pk).update(taken_by=by, taken_at=database_now())
        if not taken or draft.household_id is not None:
            raise NotHandedOver
        record(by=by, verb="registration.take_handover", subject=draft, area_code=found.kelurahan_id)
        found.refresh_from_db()
        return found


@transaction.atomic
def return_handover(*, draft: Draft, by: User) -> None:
    """The officer gives the draft back. Raises PermissionDenied when it is not in the officer's hands."""
    locked = _lock(draft.pk)
    held = _in_hands_of(by.kelurahan_codes).filter(draft=locked)
    if not by.is_officer or not _end(held, by=by, end=HandoverEnd.RETURNED):
        raise PermissionDenied
    record(by=by, verb="registration.return_handover", subject=locked)


@transaction.atomic
def record_consent(*, draft: Draft, by: User) -> None:
    """Write down that the citizen agreed, before this officer, that the officer sends the draft."""
    held = _in_hands_of(by.kelurahan_codes).filter(draft=_lock(draft.pk))
    if not by.is_officer or not held.update(consent_by=by, consent_at=database_now()):
        raise PermissionDenied
    record(by=by, verb="registration.record_consent", subject=draft)


def was_sent_by(draft: Draft, by: User) -> bool:
    return Handover.objects.filter(draft=draft, ended_by=by, end=HandoverEnd.SUBMITTED).exists()


def is_sent_for_owner(draft: Draft, by: User) -> bool:
    """Whether an officer sends a citizen's own draft, which needs the citizen's word for it."""
    return not draft.is_at_counter and draft.owner_id != by.pk


def has_consent(draft: Draft, by: User) -> bool:
    return _in_hands_of(by.kelurahan_codes).filter(draft=draft, consent_at__isnull=False).exists()


def _in_hands_of(codes: Iterable[str]) -> HandoverQuerySet:
    return Handover.objects.taken().filter(kelurahan__in=list(codes))


def _own_draft(draft: Draft, by: User) -> Draft:
    locked = _lock(draft.pk)
    if locked.is_at_counter or locked.owner_id != by.pk:
        raise PermissionDenied
    if locked.household_id is not None:
        raise AlreadySubmitted
    return locked


def _lock(draft_id: UUID) -> Draft:
    return Draft.objects.select_for_update(of=("self",)).get(pk=draft_id)


def _end(handovers: HandoverQuerySet, *, by: User, end: HandoverEnd) -> int:
    return handovers.filter(ended_at__isnull=True).update(ended_by=by, ended_at=database_now(), end=end)
