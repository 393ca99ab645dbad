"""Photos of a draft or of a household, and uploads on their way.

The picture itself lies in a row of its own, so that lists never load it, and is never changed: a turned photo is a new
one. What belongs to a household is only marked as removed, since a submission may have shown it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import SealedBytesField
from registration.attachments.kinds import PhotoKind
from registration.models.draft import Draft
from registration.models.household import Household

if TYPE_CHECKING:
    from accounts.models import User

SHA256 = r"^[0-9a-f]{64}$"
MOST_KEPT_BYTES = 1_000_000  # of one picture, whatever the settings say
ONE_HOLDER = Q(draft__isnull=False, household__isnull=True) | Q(draft__isnull=True, household__isnull=False)


def _one(draft: Draft | None, household: Household | None) -> Draft | Household:
    holder = household or draft
    if holder is None:
        raise ValueError("A photo belongs to a draft or to a household.")
    return holder


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def present(self) -> AttachmentQuerySet:
        return self.filter(removed_at__isnull=True)

    def of(self, holder: Draft | Household) -> AttachmentQuerySet:
        return self.filter(household=holder) if isinstance(holder, Household) else self.filter(draft=holder)

    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Photos of the drafts and households that this person sees."""
        drafts = Draft.objects.visible_to(user).values("pk")
        households = Household.objects.visible_to(user).submitted().values("pk")
        return self.filter(Q(draft__in=drafts) | Q(household__in=households))

    def of_family(self, user: User) -> AttachmentQuerySet:
        """Photos of this person's own drafts and households."""
        return self.filter(Q(draft__owner=user, draft__channel="online") | Q(household__account=user))


class Attachment(models.Model):
    """One photo. `hints` are codes of `attachments.quality`; `confirmed_at` says when it was kept in spite of them.

    `sent_sha256` is that of the file as it was sent; `size` is that of the picture kept, in bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PhotoKind.choices)
    hints = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    confirmed_at = models.DateTimeField(_("kept as it is"), null=True, blank=True)
    sent_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size"))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["added_at", "id"]
        indexes = [
            models.Index(fields=["draft"], name="attachment_of_draft"),
            models.Index(fields=["household"], name="attachment_of_household"),
        ]
        constraints = [
            models.CheckConstraint(name="attachment_one_holder", condition=ONE_HOLDER),
            models.CheckConstraint(name="attachment_kind_known", condition=Q(kind__in=PhotoKind.values)),
            models.CheckConstraint(name="attachment_sent_sha256_form", condition=Q(sent_sha256__regex=SHA256)),
            models.CheckConstraint(name="attachment_size_bounded", condition=Q(size__gte=1, size__lte=MOST_KEPT_BYTES)),
            models.CheckConstraint(
                name="attachment_removed_pair",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False, household__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["draft", "household", "kind", "sent_sha256"],
                condition=Q(removed_at__isnull=True),
                nulls_distinct=False,
                name="attachment_same_file_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def holder(self) -> Draft | Household:
        return _one(self.draft, self.household)

    @property
    def is_waiting(self) -> bool:
        """Whether something looks wrong with it and nobody has said that it is to be kept."""
        return bool(self.hints) and self.confirmed_at is None


class AttachmentPicture(models.Model):
    """The sealed JPEG of a photo, and a small one for its family's own pages."""

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, primary_key=True, related_name="picture")
    content = SealedBytesField()
    preview = SealedBytesField()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return str(self.attachment_id)


class UploadQuerySet(models.QuerySet["Upload"]):
    def under_way(self) -> UploadQuerySet:
        """Neither finished nor refused."""
        return self.filter(attachment__isnull=True, refusal="")

    def of(self, holder: Draft | Household) -> UploadQuerySet:
        return self.filter(household=holder) if isinstance(holder, Household) else self.filter(draft=holder)


class Upload(models.Model):
    """A photo on its way in pieces. `size` and `sha256` were announced; `received` bytes have arrived, in order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads")
    kind = models.CharField(max_length=20, choices=PhotoKind.choices)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    received = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads")
    refusal = models.CharField(max_length=300, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload under way")
        verbose_name_plural = _("uploads under way")
        indexes = [models.Index(fields=["expires_at"], name="upload_expiry")]
        constraints = [
            models.CheckConstraint(name="upload_one_holder", condition=ONE_HOLDER),
            models.CheckConstraint(name="upload_kind_known", condition=Q(kind__in=PhotoKind.values)),
            models.CheckConstraint(name="upload_sha256_form", condition=Q(sha256__regex=SHA256)),
            models.CheckConstraint(name="upload_received_within", condition=Q(size__gte=1, received__lte=F("size"))),
            models.UniqueConstraint(
                fields=["by", "draft", "household", "kind", "sha256"],
                condition=Q(attachment__isnull=True, refusal=""),
                nulls_distinct=False,
                name="upload_same_file_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def holder(self) -> Draft | Household:
        return _one(self.draft, self.household)


class UploadPiece(models.Model):
    """One piece of an upload, sealed as it arrived: it may still hold the place where the photo was taken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces")
    start = models.PositiveIntegerField()
    content = SealedBytesField()

    class Meta:
        verbose_name = _("piece of an upload")
        verbose_name_plural = _("pieces of uploads")
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="upload_piece_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.start}"
