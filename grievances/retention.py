"""What is being contested stays, with everything that speaks for and against it, until a person has decided."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q

from grievances.models import Objection
from matching.models import AssetEvidence, Candidate, DuplicatePair, PersonVerdict, RuledOut
from registration.models import Draft, Household

# From a row to the households whose open objection keeps it.
WAYS: dict[type[models.Model], tuple[str, ...]] = {
    Household: ("pk",),
    PersonVerdict: ("member__household",),
    AssetEvidence: ("family__household",),
    Candidate: ("member__household",),
    RuledOut: ("member__household",),
    DuplicatePair: ("household", "other_household"),
    Draft: ("edits",),
}


def hold(model: type[models.Model], ids: list[Any]) -> set[Any]:
    if model not in WAYS:
        return set()
    contested = Objection.objects.open().values("household")
    any_way = reduce(or_, (Q(**{f"{way}__in": contested}) for way in WAYS[model]))
    rows = model._default_manager.filter(any_way, pk__in=ids)
    return set(rows.values_list("pk", flat=True))
