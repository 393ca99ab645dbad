"""Signing in by NIK, phone, e-mail or username, and what a role may do in the Django admin."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import F, Q
from django.http import HttpRequest

from accounts.identifiers import Identifier, read_identifier
from accounts.models import User
from accounts.permissions import ADMIN_MAY, room_of
from accounts.proofs import LONGEST_PASSWORD, prove
from identity.indexes import keyed_index

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model

CANDIDATES = 20


class IdentifierBackend(BaseBackend):
    """One hash and one query per attempt, whether or not anybody uses the identifier (see `accounts.proofs`)."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        among: frozenset[Any] | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The active user who signs in with what is typed as `username` (any identifier) and `password`.

        `among` narrows it to some accounts, by their keys.
        """
        if not username or not username.strip() or password is None or len(password) > LONGEST_PASSWORD:
            return None
        user = find_user(identifier=read_identifier(username), password=password, among=among)
        if user is not None:
            catch_up(user, password)
        return user

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def find_user(*, identifier: Identifier, password: str, among: frozenset[Any] | None = None) -> User | None:
    """The user whose proof fits. A claimed NIK belongs to its claimant alone; otherwise the one seen last wins."""
    proofs = [prove(password, index) for index in identifier.indexes]
    fits = Q(**{f"{identifier.kind}_proof__in": proofs})
    if identifier.kind == "username":
        rows = User.objects.filter(fits, username=identifier.value)
    else:
        rows = User.objects.filter(**{f"{identifier.kind}_index__in": identifier.indexes})
        rows = rows.filter(fits | Q(nik_claimed_at__isnull=False)) if identifier.kind == "nik" else rows.filter(fits)
    users = list(
        rows.order_by(F("nik_claimed_at").asc(nulls_last=True), F("last_login").desc(nulls_last=True))[:CANDIDATES]
    )
    if identifier.kind == "nik" and users and users[0].nik_claimed_at is not None:
        users = users[:1]
    if among is not None:
        users = [user for user in users if user.pk in among]
    return next((user for user in users if user.is_active and _proof_of(user, identifier) in proofs), None)


def _proof_of(user: User, identifier: Identifier) -> bytes | None:
    proof = getattr(user, f"{identifier.kind}_proof")
    return None if proof is None else bytes(proof)


def catch_up(user: User, password: str) -> None:
    """Bring indexes to the current key and make proofs that are missing, now that the password is known."""
    for kind in ("nik", "phone", "email"):
        value = getattr(user, kind)
        if value and getattr(user, f"{kind}_index") != keyed_index(kind, value):
            getattr(user, f"put_{kind}")(value)
    if user.put_proofs(password, only_missing=True):
        kinds = ("nik", "phone", "email")
        columns = [*kinds, *(f"{kind}_index" for kind in kinds), *(f"{kind}_proof" for kind in (*kinds, "username"))]
        user.save(update_fields=columns)  # nothing else: it may have changed since this row was read


class RoleBackend(BaseBackend):
    """Lets admins into the admin pages of the rooms, as the table in `accounts.permissions` says."""

    def has_perm(self, user_obj: "AbstractBaseUser | AnonymousUser", perm: str, obj: "Model | None" = None) -> bool:
        return isinstance(user_obj, User) and user_obj.is_admin and perm_is_in_table(perm)

    def has_module_perms(self, user_obj: "AbstractBaseUser | AnonymousUser", app_label: str) -> bool:
        return isinstance(user_obj, User) and user_obj.is_admin and app_label in ADMIN_MAY


def perm_is_in_table(perm: str) -> bool:
    room, action = room_of(perm)
    return action in ADMIN_MAY.get(room, ())
