"""What changed between the versions of a household, in words of the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from registration.review import Review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registration.models import Submission
    from registration.review import Task

Place = tuple[str, str, str]  # page, item, and whose or which page it is in words
Said = dict[Place, dict[str, str]]


@dataclass(frozen=True)
class Change:
    """One answer that differs. `before` or `after` is empty where there was, or is, none."""

    place: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """`changes` is None for the first one."""

    submission: Submission
    changes: Sequence[Change] | None


def versions_of(submissions: Sequence[Submission]) -> list[Version]:
    """Newest first; `submissions` oldest first, with their drafts and phases."""
    told: list[Version] = []
    before: Said | None = None
    for submission in submissions:
        said = said_in(submission)
        told.append(Version(submission, None if before is None else changes_between(before, said)))
        before = said
    return told[::-1]


def said_in(submission: Submission) -> Said:
    """Every answer of the draft that was sent, page by page. A draft does not change once it has been sent."""
    review = Review.of(submission.draft)
    said: Said = {}
    for section in review.sections.values():
        for task in section.tasks:
            said.update(_lines(task, str(task.page.title)))
    for family in review.families:
        kk = _("KK %(number)s") % {"number": family.number}
        said.update(_lines(family.task, kk))
        for person in family.people:
            for task in person.tasks:
                said.update(_lines(task, person.name or kk))
    return said


def _lines(task: Task, where: str) -> Mapping[Place, dict[str, str]]:
    return {(task.page.key, task.item, where): dict(task.lines)} if task.lines else {}


def changes_between(before: Said, after: Said) -> list[Change]:
    old = {place[:2]: (place[2], lines) for place, lines in before.items()}
    new = {place[:2]: (place[2], lines) for place, lines in after.items()}
    found = []
    for key in {**old, **new}:
        where = (new.get(key) or old[key])[0]
        lines_before, lines_after = old.get(key, ("", {}))[1], new.get(key, ("", {}))[1]
        found += [
            Change(where, label, lines_before.get(label, ""), lines_after.get(label, ""))
            for label in {**lines_before, **lines_after}
            if lines_before.get(label) != lines_after.get(label)
        ]
    return found
