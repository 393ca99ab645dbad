"""Files handed to SIKS-NG and what came back, row by row."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.models import AppendOnly
from identity.sealing import seal, unseal
from registration.models import Family, Member, Phase
from stages.models.target import TargetList


class ExportPackageQuerySet(models.QuerySet["ExportPackage"]):
    def valid(self) -> ExportPackageQuerySet:
        """Packages that have not been withdrawn by a reopening."""
        return self.filter(withdrawn_at__isnull=True)


class ExportPackage(models.Model):
    """One file for one kota or kabupaten. `content` is the sealed file; `sha256` is that of the file in the clear."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="export_packages")
    kota = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="export_packages")
    target_list = models.ForeignKey(TargetList, on_delete=models.PROTECT, related_name="packages")
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("Second and later ones hold corrected rows"))
    template = models.CharField(_("template"), max_length=40)
    row_count = models.PositiveIntegerField(_("rows"))
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    content = models.BinaryField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued"), db_default=Now())
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ExportPackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("export package")
        verbose_name_plural = _("export packages")
        ordering = ["phase", "kota", "number"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "kota", "number"], name="stages_package_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="stages_package_number_from_1"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stages_package_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.phase} · {self.kota} · {self.number}"

    @property
    def file_name(self) -> str:
        """Names phase and area only, never a person."""
        return f"siks-ng-{self.phase.slug}-{self.kota_id}-{self.number:02d}.csv"

    def hold(self, plain: bytes) -> None:
        self.content = seal(plain, context=self._context)

    def open(self) -> bytes:
        """The file in the clear. Raises SealError when it has been tampered with or its key is gone."""
        return unseal(bytes(self.content), context=self._context)

    @property
    def _context(self) -> str:
        return f"stages_exportpackage.content:{self.pk}"


class ExportRow(models.Model):
    """One person on one line of a package; the header is line 1."""

    id: int
    package = models.ForeignKey(ExportPackage, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="export_rows")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="export_rows")

    class Meta:
        verbose_name = _("row of an export package")
        verbose_name_plural = _("rows of export packages")
        ordering = ["package", "line"]
        constraints = [
            models.UniqueConstraint(fields=["package", "line"], name="stages_export_line_once"),
            models.UniqueConstraint(fields=["package", "member"], name="stages_export_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} #{self.line}"


class ReturnedFile(AppendOnly):
    """A file SIKS-NG gave back for a package."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    package = models.ForeignKey(ExportPackage, on_delete=models.PROTECT, related_name="returned_files")
    sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("imported"), db_default=Now())

    class Meta(AppendOnly.Meta):
        verbose_name = _("returned file")
        verbose_name_plural = _("returned files")
        ordering = ["imported_at"]
        constraints = [models.UniqueConstraint(fields=["package", "sha256"], name="stages_returned_file_once")]

    def __str__(self) -> str:
        return f"{self.package_id} {self.sha256[:12]}"


class ReturnedRow(AppendOnly):
    """SIKS-NG's answer to one exported row: accepted, or failed with its reason. One answer per exported row."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(ReturnedFile, on_delete=models.PROTECT, related_name="rows")
    export_row = models.OneToOneField(ExportRow, on_delete=models.PROTECT, related_name="answer")
    line = models.PositiveIntegerField(_("line"))
    accepted = models.BooleanField(_("accepted"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("returned row")
        verbose_name_plural = _("returned rows")
        ordering = ["file", "line"]
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="stages_returned_line_once"),
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(reason=""), name="stages_returned_failed_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} #{self.line}"
