"""The form as one table: which pages there are, in which order, what each repeats over and when it applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from registration.dwelling import asks_for_closet, asks_for_power
from registration.forms.answers import DeclarationForm, MothersForm, ProgrammeForm
from registration.forms.base import PageForm
from registration.forms.household import (
    FOR_OTHERS,
    ContactForm,
    DomicileForm,
    KtpAddressForm,
)
from registration.forms.people import ActivityForm, FamilyForm, PersonForm, WorkForm
from registration.forms.representative import RepresentativeForm
from registration.forms.table import TableForm, questions_for
from registration.questionnaire.versions import EVERY, SHORT_ONLY, WHOLE_ONLY
from registration.state import DraftState

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Repeats(Enum):
    """What a page is asked for: once, for each KK, or for each person."""

    ONCE = "once"
    FAMILY = "kk"
    PERSON = "orang"


class Section(Enum):
    ABOUT = "about"
    FAMILY = "family"
    DWELLING = "dwelling"
    LIVELIHOOD = "livelihood"
    STATEMENTS = "statements"
    WISHES = "wishes"

    @property
    def title(self) -> StrPromise:
        return SECTION_TITLES[self]


SECTION_TITLES: dict[Section, StrPromise] = {
    Section.ABOUT: _("Contact and address"),
    Section.FAMILY: _("Families and members"),
    Section.DWELLING: _("The dwelling"),
    Section.LIVELIHOOD: _("What you own and need"),
    Section.STATEMENTS: _("Six questions"),
    Section.WISHES: _("Last questions"),
}


Condition = Callable[[DraftState, str], bool]


def always(state: DraftState, item: str) -> bool:
    return True


def registers_others(state: DraftState, item: str) -> bool:
    return bool(state.answer("kontak", "untuk") == FOR_OTHERS)


def has_meter(state: DraftState, item: str) -> bool:
    return asks_for_power(state.entry("air-energi").answers)


def uses_toilet(state: DraftState, item: str) -> bool:
    return asks_for_closet(state.entry("sanitasi").answers)


def lists_people(state: DraftState, item: str) -> bool:
    return bool(state.people())


def asks_about(topic: str) -> Condition:
    """Whether the topic has a question for this person."""
    return lambda state, item: bool(questions_for(state, topic, item))


@dataclass(frozen=True)
class Page:
    """`key` is the page's word in the address; `topic` chooses the questions of a table form."""

    key: str
    section: Section
    title: StrPromise
    form: type[PageForm]
    topic: str = ""
    repeats: Repeats = Repeats.ONCE
    only_if: Condition = always
    editions: frozenset[str] = EVERY

    def build(self, state: DraftState, item: str = "", data: Mapping[str, Any] | None = None) -> PageForm:
        return self.form(data, state=state, item=item, topic=self.topic)

    def applies(self, state: DraftState, item: str = "") -> bool:
        """Whether this draft, or this person of it, is asked this page."""
        return state.edition in self.editions and self.only_if(state, item)


A, F, D, L, S, W = (
    Section.ABOUT, Section.FAMILY, Section.DWELLING, Section.LIVELIHOOD, Section.STATEMENTS, Section.WISHES
)  # fmt: skip
PERSON = Repeats.PERSON
PAGES: tuple[Page, ...] = (
    #    key               section title                                    form
    Page("kontak", A, _("Contact"), ContactForm),
    Page("perwakilan", A, _("On whose behalf"), RepresentativeForm, only_if=registers_others),
    Page("alamat-ktp", A, _("Address on the KTP"), KtpAddressForm),
    Page("domisili", A, _("Where you live now"), DomicileForm, topic="domisili"),
    Page("kk", F, _("Family card (KK)"), FamilyForm, repeats=Repeats.FAMILY),
    Page("orang", F, _("Who is this person?"), PersonForm, repeats=PERSON),
    Page("kegiatan", F, _("School, work and health"), ActivityForm, repeats=PERSON, editions=SHORT_ONLY),
    Page("dokumen-sekolah", F, _("Documents and school"), TableForm, "dokumen_sekolah", PERSON, editions=WHOLE_ONLY),
    Page("pekerjaan", F, _("Work"), WorkForm, "pekerjaan", PERSON, asks_about("pekerjaan"), WHOLE_ONLY),
    Page("kesehatan", F, _("Health"), TableForm, "kesehatan", PERSON, editions=WHOLE_ONLY),
    Page("bangunan", D, _("The building"), TableForm, topic="bangunan"),
    Page("bahan-bangunan", D, _("Floor, walls and roof"), TableForm, topic="bahan_bangunan"),
    Page("air-energi", D, _("Water, light and cooking"), TableForm, topic="air_energi"),
    Page("daya", D, _("Electric power"), TableForm, topic="daya", only_if=has_meter),
    Page("sanitasi", D, _("Toilet"), TableForm, topic="sanitasi"),
    Page("kloset", D, _("Kind of toilet"), TableForm, topic="kloset", only_if=uses_toilet),
    Page("harta", L, _("Things you own"), TableForm, topic="harta", editions=WHOLE_ONLY),
    Page("tanah-ternak", L, _("Land, houses and animals"), TableForm, topic="tanah_ternak", editions=WHOLE_ONLY),
    Page("bantuan", L, _("Help you receive"), TableForm, topic="bantuan", editions=WHOLE_ONLY),
    Page("kebutuhan", L, _("Daily needs"), TableForm, topic="kebutuhan", editions=WHOLE_ONLY),
    Page("pernyataan", S, _("Six questions about your household"), DeclarationForm),
    Page("program", W, _("Programmes you ask for"), ProgrammeForm, editions=WHOLE_ONLY),
    Page("ibu-kandung", W, _("Names of the mothers"), MothersForm, only_if=lists_people, editions=WHOLE_ONLY),
)
AFTER_THE_FAMILIES = (Section.DWELLING, Section.LIVELIHOOD, Section.STATEMENTS, Section.WISHES)
FAMILIES, PHOTOS = "keluarga", "foto"  # entries of the task list that are more than one page
PAGE_BY_KEY: Mapping[str, Page] = {page.key: page for page in PAGES}


def pages_once(section: Section, state: DraftState) -> list[Page]:
    """The pages of a section that are asked once and apply to this draft."""
    return [page for page in PAGES if page.section is section and page.repeats is Repeats.ONCE and page.applies(state)]


def pages_of_person(state: DraftState, item: str) -> list[Page]:
    """The pages about one person that this person is asked, in order; the first says who it is."""
    return [page for page in PAGES if page.repeats is Repeats.PERSON and page.applies(state, item)]


def parts_of(state: DraftState) -> list[str]:
    """The entries of the task list by key, in its order: KK with all their people are one, photos one if needed."""
    before = [page.key for page in pages_once(Section.ABOUT, state)]
    after = [page.key for section in AFTER_THE_FAMILIES for page in pages_once(section, state)]
    return [*before, FAMILIES, *after, *([PHOTOS] if state.draft.phase.photos_required else [])]


def part_of(state: DraftState, page: Page) -> tuple[int, int]:
    """(which, of how many) entry of the task list a page that applies belongs to."""
    parts = parts_of(state)
    return parts.index(page.key if page.repeats is Repeats.ONCE else FAMILIES) + 1, len(parts)
