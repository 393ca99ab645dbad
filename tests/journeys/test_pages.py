"""Every page for citizens and officers: on a phone and on a desk, with scripts and without, by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from registration.models import Draft, Household
from registration.pages import PAGES, Repeats
from registration.services import open_draft
from registration.state import DraftState
from tests.journeys.doors import visit_as
from tests.journeys.families import NEIGHBOUR
from tests.journeys.registering import page_word, register
from tests.journeys.visitor import Portal, assert_good, assert_sound
from tests.people import GAMBIR, rina, siti
from tests.registration.samples import fill
from tests.registration.whole import Whole, registered_whole, whole_phase

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
# Of an element and, for a radio button or a box to tick, of the frame around it.
OUTLINES = "node => [node, node.closest('.choice') || node].map(one => getComputedStyle(one).outlineStyle)"


@dataclass(frozen=True)
class World:
    """An open phase in which Siti has sent one household and begun another."""

    draft: Draft
    household: Household

    def of_everybody(self) -> list[str]:
        names = (
            "public:landing_show", "public:status_check", "public:guide_show", "public:programmes_list",
            "public:announcements_list", "public:privacy_show", "eligibility:precheck_show",
            "accounts:account_create", "accounts:session_start", "accounts:password_recover",
        )  # fmt: skip
        return [reverse(name) for name in names]

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

    def of_officers(self) -> list[str]:
        names = ("desk:home_show", "desk:household_search", "desk:fix_list", "muskel:meeting_list")
        return [
            *(reverse(name) for name in names),
            reverse("desk:household_detail", kwargs={"reference": self.household.reference}),
            reverse("grievances:objection_list"),
            reverse("notices:paper_list", args=[GAMBIR]),
            reverse("accounts:recovery_codes_detail"),
        ]


@pytest.fixture
def world(transactional_db: None) -> World:
    phase, owner = whole_phase(), siti()
    household = registered_whole(by=owner, phase=phase)
    draft = fill(open_draft(by=owner, phase=phase), Whole(), by=owner, but=("pernyataan",))
    return World(draft, household)


def visit_all(portal: Portal, user: User | None, paths: list[str], *, scripts: bool) -> None:
    options = {"java_script_enabled": scripts}
    visitor = visit_as(portal, user, **options) if user else portal.visitor(**options)
    for path in paths:
        for language, prefix in (("id", ""), ("en", "/en")):
            answer = visitor.page.goto(f"{portal.url}{prefix}{path}")
            assert answer is not None
            assert (answer.status, visitor.page.url) == (200, f"{portal.url}{prefix}{path}")
            assert_sound(visitor.page, language)


@WITH_AND_WITHOUT_SCRIPTS
def test_pages_of_everybody(portal: Portal, world: World, scripts: bool) -> None:
    visit_all(portal, None, world.of_everybody(), scripts=scripts)


@WITH_AND_WITHOUT_SCRIPTS
def test_pages_of_citizens(portal: Portal, world: World, scripts: bool) -> None:
    visit_all(portal, siti(), world.of_citizens(), scripts=scripts)


@WITH_AND_WITHOUT_SCRIPTS
def test_pages_of_officers(portal: Portal, world: World, scripts: bool) -> None:
    visit_all(portal, rina(), world.of_officers(), scripts=scripts)


FLAWS = {
    "document.querySelector('h1').style.width = '2000px'": "wider than the screen",
    "document.documentElement.lang = 'en'": "masuk",
    "document.querySelector('label').remove()": "label",
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_of_a_page_is_noticed(portal: Portal, flaw: str) -> None:
    visitor = portal.visitor()
    visitor.go("/masuk/")
    visitor.page.evaluate(flaw)
    with pytest.raises(AssertionError, match=FLAWS[flaw]):
        assert_good(visitor.page, "id")


def test_a_household_is_registered_without_scripts(portal: Portal) -> None:
    whole_phase()
    visitor = visit_as(portal, siti(), java_script_enabled=False)
    visitor.go("/usulan/baru/")
    visitor.press("main form button")
    reference = register(visitor, NEIGHBOUR)
    assert Household.objects.get(reference=reference).channel == "online"


def test_the_first_page_of_the_form_by_keyboard_alone(portal: Portal) -> None:
    whole_phase()
    visitor = visit_as(portal, siti())
    visitor.go("/usulan/baru/")
    visitor.press("main form button")
    page = visitor.page
    tab_until(page, "input[name=untuk]")
    page.keyboard.press("Space")
    tab_until(page, "input[name=telepon]")
    page.keyboard.type("0812")
    tab_until(page, "main form.form button.button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the summary's link leads into the field
    expect(page.locator("input[name=telepon]")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" 0000 0001")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page_word(visitor) == "alamat-ktp"


def tab_until(page: Page, selector: str) -> None:
    """Press the tabulator until an element is focused, which then shows that it is."""
    target = page.locator(selector).first
    for _step in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            outlines = target.evaluate(OUTLINES)
            assert set(outlines) != {"none"}, f"{selector} does not show that it is focused"
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")
