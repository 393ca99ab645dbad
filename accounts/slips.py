"""Recovery without phone or e-mail: an officer sees the KTP and hands over a slip, with which its bearer sets a new
password.

A slip serves once, within a day, and only together with the NIK. Its code has 58 random bits, so that there is nothing
to guess and no counter of tries that a stranger could use up. Whoever is told of it by message and did not ask for it
can end it by signing in.
"""

import math
import secrets
import unicodedata
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.identifiers import Identifier
from accounts.models import RecoverySlip, User
from accounts.telling import tell
from audit.services import record

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without what is taken for something else: 0 and O, 1, I and L, U and V
LENGTH, GROUP = 12, 4
BITS = LENGTH * math.log2(len(ALPHABET))
LASTS = timedelta(hours=24)

ISSUED = (
    _("A recovery slip was issued for your account"),
    _(
        "DTKS Jakarta: a kelurahan officer who was shown a KTP issued a slip to set a new password for your account."
        " Not you? Sign in and cancel it."
    ),
)
USED = (
    _("Your password was changed with a recovery slip"),
    _(
        "DTKS Jakarta: a new password was set with a slip from the kelurahan. If that was not you, come to your"
        " kelurahan with your KTP."
    ),
)


class SlipRefused(Exception):
    """Wrong, used, cancelled or expired, or not for this NIK: which of them is not told."""


class NotForStaff(Exception):
    """Officers and admins are helped by another admin."""


@transaction.atomic
def issue_slip(*, user: User, by: User) -> str:
    """The code of a new slip, shown once; earlier slips of the account end. The officer has seen the KTP: the NIK is
    claimed for this account. Raises services.OwnRole for one's own account, NotForStaff, services.NikAlreadyClaimed.
    """
    if by.pk == user.pk:
        raise services.OwnRole
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.needs_second_factor or not locked.is_active:
        raise NotForStaff
    services.claim_nik(user=locked, by=by)
    RecoverySlip.objects.open().filter(user=locked).update(cancelled_at=Now())
    code = "".join(secrets.choice(ALPHABET) for _character in range(LENGTH))
    now = timezone.now()
    slip = RecoverySlip.objects.create(
        user=locked, issued_by=by, digest=_digest(code), issued_at=now, expires_at=now + LASTS
    )
    record(by=by, verb="accounts.issue_recovery_slip", subject=locked, data={"slip": slip.pk})
    tell(user=locked, subject=ISSUED[0], body=ISSUED[1])
    return in_groups(code)


def in_groups(code: str) -> str:
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def tidy_code(typed: str) -> str:
    """What was typed, as slips are written: capital letters without spaces and dashes."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(character for character in plain if character.isalnum())


def find_slip(*, identifier: Identifier, code: str) -> RecoverySlip:
    """The open slip with this code for this NIK. Raises SlipRefused."""
    slip = RecoverySlip.objects.open().filter(digest=_digest(tidy_code(code))).select_related("user").first()
    if slip is None or identifier.kind != "nik" or not slip.user.is_active:
        raise SlipRefused
    if bytes(slip.user.nik_index or b"") not in identifier.indexes:
        raise SlipRefused
    return slip


@transaction.atomic
def use_slip(*, slip: RecoverySlip, password: str) -> None:
    """Set a new password; all sessions end, and no code is asked for at the next sign-in, as the phone it went to may
    be lost. Raises SlipRefused when the slip has been used or cancelled meanwhile."""
    if not RecoverySlip.objects.open().filter(pk=slip.pk).update(used_at=Now()):
        raise SlipRefused
    user = slip.user
    services.change_password(user=user, password=password, by=user)
    services.put_sign_in_code(user=user, kind="", by=user)
    record(by=user, verb="accounts.use_recovery_slip", subject=user, data={"slip": slip.pk})
    tell(user=user, subject=USED[0], body=USED[1])


@transaction.atomic
def cancel_slips(*, user: User, by: User) -> bool:
    """End the open slips of an account; False if there are none."""
    cancelled = RecoverySlip.objects.open().filter(user=user).update(cancelled_at=Now())
    if cancelled:
        record(by=by, verb="accounts.cancel_recovery_slip", subject=user)
    return bool(cancelled)


def forget_expired() -> int:
    """Remove slips that ended a month ago or earlier (the acts stay); returns how many."""
    deleted, _per_model = RecoverySlip.objects.filter(expires_at__lt=timezone.now() - timedelta(days=30)).delete()
    return deleted


def _digest(code: str) -> bytes:
    return salted_hmac("accounts.slips", code, algorithm="sha256").digest()
