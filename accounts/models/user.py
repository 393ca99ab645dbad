"""A person who signs in: a citizen, an officer or an admin."""

import uuid
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import validate_email
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.contact import ContactKind
from accounts.models.grant import Role, RoleGrant
from accounts.proofs import PROOF_BYTES, prove
from areas.models import Area
from identity.fields import KeyedIndexField, SealedTextField
from identity.indexes import keyed_index


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, email: str | None = None, password: str | None = None, **extra: Any) -> "User":
        """A user without any role. Citizens and staff are made by `accounts.services`."""
        user = self.model(username=self.model.normalize_username(username), **extra)
        user.put_email(email or "")
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> "User":
        """The technical administrator that `manage.py createsuperuser` makes; needs a second factor like all staff."""
        return self.create_user(username, email, password, **{**extra, "is_staff": True, "is_superuser": True})


def _proof_field() -> "models.BinaryField[bytes | None, bytes | None]":
    return models.BinaryField(null=True, max_length=PROOF_BYTES)


class User(AbstractBaseUser, PermissionsMixin):
    """NIK, phone and e-mail are sealed; the index beside each finds the row, the proof lets its owner in.

    Several accounts may have typed the same NIK, phone or e-mail. `nik_claimed_at` marks the account whose owner has
    shown the NIK at the kelurahan or was matched; there is one per NIK, and only it signs in with that NIK.

    `sign_in_code` says where a citizen wants a code sent at each sign-in. With `deletion_due_at` the account waits to
    be deleted; with `deleted_at` nothing personal is left, and the row only holds together what was submitted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("username"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    nik = SealedTextField(_("NIK"), null=True, blank=True)
    nik_index = KeyedIndexField(null=True, blank=True, db_index=True)
    nik_claimed_at = models.DateTimeField(_("NIK claimed at"), null=True, blank=True)
    phone = SealedTextField(_("phone"), null=True, blank=True)
    phone_index = KeyedIndexField(null=True, blank=True, db_index=True)
    email = SealedTextField(_("e-mail"), null=True, blank=True, validators=[validate_email])
    email_index = KeyedIndexField(null=True, blank=True, db_index=True)
    phone_verified_at = models.DateTimeField(_("phone verified at"), null=True, blank=True)
    email_verified_at = models.DateTimeField(_("e-mail verified at"), null=True, blank=True)
    sign_in_code = models.CharField(
        _("code at sign-in"), max_length=5, choices=ContactKind.choices, blank=True, default=""
    )
    nik_proof = _proof_field()
    phone_proof = _proof_field()
    email_proof = _proof_field()
    username_proof = _proof_field()
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("technical staff"), default=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    language = models.CharField(_("language"), max_length=5, default="id", choices=settings.LANGUAGES)
    consent_version = models.CharField(max_length=20, blank=True, default="", editable=False)  # accounts.consents
    deletion_due_at = models.DateTimeField(_("deletion due at"), null=True, blank=True, db_index=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["-date_joined"]
        constraints = [
            models.UniqueConstraint(
                fields=["nik_index"],
                condition=models.Q(nik_claimed_at__isnull=False),
                name="accounts_user_nik_claimed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(nik_claimed_at=None) | models.Q(nik_index__isnull=False),
                name="accounts_user_claim_needs_nik",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{kind}__isnull": True, f"{kind}_index__isnull": True})
                    | models.Q(**{f"{kind}__isnull": False, f"{kind}_index__isnull": False}),
                    name=f"accounts_user_{kind}_sealed_and_indexed",
                )
                for kind in ("nik", "phone", "email")
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{kind}_verified_at": None}) | models.Q(**{f"{kind}_index__isnull": False}),
                    name=f"accounts_user_{kind}_verified_exists",
                )
                for kind in ("phone", "email")
            ),
            models.CheckConstraint(
                condition=models.Q(sign_in_code="")
                | models.Q(sign_in_code="phone", phone_verified_at__isnull=False)
                | models.Q(sign_in_code="email", email_verified_at__isnull=False),
                name="accounts_user_code_goes_to_verified",
            ),
            models.CheckConstraint(
                condition=models.Q(deleted_at=None)
                | models.Q(name="", nik__isnull=True, phone__isnull=True, email__isnull=True, is_active=False),
                name="accounts_user_deleted_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Usernames are compared in lower case."""
        return super().normalize_username(username).strip().lower()

    # Identifiers. A new value has no proof until the password is next known.
    def put_nik(self, nik: str) -> None:
        self.nik, self.nik_index, self.nik_proof = nik or None, keyed_index("nik", nik) if nik else None, None

    def put_phone(self, phone: str) -> None:
        self._end_verification("phone", phone)
        self.phone, self.phone_proof = phone or None, None
        self.phone_index = keyed_index("phone", phone) if phone else None

    def put_email(self, email: str) -> None:
        self._end_verification("email", email)
        self.email, self.email_proof = email or None, None
        self.email_index = keyed_index("email", email) if email else None

    def _end_verification(self, kind: str, value: str) -> None:
        """Another value has yet to be verified; codes at sign-in are not sent to it."""
        if (value or None) == getattr(self, kind):
            return
        setattr(self, f"{kind}_verified_at", None)
        if self.sign_in_code == kind:
            self.sign_in_code = ""

    @property
    def is_verified(self) -> bool:
        """Whether a phone or e-mail has been proved, or the KTP shown at the kelurahan. Nobody needs it to register."""
        return bool(self.phone_verified_at or self.email_verified_at or self.nik_claimed_at)

    @property
    def username_index(self) -> bytes | None:
        """Citizens have a username nobody sees, so only staff sign in with theirs."""
        return None if self.nik_index else keyed_index("username", self.username)

    # Passwords.
    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.put_proofs(raw_password)

    def set_unusable_password(self) -> None:
        super().set_unusable_password()
        self.put_proofs(None)

    def put_proofs(self, password: str | None, *, only_missing: bool = False) -> bool:
        """Set the proof of every identifier for `password` (None: no proof at all). True if anything changed."""
        changed = False
        for kind in ("nik", "phone", "email", "username"):
            index = getattr(self, f"{kind}_index")
            if only_missing and (index is None or getattr(self, f"{kind}_proof") is not None):
                continue
            setattr(self, f"{kind}_proof", prove(password, index) if password is not None and index else None)
            changed = True
        return changed

    # Roles.
    @cached_property
    def active_grants(self) -> tuple[RoleGrant, ...]:
        return tuple(RoleGrant.objects.active().filter(user_id=self.pk).select_related("area").order_by("pk"))

    def forget_grants(self) -> None:
        self.__dict__.pop("active_grants", None)
        self.__dict__.pop("kelurahan_codes", None)

    @property
    def is_officer(self) -> bool:
        return self.is_active and any(grant.role == Role.OFFICER for grant in self.active_grants)

    @property
    def is_admin(self) -> bool:
        return self.is_active and any(grant.role == Role.ADMIN for grant in self.active_grants)

    @property
    def role_name(self) -> str:
        """The role acts are recorded with: "admin", "petugas", "teknis" (superuser) or "warga"."""
        if self.is_admin:
            return Role.ADMIN.value
        if self.is_officer:
            return Role.OFFICER.value
        return "teknis" if self.is_superuser or self.is_staff else "warga"

    @property
    def needs_second_factor(self) -> bool:
        return bool(self.is_staff or self.is_superuser or self.active_grants)

    @cached_property
    def kelurahan_codes(self) -> frozenset[str]:
        """Codes of the kelurahan this officer serves; an area above a kelurahan stands for all in it."""
        if not self.is_active:
            return frozenset()
        codes = [grant.area_id for grant in self.active_grants if grant.role == Role.OFFICER and grant.area_id]
        wider = [code for code in codes if code.count(".") < 3]
        found = {code for code in codes if code.count(".") == 3}
        for code in wider:
            found.update(Area.objects.kelurahan().filter(code__startswith=f"{code}.").values_list("code", flat=True))
        return frozenset(found)

    # Sessions. A changed password, role or epoch ends every session that began before.
    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        roles = ",".join(f"{grant.pk}:{grant.role}:{grant.area_id}" for grant in self.active_grants)
        flags = f"{self.is_active}|{self.is_staff}|{self.is_superuser}|{self.session_epoch}"
        value = f"{self.password}|{roles}|{flags}"
        return salted_hmac("accounts.session_auth_hash", value, secret=secret, algorithm="sha256").hexdigest()
