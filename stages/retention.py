"""What has gone to the ministry is kept as the archive schedule says: a withdrawal afterwards does not undo it."""

from __future__ import annotations

from typing import Any

from django.db import models

from registration.models import Household
from stages.models import ExportRow


def hold(model: type[models.Model], ids: list[Any]) -> set[Any]:
    if model is not Household:
        return set()
    sent = ExportRow.objects.filter(family__household__in=ids)
    return set(sent.values_list("family__household_id", flat=True))
