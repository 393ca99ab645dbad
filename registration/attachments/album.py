"""The photos of a draft or a household as their pages show them: what is asked, what is there, what is still needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from registration.attachments.kinds import KINDS, Rule
from registration.attachments.looking import PREVIEW_SIDE
from registration.attachments.quality import Hint, in_words
from registration.models import Attachment, Draft, DraftPage, Household, Phase


@dataclass(frozen=True)
class Photo:
    """One photo with its place among those of its kind, from 1."""

    row: Attachment
    number: int

    @property
    def hints(self) -> list[Hint]:
        return in_words(self.row.hints)

    @property
    def preview_size(self) -> tuple[int, int]:
        """Width and height of the small picture, so that the page does not jump when it comes."""
        scale = min(1.0, PREVIEW_SIDE / max(self.row.width, self.row.height))
        return max(1, round(self.row.width * scale)), max(1, round(self.row.height * scale))


@dataclass(frozen=True)
class Shelf:
    """The photos of one kind; `wanted` of them are needed before anything can be sent (0: the kind is optional)."""

    rule: Rule
    photos: tuple[Photo, ...]
    wanted: int

    @property
    def title(self) -> str:
        return str(self.rule.title)

    @property
    def waiting(self) -> list[Photo]:
        """Photos that look wrong and that nobody has kept as they are."""
        return [photo for photo in self.photos if photo.row.is_waiting]

    @property
    def lacking(self) -> int:
        return max(0, self.wanted - len(self.photos) + len(self.waiting))

    @property
    def has_room(self) -> bool:
        return len(self.photos) < self.rule.most

    @property
    def summary(self) -> str:
        count = len(self.photos)
        return ngettext("%(count)s photo", "%(count)s photos", count) % {"count": count} if count else ""


class Album:
    """`families` is the number of KK, of each of which a needed paper is needed once."""

    def __init__(self, phase: Phase, rows: Sequence[Attachment], *, families: int) -> None:
        self.shelves = tuple(_shelves(phase, rows, families))

    @classmethod
    def of(cls, holder: Draft | Household, *, families: int | None = None) -> Album:
        """One query, and another one for the number of KK where it is not given but needed."""
        phase = holder.phase
        if families is None:
            families = _families_of(holder) if phase.photos_required else 1
        return cls(phase, list(Attachment.objects.of(holder).present()), families=families)

    def shelf(self, kind: str) -> Shelf | None:
        return next((shelf for shelf in self.shelves if shelf.rule.kind == kind), None)

    @property
    def is_asked(self) -> bool:
        return bool(self.shelves)

    @property
    def is_needed(self) -> bool:
        return any(shelf.wanted for shelf in self.shelves)

    @property
    def count(self) -> int:
        return sum(len(shelf.photos) for shelf in self.shelves)

    @property
    def summary(self) -> str:
        """Such as "KTP: 2 photos; The house inside: 1 photo"."""
        return "; ".join(f"{shelf.title}: {shelf.summary}" for shelf in self.shelves if shelf.photos)

    @property
    def waiting(self) -> int:
        return sum(len(shelf.waiting) for shelf in self.shelves)

    @property
    def missing(self) -> list[str]:
        """What is still needed, as sentences."""
        return [
            gettext("Photo missing: %(kind)s (%(count)s more).") % {"kind": shelf.title, "count": shelf.lacking}
            for shelf in self.shelves
            if shelf.lacking
        ]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def _shelves(phase: Phase, rows: Sequence[Attachment], families: int) -> list[Shelf]:
    shelves = []
    for rule in KINDS:
        photos = tuple(Photo(row, number) for number, row in enumerate((r for r in rows if r.kind == rule.kind), 1))
        if rule.kind in phase.photos_asked or photos:
            shelves.append(Shelf(rule, photos, _wanted(phase, rule, families)))
    return shelves


def _wanted(phase: Phase, rule: Rule, families: int) -> int:
    if rule.kind not in phase.photos_required:
        return 0
    return min(max(1, families), rule.most) if rule.per_family else 1


def _families_of(holder: Draft | Household) -> int:
    if isinstance(holder, Household):
        return holder.families.count()
    return DraftPage.objects.filter(draft=holder, page="kk").count()


def holder_of(draft: Draft) -> Draft | Household:
    """Where the photos of a draft are: with the household once there is one, also while a draft changes it."""
    return draft.household or draft.edits or draft
