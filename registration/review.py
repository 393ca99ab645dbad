"""The whole draft looked at once: which pages are done, what is missing, what is unlikely, what the law stops.

The task list, the check page and the submission all ask here, so they cannot disagree. Every page is validated anew
from what was typed; nothing is believed because it was valid once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from eligibility.facts import HouseholdFacts
from eligibility.rules import RuleResult, hard_stops, questions_on
from registration.attachments.album import Album, holder_of
from registration.codes import Relation
from registration.forms.base import Note, PageForm
from registration.pages import PAGE_BY_KEY, Page, Section, pages_of_person, pages_once
from registration.state import DraftState

if TYPE_CHECKING:
    from registration.models import Draft


class Status(TextChoices):
    TODO = "todo", _("Not started")
    PROGRESS = "progress", _("In progress")
    DONE = "done", _("Done")


@dataclass(frozen=True)
class Task:
    """One page of the draft with its state. `form` is bound to what was typed, or None if nothing was."""

    page: Page
    item: str
    status: Status
    form: PageForm | None
    version: int = 0

    @property
    def is_done(self) -> bool:
        return self.status is Status.DONE

    @property
    def answers(self) -> dict[str, Any]:
        return self.form.answers() if self.form and self.is_done else {}

    @property
    def lines(self) -> list[tuple[str, str]]:
        return self.form.in_words() if self.form and self.is_done else []

    @property
    def notes(self) -> list[Note]:
        """What is unlikely and has not been confirmed."""
        if not self.form or not self.is_done:
            return []
        confirmed = self.form.state.entry(self.page.key, self.item).typed.get("confirmed", [])
        return [note for note in self.form.notes() if note.code not in confirmed]


@dataclass(frozen=True)
class Person:
    item: str
    name: str
    tasks: tuple[Task, ...]

    @property
    def status(self) -> Status:
        return status_of(self.tasks)

    @property
    def notes(self) -> list[Note]:
        return [note for task in self.tasks for note in task.notes]

    @property
    def answers(self) -> dict[str, Any]:
        """The answers of all pages about this person."""
        return {name: value for task in self.tasks for name, value in task.answers.items()}

    @property
    def confirmed(self) -> list[str]:
        """Codes of the warnings about this person that were confirmed."""
        typed = [task.form.state.entry(task.page.key, self.item).typed for task in self.tasks if task.form]
        return [code for one in typed for code in one.get("confirmed", [])]

    @property
    def relation(self) -> str:
        code = self.tasks[0].answers.get("hubungan")
        return str(Relation(code).label) if code else ""


@dataclass(frozen=True)
class FamilyReview:
    """One KK with its people; `problems` are sentences about the KK as a whole."""

    item: str
    number: int
    task: Task
    people: tuple[Person, ...]
    problems: tuple[str, ...]

    @property
    def status(self) -> Status:
        status = status_of([self.task, *(task for person in self.people for task in person.tasks)])
        return Status.PROGRESS if status is Status.DONE and self.problems else status


@dataclass(frozen=True)
class SectionReview:
    section: Section
    tasks: tuple[Task, ...]

    @property
    def title(self) -> Any:
        return self.section.title


class Review:
    def __init__(self, state: DraftState) -> None:
        self.state = state
        self.sections = {section: SectionReview(section, self._once(section)) for section in Section}
        self.families = tuple(self._family(item, number) for number, item in enumerate(state.families(), 1))
        self.stops = self._stops()

    @classmethod
    def of(cls, draft: Draft) -> Review:
        return cls(DraftState.load(draft))

    def task(self, key: str, item: str = "") -> Task:
        return look_at(self.state, PAGE_BY_KEY[key], item)

    def answers(self, key: str) -> dict[str, Any]:
        """Answers of a page that is asked once; empty if it does not apply or is not done."""
        for section in self.sections.values():
            for task in section.tasks:
                if task.page.key == key:
                    return task.answers
        return {}

    @property
    def family_status(self) -> Status:
        if not self.families:
            return Status.TODO
        return Status.DONE if all(family.status is Status.DONE for family in self.families) else Status.PROGRESS

    @property
    def family_summary(self) -> str:
        people = sum(len(family.people) for family in self.families)
        families = len(self.families)
        if not families:
            return ""
        return gettext("%(families)s KK, %(people)s") % {
            "families": families,
            "people": ngettext("%(count)s person", "%(count)s people", people) % {"count": people},
        }

    @property
    def missing(self) -> list[str]:
        """Titles of what is not done yet, in the order of the form."""
        pages = [str(task.page.title) for task in self._loose_tasks() if not task.is_done]
        return pages + self.family_problems + (self.album.missing if self.needs_photos else [])

    @property
    def needs_photos(self) -> bool:
        """Whether this phase takes no registration without photos; nothing is looked up for the answer."""
        return bool(self.state.draft.phase.photos_required)

    @cached_property
    def album(self) -> Album:
        """The photos, in one query, when first asked for."""
        return Album.of(holder_of(self.state.draft), families=len(self.families))

    @property
    def photo_status(self) -> Status:
        if not self.album.count:
            return Status.TODO
        return Status.DONE if self.album.is_complete and not self.album.waiting else Status.PROGRESS

    @property
    def family_problems(self) -> list[str]:
        if not self.families:
            return [gettext("No KK has been added yet.")]
        return [sentence for family in self.families for sentence in self._problems_of(family)]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def done_and_all(self) -> tuple[int, int]:
        """How many entries of the task list are done, out of how many."""
        statuses = [task.status for task in self._loose_tasks()] + [self.family_status]
        statuses += [self.photo_status] if self.needs_photos else []
        return sum(status is Status.DONE for status in statuses), len(statuses)

    @property
    def notes(self) -> list[Note]:
        """Answers of different pages that do not go together."""
        found = []
        water = self.answers("air-energi").get("air_minum")
        said = self.answers("pernyataan")
        if said and water and (water == "kemasan_bermerek") != (said["air_kemasan"] == "ya"):
            found.append(
                Note("air", _("Your two answers about branded bottled water differ. Please look at both again."))
            )
        if said.get("ktp_dki") == "ya" and self.answers("alamat-ktp").get("daerah_lain"):
            found.append(
                Note("ktp", _("You answered that everyone has a Jakarta KTP, but wrote a region outside Jakarta."))
            )
        return found

    # How it is put together.
    def _once(self, section: Section) -> tuple[Task, ...]:
        return tuple(look_at(self.state, page) for page in pages_once(section, self.state))

    def _loose_tasks(self) -> list[Task]:
        return [task for section in self.sections.values() for task in section.tasks]

    def _family(self, item: str, number: int) -> FamilyReview:
        people = tuple(self._person(person) for person in self.state.people(item))
        heads = sum(person.tasks[0].answers.get("hubungan") == Relation.HEAD for person in people)
        problems = []
        if not people:
            problems.append(gettext("KK %(number)s has no people on it yet.") % {"number": number})
        elif heads != 1 and all(person.tasks[0].is_done for person in people):
            problems.append(gettext("KK %(number)s needs exactly one head of family.") % {"number": number})
        return FamilyReview(item, number, look_at(self.state, PAGE_BY_KEY["kk"], item), people, tuple(problems))

    def _person(self, item: str) -> Person:
        pages = pages_of_person(self.state, item)
        return Person(item, self.state.name_of(item), tuple(look_at(self.state, page, item) for page in pages))

    def _problems_of(self, family: FamilyReview) -> list[str]:
        sentences = list(family.problems)
        if not family.task.is_done:
            sentences.append(gettext("KK %(number)s: the KK number is missing.") % {"number": family.number})
        for place, person in enumerate(family.people, 1):
            if person.status is not Status.DONE:
                who = person.name or gettext("person %(place)s") % {"place": place}
                sentences.append(
                    gettext("KK %(number)s: %(who)s is not complete.") % {"number": family.number, "who": who}
                )
        return sentences

    def _stops(self) -> tuple[RuleResult, ...]:
        said = self.answers("pernyataan")
        if not said:
            return ()
        rules_on = self.state.draft.phase.rules_on
        answers = {question.key: said[question.key] for question in questions_on(rules_on)}
        return hard_stops(HouseholdFacts.from_declarations(answers), rules_on)


def look_at(state: DraftState, page: Page, item: str = "") -> Task:
    """The state of one page, from what was typed."""
    entry = state.entry(page.key, item)
    if not entry.is_saved:
        return Task(page, item, Status.TODO, None)
    form = page.build(state, item, MultiValueDict(entry.typed))
    return Task(page, item, Status.DONE if form.is_valid() else Status.PROGRESS, form, entry.version)


def status_of(tasks: Any) -> Status:
    statuses = {task.status for task in tasks}
    if statuses == {Status.DONE}:
        return Status.DONE
    return Status.TODO if statuses == {Status.TODO} else Status.PROGRESS
