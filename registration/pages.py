"""The form as one table: which pages there are, in which order, what each repeats over and when it applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from registration.dwelling import asks_for_closet, asks_for_power
from registration.forms.answers import DeclarationForm, DwellingForm
from registration.forms.base import PageForm
from registration.forms.household import (
    FOR_OTHERS,
    ContactForm,
    DomicileForm,
    KtpAddressForm,
    RepresentativeForm,
)
from registration.forms.people import ActivityForm, FamilyForm, PersonForm
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
    STATEMENTS = "statements"

    @property
    def title(self) -> StrPromise:
        return SECTION_TITLES[self]


SECTION_TITLES: dict[Section, StrPromise] = {
    Section.ABOUT: _("Contact and address"),
    Section.FAMILY: _("Families and members"),
    Section.DWELLING: _("The dwelling"),
    Section.STATEMENTS: _("Six questions"),
}


def always(state: DraftState) -> bool:
    return True


def registers_others(state: DraftState) -> bool:
    return bool(state.answer("kontak", "untuk") == FOR_OTHERS)


def has_meter(state: DraftState) -> bool:
    return asks_for_power(state.entry("air-energi").answers)


def uses_toilet(state: DraftState) -> bool:
    return asks_for_closet(state.entry("sanitasi").answers)


@dataclass(frozen=True)
class Page:
    """`key` is the page's word in the address; `topic` chooses the questions of a table form."""

    key: str
    section: Section
    title: StrPromise
    form: type[PageForm]
    topic: str = ""
    repeats: Repeats = Repeats.ONCE
    applies: Callable[[DraftState], bool] = always

    def build(self, state: DraftState, item: str = "", data: Mapping[str, Any] | None = None) -> PageForm:
        return self.form(data, state=state, item=item, topic=self.topic)


A, F, D, S = Section.ABOUT, Section.FAMILY, Section.DWELLING, Section.STATEMENTS
PAGES: tuple[Page, ...] = (
    #    key               section title                                    form
    Page("kontak", A, _("Contact"), ContactForm),
    Page("perwakilan", A, _("On whose behalf"), RepresentativeForm, applies=registers_others),
    Page("alamat-ktp", A, _("Address on the KTP"), KtpAddressForm),
    Page("domisili", A, _("Where you live now"), DomicileForm),
    Page("kk", F, _("Family card (KK)"), FamilyForm, repeats=Repeats.FAMILY),
    Page("orang", F, _("Who is this person?"), PersonForm, repeats=Repeats.PERSON),
    Page("kegiatan", F, _("School, work and health"), ActivityForm, repeats=Repeats.PERSON),
    Page("bangunan", D, _("The building"), DwellingForm, topic="bangunan"),
    Page("bahan-bangunan", D, _("Floor, walls and roof"), DwellingForm, topic="bahan_bangunan"),
    Page("air-energi", D, _("Water, light and cooking"), DwellingForm, topic="air_energi"),
    Page("daya", D, _("Electric power"), DwellingForm, topic="daya", applies=has_meter),
    Page("sanitasi", D, _("Toilet"), DwellingForm, topic="sanitasi"),
    Page("kloset", D, _("Kind of toilet"), DwellingForm, topic="kloset", applies=uses_toilet),
    Page("pernyataan", S, _("Six questions about your household"), DeclarationForm),
)
PAGE_BY_KEY: Mapping[str, Page] = {page.key: page for page in PAGES}


def pages_once(section: Section, state: DraftState) -> list[Page]:
    """The pages of a section that are asked once and apply to this draft."""
    return [page for page in PAGES if page.section is section and page.repeats is Repeats.ONCE and page.applies(state)]
