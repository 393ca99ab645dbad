"""A draft as a whole, read with one query: what was typed on each page, and what it means for other pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from areas.directory import Directory, current_directory
from registration.models import Draft, DraftPage
from registration.questionnaire.question import Circumstances

TYPED = "typed"  # {input name: [values as typed]}
ANSWERS = "answers"  # {field: cleaned value as JSON}, empty unless the page was valid

Typed = dict[str, list[str]]
Key = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """One saved page. `version` 0 stands for a page that has not been saved yet."""

    page: str
    item: str
    typed: Typed = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = False
    version: int = 0

    @classmethod
    def of(cls, row: DraftPage) -> Entry:
        held = row.data
        return cls(row.page, row.item, held.get(TYPED, {}), held.get(ANSWERS, {}), row.complete, row.version)

    @property
    def is_saved(self) -> bool:
        return self.version > 0


class DraftState:
    """Entries in the order in which they were first saved."""

    def __init__(self, draft: Draft, rows: list[DraftPage]) -> None:
        self.draft = draft
        self._entries: dict[Key, Entry] = {(row.page, row.item): Entry.of(row) for row in rows}

    @classmethod
    def load(cls, draft: Draft) -> DraftState:
        return cls(draft, list(DraftPage.objects.filter(draft=draft)))

    @cached_property
    def areas(self) -> Directory:
        return current_directory()

    @property
    def edition(self) -> str:
        """The edition of the questionnaire the draft's phase asks."""
        return self.draft.phase.questionnaire

    def circumstances_of(self, person: str) -> Circumstances:
        """What a person's own page says so far, as far as other questions depend on it; nothing for no person."""
        who = self.entry("orang", person).answers if person else {}
        families = self.families()
        born = who.get("tanggal_lahir")
        return Circumstances(
            age=age_on(date.fromisoformat(born), timezone.localdate()) if born else None,
            sex=who.get("jenis_kelamin", ""),
            marital=who.get("status_kawin", ""),
            relation=who.get("hubungan", ""),
            in_further_family=bool(who) and self.family_of(person) not in families[:1],
        )

    def put(self, entry: Entry) -> None:
        """Take an entry as just saved (or about to be)."""
        self._entries[(entry.page, entry.item)] = entry

    def entry(self, page: str, item: str = "") -> Entry:
        return self._entries.get((page, item)) or Entry(page, item)

    def answer(self, page: str, field_name: str, item: str = "") -> Any:
        """The cleaned answer (JSON), or None where the page is missing or not yet valid."""
        return self.entry(page, item).answers.get(field_name)

    def items(self, page: str) -> list[str]:
        """The repeated items of a page, in the order they were added."""
        return [item for (key, item) in self._entries if key == page and item]

    # Families and people. A person's page says which KK they are on.
    def families(self) -> list[str]:
        return self.items("kk")

    def people(self, family: str | None = None) -> list[str]:
        """Items of people, of one KK or of all; people whose KK is not (or no longer) known belong to the first KK."""
        everyone = self.items("orang")
        if family is None:
            return everyone
        return [item for item in everyone if self.family_of(item) == family]

    def family_of(self, person: str) -> str:
        families = self.families()
        typed = self.entry("orang", person).typed.get("kk", [""])[0]
        if typed in families:
            return typed
        return families[0] if families else ""

    def family_number(self, family: str) -> int:
        families = self.families()
        return families.index(family) + 1 if family in families else len(families) + 1

    def name_of(self, person: str) -> str:
        """What was typed as the person's name, valid or not."""
        return self.entry("orang", person).typed.get("nama", [""])[0].strip()

    def numbers(self, page: str, field_name: str, *, but: str) -> set[str]:
        """Valid NIK or KK numbers of the other items of a page."""
        found = {self.answer(page, field_name, item) for item in self.items(page) if item != but}
        return {number for number in found if number}


def age_on(birth_date: date, day: date) -> int:
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def new_item() -> str:
    return str(uuid.uuid4())


def names_in_drafts(drafts: Sequence[Draft]) -> dict[uuid.UUID, list[str]]:
    """The names typed so far in each draft, in one query."""
    found: dict[uuid.UUID, list[str]] = {draft.pk: [] for draft in drafts}
    for row in DraftPage.objects.filter(draft__in=list(found), page="orang"):
        name = Entry.of(row).typed.get("nama", [""])[0].strip()
        if name:
            found[row.draft_id].append(name)
    return found
