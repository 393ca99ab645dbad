"""What a household has been told, and whether it has reached it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notices.texts import UnknownKind, Words, words_for
from registration.models import Family, Household

if TYPE_CHECKING:
    from accounts.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)

    def addressed_to(self, user: User) -> NoticeQuerySet:
        """Notices about the households of this account."""
        return self.filter(household__account=user)

    def visible_to(self, user: User) -> NoticeQuerySet:
        return self.filter(household__in=Household.objects.visible_to(user).values("pk"))

    def to_be_printed(self) -> NoticeQuerySet:
        """Notices no message can carry, not handed over yet: they are printed at the kelurahan."""
        return self.filter(on_paper=True, handed_over_at__isnull=True)


class Notice(models.Model):
    """One notice. `subject` and `body` are the Indonesian words as they were said; `kind` and `params` give them in the
    reader's language (`notices.texts`). `on_paper` marks a family without account and without phone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="notices")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(default=dict, blank=True)
    subject = models.CharField(_("subject line"), max_length=200)
    body = models.TextField(_("text"))
    on_paper = models.BooleanField(_("on paper"), default=False)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["household", "-created_at"], name="notice_of_household"),
            models.Index(
                fields=["household"], condition=Q(on_paper=True, handed_over_at__isnull=True), name="notice_to_print"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_handed_over_both_or_neither",
                condition=Q(handed_over_at__isnull=True, handed_over_by__isnull=True)
                | Q(handed_over_at__isnull=False, handed_over_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.household_id}"

    @property
    def words(self) -> Words:
        """Subject and text in the reader's language; as once said, if the kind is not known any more."""
        try:
            subject, body = words_for(self.kind, self.params)
        except UnknownKind:
            subject, body = self.subject, self.body
        return Words(subject, body)
