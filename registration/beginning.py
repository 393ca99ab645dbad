"""Beginning a registration with the answers of an earlier phase: an update is not typed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from audit.services import record
from registration.editing import copy_pages
from registration.models import Draft, Household, Phase
from registration.offers import last_draft
from registration.services import open_draft

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def begin_with(*, household: Household, phase: Phase, by: User) -> Draft:
    """A new draft that holds what was typed for `household`, the user's own of another phase; each page is checked
    anew and can be changed. Raises as `open_draft` does, and ValueError for a household that is not one's own.
    """
    if household.account_id != by.pk or household.phase_id == phase.pk:
        raise ValueError("Only one's own registration of another phase can be begun with.")
    draft = open_draft(by=by, phase=phase)
    source = last_draft(household)
    if source is not None:
        copy_pages(source.pk, draft)
    record(by=by, verb="registration.begin_with", subject=draft, data={"household": household.pk})
    return draft
