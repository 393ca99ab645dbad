"""The form of a whole questionnaire: each of its pages in both languages, and sent by keyboard alone.

A family fills it in without scripts in test_family_of_five.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from registration.models import Draft, Household
from registration.pages import PAGES, Repeats
from registration.services import open_draft
from registration.state import DraftState
from tests.journeys.doors import visit_as
from tests.journeys.families import NEIGHBOUR
from tests.journeys.keyboard import Keyboard, without_a_mouse
from tests.journeys.registering import register
from tests.journeys.visitor import KEEP, Portal, assert_sound
from tests.people import siti
from tests.registration.samples import fill
from tests.registration.whole import Whole, registered_whole, whole_phase

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class World:
    """An open phase in which Siti has sent one household and begun another."""

    draft: Draft
    household: Household

    def of_citizens(self) -> list[str]:
        household, draft = {"reference": self.household.reference}, {"draft_id": self.draft.pk}
        words = [
            page.key for page in PAGES if page.repeats is Repeats.ONCE and page.applies(DraftState.load(self.draft))
        ]
        people = self.draft.pages.filter(page__in=[page.key for page in PAGES if page.repeats is not Repeats.ONCE])
        return [
            *(reverse(name) for name in ("home:household_list", "notices:notice_list", "registration:draft_start")),
            *(reverse(name) for name in ("accounts:account_detail", "accounts:password_change")),
            *(reverse(f"home:{name}", kwargs=household) for name in ("household_detail",)),
            *(reverse(f"registration:{name}", kwargs=household) for name in ("receipt_show", "household_withdraw")),
            *(
                reverse(f"registration:{name}", kwargs=draft)
                for name in ("draft_detail", "families_edit", "draft_check", "draft_discard")
            ),
            *(reverse("registration:page_edit", kwargs={**draft, "key": word}) for word in words),
            *(
                reverse("registration:item_edit", kwargs={**draft, "key": row.page, "item": row.item})
                for row in {row.page: row for row in people}.values()
            ),
        ]


@pytest.fixture
def world(transactional_db: None) -> World:
    phase, owner = whole_phase(), siti()
    household = registered_whole(by=owner, phase=phase)
    draft = fill(open_draft(by=owner, phase=phase), Whole(), by=owner, but=("pernyataan",))
    return World(draft, household)


def visit_all(portal: Portal, user: User, paths: list[str]) -> None:
    visitor = visit_as(portal, user)
    for path in paths:
        for language, prefix in (("id", ""), ("en", "/en")):
            answer = visitor.page.goto(f"{portal.url}{prefix}{path}")
            assert answer is not None
            assert (answer.status, visitor.page.url) == (200, f"{portal.url}{prefix}{path}")
            assert_sound(visitor.page, language)


@pytest.mark.long
def test_pages_of_citizens(portal: Portal, world: World) -> None:
    visit_all(portal, siti(), world.of_citizens())


@pytest.mark.long
def test_a_household_is_registered_by_keyboard_alone(portal: Portal) -> None:
    whole_phase()
    siti_typing = without_a_mouse(portal, visit_as(portal, siti()))
    siti_typing.go("/usulan/baru/")
    siti_typing.skip_to_content()
    siti_typing.press("main form button")
    mistaken_number(siti_typing)
    reference = register(siti_typing, NEIGHBOUR)
    assert Household.objects.get(reference=reference).channel == "online"


def mistaken_number(visitor: Keyboard) -> None:
    """An error takes the focus, and its link leads into the field."""
    page = visitor.page
    visitor.fill(untuk="orang_lain", telepon="0812")
    visitor.press(KEEP)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=telepon]")).to_be_focused()


def test_a_control_that_shows_no_focus_is_noticed(portal: Portal) -> None:
    typing = without_a_mouse(portal, portal.visitor())
    typing.go("/masuk/")
    typing.page.evaluate("document.querySelector('[name=login]').style.outline = 'none'")
    with pytest.raises(AssertionError, match="invisible"):
        typing.reach(typing.page.locator("[name=login]"))


def test_a_control_that_no_key_reaches_is_noticed(portal: Portal) -> None:
    typing = without_a_mouse(portal, portal.visitor())
    typing.go("/masuk/")
    typing.page.evaluate("document.querySelector('[name=login]').tabIndex = -1")
    with pytest.raises(AssertionError, match="cannot be reached"):
        typing.reach(typing.page.locator("[name=login]"))
