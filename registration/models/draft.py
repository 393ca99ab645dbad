"""What has been typed and not yet submitted: sealed pages that reserve nothing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import SealedJSONField
from registration.models.household import Channel, Household
from registration.models.phase import Phase

if TYPE_CHECKING:
    from accounts.models import User
    from registration.models.handover import Handover


def in_the_hands_of_an_officer() -> models.QuerySet[Handover]:
    """For the draft of an outer query: the hand-over that a kelurahan has taken and not given back."""
    handovers: models.QuerySet[Handover] = apps.get_model("registration", "Handover").objects.taken()
    return handovers.filter(draft=OuterRef("pk"))


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> DraftQuerySet:
        """One's own drafts; for officers also the counter drafts of the kelurahan they serve, whoever began them, and
        those that a citizen has handed to that kelurahan."""
        visible = Q(owner=user, channel=Channel.ONLINE)
        if user.is_admin:
            visible |= Q(channel=Channel.COUNTER)
        elif user.is_officer:
            codes = list(user.kelurahan_codes)
            visible |= Q(channel=Channel.COUNTER, kelurahan__in=codes)
            visible |= Q(Exists(in_the_hands_of_an_officer().filter(kelurahan__in=codes)))
        return self.filter(visible)

    def open(self) -> DraftQuerySet:
        return self.filter(household__isnull=True)


class Draft(models.Model):
    """One household being typed. `kelurahan` is fixed for drafts at the counter; online ones choose their own.

    `household` is what the draft has become; `edits` the registered household that it changes once it is submitted.
    A household has one draft that began it, and one for each later version; at most one of these is open.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="drafts")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts")
    kelurahan = models.ForeignKey(
        "areas.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="counter_drafts"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts")
    edits = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, blank=True, related_name="edit_drafts")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["owner", "updated_at"], name="draft_of_owner")]
        constraints = [
            models.CheckConstraint(name="draft_channel_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="draft_at_counter_has_kelurahan",
                condition=Q(channel=Channel.COUNTER, kelurahan__isnull=False)
                | Q(channel=Channel.ONLINE, kelurahan__isnull=True),
            ),
            models.UniqueConstraint(fields=["household"], condition=Q(edits=None), name="draft_begins_household_once"),
            models.UniqueConstraint(fields=["edits"], condition=Q(household=None), name="draft_one_open_edit"),
            models.CheckConstraint(
                name="draft_becomes_what_it_edits",
                condition=Q(edits__isnull=True) | Q(household__isnull=True) | Q(household=F("edits")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_at_counter(self) -> bool:
        return self.channel == Channel.COUNTER

    @property
    def is_edit(self) -> bool:
        return self.edits_id is not None


class DraftPage(models.Model):
    """One page as it was typed. `item` is empty, or the UUID of the KK or person a repeated page belongs to.

    `complete` says whether the typed values were valid when saved; `version` grows by one with each save, so that two
    tabs cannot overwrite each other unseen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="pages")
    page = models.CharField(max_length=30)
    item = models.CharField(max_length=36, blank=True, default="")
    data = SealedJSONField()
    complete = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("page of a draft")
        verbose_name_plural = _("pages of drafts")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "page", "item"], name="draft_page_once"),
            models.CheckConstraint(name="draft_page_version_from_1", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.page} {self.item}".rstrip()


class DraftChange(models.Model):
    """Who saved or removed which page while a draft was in the hands of more than one person; no answers.

    `fields` are the names of the inputs whose values changed; none for a page that was removed.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="changes")
    page = models.CharField(max_length=30)
    item = models.CharField(max_length=36, blank=True, default="")
    fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    removed = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of drafts")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.page} {self.item}".rstrip()
