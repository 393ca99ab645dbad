"""Which roles a person holds, for which area, given by whom. Grants end; they are not deleted."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class Role(models.TextChoices):
    OFFICER = "petugas", _("officer")
    ADMIN = "admin", _("admin")


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def active(self, at: "datetime | None" = None) -> "RoleGrantQuerySet":
        """Grants in force at a moment (now)."""
        moment = at or timezone.now()
        return self.filter(granted_at__lte=moment).filter(models.Q(ended_at=None) | models.Q(ended_at__gt=moment))


class RoleGrant(models.Model):
    """One role of one person. An officer serves the area and everything in it; an admin without area, all of them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    area = models.ForeignKey("areas.Area", models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(_("granted at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_grant_role_known"),
            models.CheckConstraint(
                condition=models.Q(role=Role.ADMIN) | models.Q(area__isnull=False),
                name="accounts_grant_officer_has_area",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("granted_at")),
                name="accounts_grant_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="accounts_grant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.area_id or ''}".strip()
