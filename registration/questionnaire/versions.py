"""Editions of the questionnaire. A phase names the one its families are asked.

An edition that families have answered is never changed in meaning: a new one is added, and questions say in which
editions they stand. Questions and codes that are no longer asked stay in their tables, so that old answers keep their
words.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Edition(TextChoices):
    """`SHORT` is what the portal asked first; `WHOLE` has every variable of BDT/SIKS and Regsosek a family can know."""

    SHORT = "ringkas-2022", _("Short questionnaire (2022)")
    WHOLE = "lengkap-2026", _("Whole questionnaire (2026)")


EVERY = frozenset(Edition.values)
WHOLE_ONLY = frozenset({Edition.WHOLE.value})
SHORT_ONLY = frozenset({Edition.SHORT.value})
