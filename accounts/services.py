"""What changes an account. Each act is recorded; nothing personal is written beside it."""

import secrets
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Role, RoleGrant, User
from accounts.totp import new_secret
from audit.services import record

if TYPE_CHECKING:
    from areas.models import Area


class NikAlreadyClaimed(Exception):
    """Another account's owner has shown this NIK before. The message names nobody."""


class OwnRole(Exception):
    """Nobody gives roles to, or takes them from, themselves."""


@transaction.atomic
def create_citizen(
    *, nik: str, name: str, phone: str = "", email: str = "", password: str | None, by: User | None = None
) -> User:
    """Open an account. `nik` (16 digits) and `phone` ("+62…") are canonical.

    It makes no difference whether another account has typed the same NIK, phone or e-mail. Without a password the
    account cannot sign in until one is set.
    """
    user = User(username=f"w-{secrets.token_hex(12)}", name=name, language=get_language() or "id")
    user.put_nik(nik)
    user.put_phone(phone)
    user.put_email(email)
    user.set_password(password)
    user.save()
    record(by=by or user, verb="accounts.open", subject=user)
    return user


@transaction.atomic
def create_staff(
    *,
    username: str,
    name: str,
    email: str,
    password: str | None,
    role: Role,
    area: "Area | None",
    by: User | None = None,
) -> User:
    """Open an account with a role; it can only enrol its second factor until it has one."""
    user = User(username=User.normalize_username(username), name=name, language=get_language() or "id")
    user.put_email(email)
    user.set_password(password)
    user.save()
    record(by=by, verb="accounts.open", subject=user)
    grant_role(user=user, role=role, area=area, by=by)
    return user


@transaction.atomic
def grant_role(*, user: User, role: Role, area: "Area | None", by: User | None) -> RoleGrant:
    """Give a role. Ends the sessions the person has open. `by` is None for the command line and the demo.

    Raises OwnRole, and IntegrityError when the person holds that role for that area already.
    """
    _refuse_own_role(user, by)
    grant = RoleGrant.objects.create(user=user, role=role, area=area, granted_by=by)
    user.forget_grants()
    record(by=by, verb="accounts.grant_role", subject=user, area_code=area.pk if area else "", data={"role": role})
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User | None) -> None:
    """End a role now. Ending it twice changes nothing. Raises OwnRole."""
    _refuse_own_role(grant.user, by)
    ended = RoleGrant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=timezone.now())
    grant.user.forget_grants()
    if ended:
        record(
            by=by,
            verb="accounts.end_role",
            subject=grant.user,
            area_code=grant.area_id or "",
            data={"role": grant.role},
        )


def _refuse_own_role(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise OwnRole


@transaction.atomic
def change_password(*, user: User, password: str, by: User | None) -> None:
    """Set a new password. Every session that began before ends."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.save()
    user.refresh_from_db()
    record(by=by, verb="accounts.change_password", subject=user)


@transaction.atomic
def set_active(*, user: User, is_active: bool, by: User) -> None:
    """Let a person sign in, or no longer; a person who may not loses the sessions they have open."""
    there = User.objects.filter(pk=user.pk, deleted_at=None)  # an account that is gone comes back by nobody's click
    changed = there.exclude(is_active=is_active).update(is_active=is_active)
    if changed:
        record(by=by, verb="accounts.activate" if is_active else "accounts.deactivate", subject=user)


def end_sessions(*, user: User) -> None:
    """End every session of a user."""
    User.objects.filter(pk=user.pk).update(session_epoch=models.F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


@transaction.atomic
def claim_nik(*, user: User, by: User | None) -> bool:
    """Note that this account's owner has shown the NIK (at the kelurahan) or was matched: the NIK is theirs.

    From then on only this account signs in with it. True for the one call that did it: two officers at once make one
    act. Raises NikAlreadyClaimed when another account holds the claim, or this one has no NIK.
    """
    open_to_claim = User.objects.filter(pk=user.pk, nik_claimed_at=None, nik_index__isnull=False)
    try:
        with transaction.atomic():
            claimed = open_to_claim.update(nik_claimed_at=Now())
    except IntegrityError:
        raise NikAlreadyClaimed from None
    user.refresh_from_db(fields=["nik_claimed_at"])
    if user.nik_claimed_at is None:
        raise NikAlreadyClaimed
    if claimed:
        record(by=by, verb="accounts.claim_nik", subject=user)
    return bool(claimed)


@transaction.atomic
def enrol_totp(*, user: User, secret: str | None = None) -> str:
    """Give the user an authenticator with this secret (base 32; a new one by default) and return the secret."""
    chosen = secret or new_secret()
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(chosen)}}
    )
    record(by=user, verb="accounts.enrol_second_factor", subject=user)
    return chosen


@transaction.atomic
def reset_second_factor(*, user: User, by: User) -> None:
    """Take away a lost second factor, so that a new one is enrolled at the next sign-in. Raises OwnRole for oneself."""
    _refuse_own_role(user, by)
    Authenticator.objects.filter(user_id=user.pk).delete()
    end_sessions(user=user)
    record(by=by, verb="accounts.reset_second_factor", subject=user)


@transaction.atomic
def put_sign_in_code(*, user: User, kind: str, by: User) -> bool:
    """Send a code at each sign-in to the verified phone or e-mail, or ("") to neither; False if nothing changes, as
    for a contact that is not verified. Without codes there are no recovery codes either.
    """
    verified = {f"{kind}_verified_at__isnull": False} if kind else {}
    changed = User.objects.filter(pk=user.pk, **verified).exclude(sign_in_code=kind).update(sign_in_code=kind)
    if not kind and not user.needs_second_factor:
        Authenticator.objects.filter(user_id=user.pk).delete()
    if changed:
        record(by=by, verb="accounts.put_sign_in_code", subject=user, data={"kind": kind})
    user.refresh_from_db(fields=["sign_in_code"])
    return bool(changed)
