"""Ready drafts in numbers: one is typed, the others are copied from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registration.editing import copy_pages
from registration.models import Draft, Phase
from tests.registration.samples import Sample, ready_draft

if TYPE_CHECKING:
    from accounts.models import User
    from areas.models import Area


def one_person() -> Sample:
    """A household of one."""
    sample = Sample()
    first = next(iter(sample.people))
    sample.people = {first: sample.people[first]}
    sample.kk = {sample.first: sample.kk[sample.first]}
    return sample


def same_household(owners: list[User], phase: Phase, sample: Sample, kelurahan: Area | None = None) -> list[Draft]:
    """The same people with the same numbers, ready to be sent by each of these; at a counter with a `kelurahan`."""
    model = ready_draft(by=owners[0], phase=phase, sample=sample, kelurahan=kelurahan)
    drafts = [model]
    for owner in owners[1:]:
        draft = Draft.objects.create(phase=phase, owner=owner, kelurahan=kelurahan, channel=model.channel)
        copy_pages(model.pk, draft)
        drafts.append(draft)
    return drafts
