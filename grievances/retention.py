"""What is being contested stays, with everything that speaks for and against it, until a person has decided."""

from __future__ import annotations

from typing import Any

from django.db import models

from grievances.models import Objection
from matching.models import AssetEvidence, Candidate, PersonVerdict, RuledOut
from registration.models import Draft, Household

# From a row to the household whose open objection keeps it.
WAY: dict[type[models.Model], str] = {
    Household: "pk",
    PersonVerdict: "member__household",
    AssetEvidence: "family__household",
    Candidate: "member__household",
    RuledOut: "member__household",
    Draft: "edits",
}


def hold(model: type[models.Model], ids: list[Any]) -> set[Any]:
    if model not in WAY:
        return set()
    contested = Objection.objects.open().values("household")
    rows = model._default_manager.filter(**{"pk__in": ids, f"{WAY[model]}__in": contested})
    return set(rows.values_list("pk", flat=True))
