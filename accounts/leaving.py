"""Deleting an account: asked for with the password, undone within two weeks by signing in, then carried out.

What is only the account's goes: name, NIK, phone, e-mail, password, sessions, drafts. What the family has submitted
stays with the kelurahan, as if it had been registered at the counter: assistance of other people hangs on it, and its
own times of keeping hold (docs/operations.md). The row itself stays, empty, so that submissions and acts keep the id
they name. Rooms that hold something for an account say so with `register`.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import services
from accounts.models import Consent, MessageCode, OpenSession, RecoveryRequest, RecoverySlip, User
from accounts.telling import tell
from audit.services import record

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

log = logging.getLogger(__name__)

UNDO = timedelta(days=14)
AT_ONCE = 200  # accounts that one run of the task deletes

ASKED = (
    _("Your account will be deleted"),
    _("DTKS Jakarta: your account will be deleted on %(date)s. To keep it, sign in before that day."),
)
KEPT = (_("Your account stays"), _("DTKS Jakarta: your account stays. It will not be deleted."))
GONE = (_("Your account has been deleted"), _("DTKS Jakarta: your account has been deleted, as you asked."))


@dataclass(frozen=True)
class Holding:
    """Something a room holds for an account: how many, and whether it goes with the account or stays, and why."""

    label: "_StrPromise | str"
    number: int
    goes: bool
    why: "_StrPromise | str" = ""


Teller = Callable[[User], Sequence[Holding]]
Eraser = Callable[[User], None]
_tellers: list[Teller] = []
_erasers: list[Eraser] = []


class NotForStaff(Exception):
    """Officers and admins lose their roles first."""


def register(*, tells: Teller, erases: Eraser) -> None:
    """Called by rooms when they start: what they hold for an account, and how to erase what goes with it.

    `erases` runs in the transaction that empties the account, and may run again after a failure.
    """
    if tells not in _tellers:
        _tellers.append(tells)
        _erasers.append(erases)


def holdings_of(user: User) -> list[Holding]:
    """What goes and what stays, with something in it, of all rooms."""
    return [holding for tells in _tellers for holding in tells(user) if holding.number]


@transaction.atomic
def request_deletion(*, user: User, by: User) -> None:
    """Delete the account in two weeks; until then it can do nothing but be kept. All its sessions end.

    Asking twice changes nothing. Raises NotForStaff.
    """
    if user.needs_second_factor:
        raise NotForStaff
    due = timezone.now() + UNDO
    if not User.objects.filter(pk=user.pk, deletion_due_at=None, deleted_at=None).update(deletion_due_at=due):
        return
    user.deletion_due_at = due
    services.end_sessions(user=user)
    record(by=by, verb="accounts.request_deletion", subject=user)
    with override(user.language):
        day = date_format(timezone.localtime(due), "j F Y")
    tell(user=user, subject=ASKED[0], body=ASKED[1], params={"date": day})


@transaction.atomic
def keep_account(*, user: User, by: User) -> bool:
    """Take the wish back; False if there was none (any more)."""
    kept = User.objects.filter(pk=user.pk, deletion_due_at__isnull=False, deleted_at=None).update(deletion_due_at=None)
    user.refresh_from_db(fields=["deletion_due_at"])
    if kept:
        record(by=by, verb="accounts.keep_account", subject=user)
        tell(user=user, subject=KEPT[0], body=KEPT[1])
    return bool(kept)


def erase_due() -> int:
    """Empty the accounts whose two weeks are over; returns how many. One that fails holds up no other."""
    due = User.objects.filter(deletion_due_at__lte=Now(), deleted_at=None).order_by("deletion_due_at")
    erased = 0
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        try:
            erased += _erase_if_due(pk)
        except Exception as error:
            log.error("An account could not be deleted: %s", type(error).__name__)
    return erased


@transaction.atomic
def _erase_if_due(pk: UUID) -> bool:
    """Empty one account, unless its owner has kept it in the last moment, or somebody else is at it."""
    due = User.objects.select_for_update(skip_locked=True).filter(pk=pk, deletion_due_at__lte=Now(), deleted_at=None)
    user = due.first()
    if user is None:
        return False
    tell(user=user, subject=GONE[0], body=GONE[1])
    for erases in _erasers:
        erases(user)
    _forget_what_hangs_on(user)
    _empty(user)
    record(by=None, verb="accounts.delete", subject=user)
    return True


def _forget_what_hangs_on(user: User) -> None:
    keys = OpenSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()
    tables: tuple[Any, ...] = (
        OpenSession, MessageCode, RecoveryRequest, RecoverySlip, Consent, Authenticator, EmailAddress,
    )  # fmt: skip
    for table in tables:
        table.objects.filter(user_id=user.pk).delete()


def _empty(user: User) -> None:
    """Nothing personal is left in the row."""
    user.username, user.name = f"x-{secrets.token_hex(12)}", ""
    for kind in ("nik", "phone", "email"):
        getattr(user, f"put_{kind}")("")
    user.set_unusable_password()
    user.nik_claimed_at, user.last_login, user.sign_in_code, user.consent_version = None, None, "", ""
    user.is_active = False
    user.deletion_due_at, user.deleted_at = None, timezone.now()
    user.session_epoch += 1
    user.save()
