"""Counters behind the limits: how often a key has been used since its window began."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LimitCounter(models.Model):
    """One bucket of one key. `key` is a keyed digest, never what was typed. Written by `accounts.limits` only."""

    bucket = models.CharField(_("bucket"), max_length=60)
    key = models.BinaryField(_("key"), max_length=16)
    window_start = models.DateTimeField(_("window began"))
    window_end = models.DateTimeField(_("window ends"), db_index=True)
    count = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("limit counter")
        verbose_name_plural = _("limit counters")
        constraints = [
            models.UniqueConstraint(fields=["bucket", "key"], name="accounts_limit_once"),
            models.CheckConstraint(
                condition=models.Q(window_end__gt=models.F("window_start")), name="accounts_limit_window_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bucket}: {self.count}"
