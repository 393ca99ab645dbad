"""A household entered by somebody else: how it agreed, the code with which it gets in, and what it objects to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField, SealedTextField
from registration.models.household import Household


class Representation(models.Model):
    """Who entered the household for it, and its consent as the helper stated it.

    After `taken_over_at` the household belongs to its own account; the helper then sees the standing alone, unless
    `helper_may_see`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="representation")
    helper = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="represented")
    agreed_by = models.CharField(_("who agreed"), max_length=100, blank=True)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    phone = SealedTextField(null=True, blank=True)
    taken_over_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    helper_may_see = models.BooleanField(_("the helper may go on seeing the data"), default=False)

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        constraints = [
            models.CheckConstraint(
                name="representation_taken_over_pair",
                condition=Q(taken_over_at__isnull=True, taken_over_by__isnull=True, helper_may_see=False)
                | Q(taken_over_at__isnull=False, taken_over_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.household_id)

    @property
    def is_taken_over(self) -> bool:
        return self.taken_over_at is not None


class FamilyCode(models.Model):
    """A code of 98 random bits in the family's hands; only its keyed index is kept. Ended codes open nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="family_codes")
    code_index = KeyedIndexField(unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    sent = models.BooleanField(_("sent to the family's phone"), default=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("family code")
        verbose_name_plural = _("family codes")
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return str(self.id)


class FamilyObjectionState(models.TextChoices):
    OPEN = "open", _("Waiting for the kelurahan")
    WITHDRAWN = "withdrawn", _("The registration has been withdrawn")
    CONTINUED = "continued", _("The registration goes on")


class FamilyObjection(models.Model):
    """The family does not agree to being registered. While it is open the phase does not leave its stage 6."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="family_objections")
    text = models.CharField(_("text"), max_length=1000)
    created_at = models.DateTimeField(_("raised"), db_default=Now(), editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=FamilyObjectionState.choices, default=FamilyObjectionState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("objection to being registered")
        verbose_name_plural = _("objections to being registered")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(state="open"), name="family_objection_one_open"),
            models.CheckConstraint(name="family_objection_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="family_objection_decided_with_reason",
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True, reason="")
                | (Q(state__in=["withdrawn", "continued"], decided_at__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state == FamilyObjectionState.OPEN
