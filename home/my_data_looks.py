"""Who looked at the asker's data, and who changed something about them: role and kelurahan, never the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts.models import User
from areas.models import Area
from audit.looking import LOOKING
from audit.models import Act, ActQuerySet
from home.my_data_values import moment
from registration.models import Draft, Household

MOST = 500


def looks_at(user: User, households: Sequence[Household], drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """Acts of looking by others, newest first: at one household, or at a list it was on."""
    ids = [household.pk for household in households]
    one = _about(user, ids, drafts).filter(verb__regex=LOOKING)
    listed = Act.objects.seeing([*ids, user.pk])
    return _told((one | listed), user)


def changes_by_others(user: User, households: Sequence[Household], drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    return _told(_about(user, [household.pk for household in households], drafts).exclude(verb__regex=LOOKING), user)


def _about(user: User, households: list[Any], drafts: Sequence[Draft]) -> ActQuerySet:
    subjects = {
        User._meta.label_lower: [user.pk],
        Household._meta.label_lower: households,
        Draft._meta.label_lower: [draft.pk for draft in drafts],
    }
    among = Q(pk=None)
    for label, keys in subjects.items():
        if keys:
            among |= Q(subject_type=label, subject_id__in=[str(key) for key in keys])
    return Act.objects.filter(among)


def _told(acts: ActQuerySet, user: User) -> list[dict[str, Any]]:
    rows = list(acts.exclude(actor_id=user.pk).order_by("-id")[:MOST])
    names = dict(Area.objects.filter(pk__in={row.area_code for row in rows}).values_list("code", "name"))
    return [
        {
            "at": moment(row.at),
            "role": row.actor_role or "portal",
            "area": names.get(row.area_code, ""),
            "act": row.verb,
        }
        for row in rows
    ]
