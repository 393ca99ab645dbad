"""Codes for a household that somebody else entered: 98 random bits, shown once, kept as a keyed index only."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audit.services import record
from identity.indexes import keyed_index, keyed_indexes
from registration.errors import TooMany
from registration.models import FamilyCode, Household
from registration.phase_lock import database_now
from registration.references import ALPHABET

if TYPE_CHECKING:
    from accounts.models import User

GROUPS, LETTERS = 5, 4
KIND = "family_code"
MOST_LIVE_CODES = 5  # of one household; the oldest ends when one more is made


def new_code() -> str:
    """A fresh code such as "7K2M-Q4XH-…", five groups of four (30 letters each: 98 bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * LETTERS))
    return "-".join(letters[start : start + LETTERS] for start in range(0, len(letters), LETTERS))


def tidy_code(text: str) -> str | None:
    """The code in its written form from anything people type, or None if it cannot be one."""
    letters = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    if len(letters) != GROUPS * LETTERS or any(letter not in ALPHABET for letter in letters):
        return None
    return "-".join(letters[start : start + LETTERS] for start in range(0, len(letters), LETTERS))


def may_have_code(household: Household) -> bool:
    """Entered by somebody else, at the counter too, still standing, and not yet in the family's own account."""
    if household.is_withdrawn:
        return False
    return household.account_id is None or (household.for_others and not is_taken_over(household))


def is_taken_over(household: Household) -> bool:
    representation = getattr(household, "representation", None)
    return bool(representation and representation.is_taken_over)


@transaction.atomic
def issue_code(*, household: Household, by: User, sent: bool = False) -> str:
    """Make a code for the family and return it; it cannot be read again. Earlier codes go on working.

    By the helper, or by an officer of the kelurahan. Raises PermissionDenied for anybody else, TooMany for a household
    that may have none.
    """
    if not Household.objects.visible_to(by).filter(pk=household.pk).exists():
        raise PermissionDenied
    if not may_have_code(household):
        raise TooMany
    code = new_code()
    live = list(FamilyCode.objects.filter(household=household, ended_at__isnull=True).order_by("-made_at", "-id"))
    surplus = [one.pk for one in live[MOST_LIVE_CODES - 1 :]]
    if surplus:
        FamilyCode.objects.filter(pk__in=surplus).update(ended_at=database_now())
    made = FamilyCode.objects.create(household=household, code_index=keyed_index(KIND, code), made_by=by, sent=sent)
    data = {"code": made.pk, "sent": sent}
    record(by=by, verb="registration.issue_family_code", subject=household, area_code=household.kelurahan_id, data=data)
    return code


def find_code(code: str) -> FamilyCode | None:
    """The live code with these letters; None for every other one."""
    rows = FamilyCode.objects.filter(code_index__in=keyed_indexes(KIND, code), ended_at__isnull=True)
    return rows.filter(household__withdrawn_at__isnull=True).first()


def live_code(pk: str) -> FamilyCode | None:
    """The code a session was opened with, while it still opens anything (also to see that one has withdrawn)."""
    rows = FamilyCode.objects.select_related("household__phase", "household__kelurahan", "household__account")
    return rows.filter(pk=pk, ended_at__isnull=True).first()


def end_codes(household: Household) -> None:
    FamilyCode.objects.filter(household=household, ended_at__isnull=True).update(ended_at=database_now())
