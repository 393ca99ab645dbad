"""A claim: somebody says that a NIK or KK number registered in this phase is theirs, and an officer decides with the
cards in hand. Neither side ever reads the other one's name."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField
from registration.models.draft import Draft
from registration.models.household import Household
from registration.models.phase import Phase
from registration.models.submission import SlotKind
from registration.references import ALPHABET

if TYPE_CHECKING:
    from accounts.models import User

CLAIM_PATTERN = rf"^KLM-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}$"


def new_claim_reference() -> str:
    """A fresh code such as "KLM-7K2M-Q4XH", told apart from a registration's at a glance."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"KLM-{letters[:4]}-{letters[4:]}"


class ClaimState(models.TextChoices):
    OPEN = "open", _("Waiting for the kelurahan")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Not accepted")
    DROPPED = "dropped", _("Taken back")


class Paper(models.TextChoices):
    """What an officer may have seen."""

    KTP = "ktp", _("KTP (or KIA of a child), the original")
    KK = "kk", _("Kartu Keluarga (KK), the original")
    BIRTH = "akta_lahir", _("Birth certificate")
    MARRIAGE = "akta_nikah", _("Marriage or divorce certificate")
    RT_RW = "surat_rt_rw", _("Letter of the RT and RW")


class ClaimQuerySet(models.QuerySet["Claim"]):
    def open(self) -> ClaimQuerySet:
        return self.filter(state=ClaimState.OPEN)

    def waiting_for(self, user: User) -> ClaimQuerySet:
        """Open claims at the kelurahan this officer serves, whose draft still exists."""
        own = self.open().filter(draft__isnull=False, kelurahan__in=list(user.kelurahan_codes))
        return own if user.is_officer else self.none()

    def visible_to(self, user: User) -> ClaimQuerySet:
        """One's own; for officers also those at their kelurahan; for admins all."""
        if user.is_admin:
            return self.all()
        visible = Q(claimant=user)
        if user.is_officer:
            visible |= Q(kelurahan__in=list(user.kelurahan_codes))
        return self.filter(visible)


class Claim(models.Model):
    """`claimant` is empty for somebody at the counter; `draft` is empty once it has been deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("claim code"), max_length=13, unique=True, default=new_claim_reference)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="claims")
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="claims")
    kelurahan = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="claims")
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=ClaimState.choices, default=ClaimState.OPEN)
    papers = ArrayField(models.CharField(max_length=20, choices=Paper.choices), default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["opened_at", "id"]
        indexes = [
            models.Index(fields=["kelurahan", "opened_at"], condition=Q(state="open"), name="claim_open_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["draft"], condition=Q(state="open"), name="claim_one_open_per_draft"),
            models.CheckConstraint(name="claim_state_known", condition=Q(state__in=ClaimState.values)),
            models.CheckConstraint(name="claim_reference_form", condition=Q(reference__regex=CLAIM_PATTERN)),
            models.CheckConstraint(
                name="claim_decided_with_reason",
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True, reason="")
                | Q(state="dropped", decided_at__isnull=False)
                | (
                    Q(state__in=["accepted", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
            ),
            models.CheckConstraint(
                name="claim_accepted_with_papers", condition=~Q(state="accepted") | Q(papers__len__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state == ClaimState.OPEN


class ClaimedNumber(models.Model):
    """One contested NIK or KK number. `item` is the page of the draft it was typed on.

    `holder` or `holder_draft` is who had it when the officer was shown it: the decision compares and sets.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="numbers")
    kind = models.CharField(max_length=3, choices=SlotKind.choices)
    index = KeyedIndexField()
    item = models.CharField(max_length=36)
    holder = models.ForeignKey(Household, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    holder_draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    moved = models.BooleanField(_("moved"), default=False)

    class Meta:
        verbose_name = _("claimed number")
        verbose_name_plural = _("claimed numbers")
        ordering = ["claim", "kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "kind", "index"], name="claimed_number_once"),
            models.CheckConstraint(name="claimed_number_kind_known", condition=Q(kind__in=SlotKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind}"
