"""What is published about a registry, as a setting with its legal basis: regimes differ (DTKS, DTSEN)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Registry(models.Model):
    """One registry by the name its determinations carry. Without a row nothing is published.

    `publishes_programmes` opens the programmes of a listed person to the public status check; whoever opens it names
    the legal basis, and the act is kept (`audit`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("registry"), max_length=40, unique=True, help_text=_("As on its lists, such as DTKS"))
    publishes_programmes = models.BooleanField(
        _("programmes are shown in the public status check"),
        default=False,
        help_text=_("To anybody who knows NIK, name and birth date. Leave closed unless a regulation publishes them."),
    )
    legal_basis = models.CharField(
        _("legal basis"), max_length=200, blank=True, help_text=_("The regulation that publishes them")
    )

    class Meta:
        verbose_name = _("registry")
        verbose_name_plural = _("registries")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="stages_registry_publishes_by_law",
                condition=Q(publishes_programmes=False) | ~Q(legal_basis=""),
                violation_error_message=_("Name the regulation that publishes the programmes."),
            )
        ]

    def __str__(self) -> str:
        return self.name


def publishes_programmes(registry_name: str) -> bool:
    """Whether the programmes of people on the lists of this registry may be shown to everybody."""
    return Registry.objects.filter(name=registry_name, publishes_programmes=True).exists()
