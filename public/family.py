"""What a family with its code sees: everything that was entered for it, numbers covered, and who entered it.

Of the photos it sees those of the house, small. Papers are only named: they show whole numbers, and of several KK in a
dwelling nobody can tell by the code whose they are. Whoever has taken the registration over sees all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from identity.free_text import hide_numbers
from identity.kk import mask_kk
from identity.nik import mask_nik
from registration.attachments.album import Album, Photo
from registration.attachments.kinds import KINDS
from registration.forms.representative import CONSENT_WORDS, RELATION_WORDS
from registration.models import Attachment, AttachmentPicture, FamilyObjection, Household, Representation
from registration.representation import LAST_STAGE_TO_OBJECT
from registration.review import Review
from registration.stage import LAST_STAGE_TO_WITHDRAW
from stages.standing import Standing, standings_of, waits_for_a_result

if TYPE_CHECKING:
    from uuid import UUID

    from registration.models import Family, Member

SHOWN = frozenset(rule.kind.value for rule in KINDS if not rule.is_paper)
NUMBERS = frozenset({"nik", "kk", "telepon", "telepon_keluarga"})  # shown covered, or not at all


@dataclass(frozen=True)
class PersonLines:
    name: str
    nik: str
    relation: str


@dataclass(frozen=True)
class FamilyLines:
    number: int
    kk: str
    people: tuple[PersonLines, ...]
    standing: Standing


@dataclass(frozen=True)
class PhotoLine:
    """A photo that was sent; `is_shown` if the page shows it."""

    photo: Photo
    title: str
    is_shown: bool


@dataclass(frozen=True)
class Entered:
    """`answers` are (page title, lines) of everything else that was asked."""

    families: tuple[FamilyLines, ...]
    answers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    photos: tuple[PhotoLine, ...]
    helper: str
    relation: str
    consent: str
    representation: Representation | None
    objection: FamilyObjection | None
    waits: bool
    may_object: bool
    may_withdraw: bool


def entered_for(household: Household) -> Entered:
    """About a dozen queries; the household comes with its phase."""
    families = list(household.families.prefetch_related("members"))
    for family in families:
        family.household = household
    standings = standings_of(families)
    representation = Representation.objects.filter(household=household).select_related("helper").first()
    helper = household.account or (representation.helper if representation else household.registered_by)
    return Entered(
        families=tuple(_family(family, standings[family.pk]) for family in families),
        answers=answers_of(household),
        photos=photos_of(household),
        helper=helper.name if helper else "",
        relation=str(RELATION_WORDS.get(household.registrant_relation, "")),
        consent=str(CONSENT_WORDS.get(household.consent_basis, "")),
        representation=representation,
        objection=household.family_objections.order_by("-created_at").first(),
        waits=waits_for_a_result(household.phase, families),
        may_object=not household.is_withdrawn and household.phase.stage <= LAST_STAGE_TO_OBJECT,
        may_withdraw=not household.is_withdrawn and household.phase.stage <= LAST_STAGE_TO_WITHDRAW,
    )


def _family(family: Family, standing: Standing) -> FamilyLines:
    return FamilyLines(
        number=family.number,
        kk=mask_kk(family.kk),
        people=tuple(_person(member) for member in family.members.all()),
        standing=standing,
    )


def _person(member: Member) -> PersonLines:
    nik = mask_nik(member.nik) if member.nik else "–"
    return PersonLines(name=member.name, nik=nik, relation=str(member.get_relation_display()))


def photos_of(household: Household) -> tuple[PhotoLine, ...]:
    shelves = Album.of(household, families=1).shelves
    return tuple(PhotoLine(photo, shelf.title, not shelf.rule.is_paper) for shelf in shelves for photo in shelf.photos)


def preview_for(household: Household, photo: UUID) -> bytes | None:
    """The small picture of a photo that the family's page shows; None for every other one."""
    shown = Attachment.objects.of(household).present().filter(pk=photo, kind__in=SHOWN)
    picture = AttachmentPicture.objects.filter(attachment__in=shown).only("preview").first()
    return bytes(picture.preview) if picture else None


def answers_of(household: Household) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The pages of the newest submission in words, people by name; numbers are left out or covered."""
    newest = household.submissions.order_by("-number").select_related("draft__phase", "draft__kelurahan").first()
    if newest is None:
        return ()
    review = Review.of(newest.draft)
    pages = [(str(task.page.title), task) for section in review.sections.values() for task in section.tasks]
    for family in review.families:
        pages += [(f"{person.name} · {task.page.title}", task) for person in family.people for task in person.tasks]
    found = [(title, _lines(task)) for title, task in pages]
    return tuple((title, lines) for title, lines in found if lines)


def _lines(task: Any) -> tuple[tuple[str, str], ...]:
    """(question, answer) of one page, less the fields that hold numbers of people."""
    if task.form is None:
        return ()
    hidden = {str(task.form.fields[name].label) for name in NUMBERS & set(task.form.fields)}
    return tuple((label, hide_numbers(words)) for label, words in task.lines if label not in hidden)
