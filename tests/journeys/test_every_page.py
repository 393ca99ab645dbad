"""Every page there is, in both languages, in the light and in the dark, on the smallest phone and on a desk.

The table of all pages (tests/access/table.py) says what there is; a page that is new is looked at by being in it.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any, Final, cast

import pytest
from django.db import connection, transaction
from playwright.sync_api import Browser, Page
from pytest_django.plugin import DjangoDbBlocker

from tests.access.seen import NEVER, name_of
from tests.access.table import OK, PORTAL
from tests.access.world import build
from tests.browser import COLOURS_AND_SIZES, PAGES, PHONE
from tests.journeys.every_page import Sheet, sheets
from tests.journeys.page_weight import weight_of
from tests.journeys.skeleton import skeleton
from tests.journeys.stand import Stand

pytestmark = pytest.mark.django_db
BROWSER = pytest.mark.browser
NARROW, DESK = 320, 1280  # 320 px is a screen of 1280 px at 400 %
TOUCH = 44  # px
JUMP, JUMPS = 0.005, "jumps by"  # of the screen
KILOBYTE = 1000
# The style guide shows every component with its states; beside it pages of each face of the portal.
IN_THE_DARK: Final = frozenset(
    {
        *("style_show", "public-landing_show", "public-status_check", "eligibility-precheck_show"),
        *("home-household_list", "home-household_detail", "registration-draft_detail", "registration-page_edit"),
        *("registration-receipt_show", "desk-home_show", "notices-notice_list", "accounts-account_detail"),
    }
)
# A script of its own, or a button that is there with scripts only.
CHANGED_BY_SCRIPTS: Final = re.compile(r"<script src=\"[^\"]*/(?!dtks\.)[^\"/]+\.js|data-print")
FIRST_PAGE, FORM_PAGE = 60 * KILOBYTE, 40 * KILOBYTE
# What a finger presses; of a radio button or a box to tick its frame, of a row of a list the whole row.
SMALL_TARGETS: Final = """[...document.querySelectorAll(
  'button, .button, .button-secondary, .button-quiet, .button-danger, summary, select, textarea, nav a, .task-list a'
  + ', input:not([type=hidden], [type=file])')]
  .map(node => node.closest('.choice') || (node.matches('.task-name') && node.closest('li')) || node)
  .filter(node => node.checkVisibility() && !node.closest('.visually-hidden, .hint'))
  .filter(node => node.getBoundingClientRect().height < least)
  .map(node => node.outerHTML.slice(0, 120))"""
OVER: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AT_ONCE: Final = f"""least => ({{language: document.documentElement.lang, title: document.title, over: {OVER},
  headings: document.querySelectorAll('h1').length, small: {SMALL_TARGETS}}})"""
# One document after the other in the place of the one that is shown, each measured as soon as it stands there.
ONE_BY_ONE: Final = f"""([documents, least]) => documents.map(document_ => {{
  const next = new DOMParser().parseFromString(document_, 'text/html');
  document.documentElement.lang = next.documentElement.lang;
  document.title = next.title;
  document.body.replaceWith(document.adoptNode(next.body));
  return ({AT_ONCE})(least);
}})"""
SHIFTS: Final = """() => new Promise(done => {
  let sum = 0;
  const add = entries => entries.forEach(entry => { sum += entry.value; });
  const observer = new PerformanceObserver(list => add(list.getEntries()));
  observer.observe({type: 'layout-shift', buffered: true});
  const counted = () => { add(observer.takeRecords()); done(sum); };
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(counted, 0)));
})"""


@pytest.fixture(scope="module")
def album(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Sheet]:
    """Asked for once; the world they come from is gone when they are looked at."""
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with django_db_blocker.unblock(), transaction.atomic():
        logging.disable(logging.CRITICAL)
        found = list(sheets(build()))
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)
    for sheet in found:
        if sheet.language == "en" or sheet.is_mistaken:  # the walk keeps the others for the HTML checker
            sheet.keep(PAGES / "album")
    return found


def kinds(album: list[Sheet], language: str) -> list[Sheet]:
    """One sheet of each page: the counter's draft is shown by the same template as a citizen's."""
    return list({sheet.kind: sheet for sheet in reversed(album) if sheet.language == language}.values())


def unseen(album: list[Sheet]) -> set[str]:
    """Pages that can be read and were not asked for in both languages, less those with a reason."""
    readable = {row.name for row in PORTAL if "G" in row.methods and OK in row.answers.values()}
    asked = {language: {sheet.kind[0] for sheet in album if sheet.language == language} for language in ("id", "en")}
    return {name for name in readable - NEVER.keys() if any(name_of(name) not in names for names in asked.values())}


def test_every_page_is_asked_for_or_has_a_reason(album: list[Sheet]) -> None:
    assert unseen(album) == set()


def test_a_page_that_nobody_asked_for_is_noticed(album: list[Sheet]) -> None:
    assert unseen([sheet for sheet in album if not sheet.name.startswith("desk-fix_list--")]) == {"desk:fix_list"}


def faults(page: Page, sheet: Sheet) -> list[str]:
    """What everybody would see at once: the wrong language, no heading, sideways scrolling, tiny targets, jumps."""
    found = [f"{JUMPS} {shifted}"] if (shifted := page.evaluate(SHIFTS)) > JUMP else []
    return found + wrong_with(page.evaluate(AT_ONCE, TOUCH), sheet) + too_wide(page)


def wrong_with(seen: dict[str, Any], sheet: Sheet) -> list[str]:
    found = []
    if seen["language"] != sheet.language:
        found.append("is in the wrong language")
    if seen["headings"] != 1:
        found.append("has not one h1")
    if not re.fullmatch(r".*\w.* – .+", seen["title"]):
        found.append("has no title")
    return found + [f"has a target that is too small: {target}" for target in seen["small"]]


def too_wide(page: Page) -> list[str]:
    found = []
    before = page.viewport_size
    for width in (NARROW, DESK):
        page.set_viewport_size({"width": width, "height": 740})
        found += wider_than(width, page.evaluate(OVER))
    page.set_viewport_size(cast("Any", before))
    return found


def wider_than(width: int, over: int) -> list[str]:
    return [f"is {over} px wider than {width}"] if over > 0 else []


def shown(stand: Stand, sheet: Sheet) -> list[str]:
    """A jump counts that is seen twice: a busy machine may paint half a document once."""
    found = faults(stand.show(sheet), sheet)
    return faults(stand.show(sheet), sheet) if any(one.startswith(JUMPS) for one in found) else found


def told(sheet: Sheet, found: list[str]) -> list[str]:
    return [f"{sheet.name}: {one}" for one in found]


@BROWSER
def test_pages_in_indonesian(album: list[Sheet], browser: Browser) -> None:
    """As they are, and each kind of page to axe-core. Contrast in the dark is looked at where every component is."""
    stand, found = Stand(browser), []
    examined = kinds(album, "id")
    assert {sheet.kind[0] for sheet in examined} >= IN_THE_DARK
    for sheet in album:
        if sheet.language == "id":
            found += told(sheet, shown(stand, sheet))
            if sheet in examined:
                seen_before = sheet.is_mistaken  # without its mistakes, whose colours the style guide shows
                found += told(sheet, stand.violations(but=COLOURS_AND_SIZES if seen_before else ()))
                if sheet.kind[0] in IN_THE_DARK:
                    stand.page.emulate_media(color_scheme="dark")
                    found += told(sheet, stand.violations(rules=["color-contrast"]))
                    stand.page.emulate_media(color_scheme="light")
    assert (found, stand.complaints, stand.strangers) == ([], [], [])
    stand.close()


def twins(album: list[Sheet]) -> list[Sheet]:
    """English pages that differ from the Indonesian one in nothing but words, and that scripts leave as they are."""
    originals = {sheet.kind: sheet for sheet in kinds(album, "id")}
    return [
        sheet
        for sheet in kinds(album, "en")
        if not CHANGED_BY_SCRIPTS.search(sheet.document)
        and skeleton(sheet.document) == skeleton(originals[sheet.kind].document)
    ]


def wrong_with_words(stand: Stand, some: list[Sheet]) -> list[str]:
    """The words of each page in the place of the first one's: where they do not fit, it is seen."""
    page, found = stand.show(some[0]), []
    documents = [sheet.document for sheet in some]
    for width in (PHONE["width"], NARROW, DESK):
        page.set_viewport_size({"width": width, "height": 740})
        for sheet, seen in zip(some, page.evaluate(ONE_BY_ONE, [documents, TOUCH]), strict=True):
            wrong = wrong_with(seen, sheet) if width == PHONE["width"] else wider_than(width, seen["over"])
            found += told(sheet, wrong)
    return found


def styles(sheet: Sheet) -> tuple[str, ...]:
    return tuple(re.findall(r'<link rel="stylesheet"[^>]*>', sheet.document))


@BROWSER
def test_pages_in_english(album: list[Sheet], browser: Browser) -> None:
    """Other words in the same colours and sizes. What is not the same page in other words, axe-core looks at again; the
    others it sees in the long test below."""
    stand, found, same = Stand(browser), [], twins(album)
    assert len(same) > 70
    for style in {styles(sheet) for sheet in same}:
        found += wrong_with_words(stand, [sheet for sheet in same if styles(sheet) == style])
    for sheet in kinds(album, "en"):
        if sheet not in same:
            found += told(sheet, shown(stand, sheet))
            found += told(sheet, stand.violations(but=COLOURS_AND_SIZES))
    assert (found, stand.complaints, stand.strangers) == ([], [], [])
    stand.close()


@BROWSER
@pytest.mark.long
def test_axe_finds_nothing_in_english_either(album: list[Sheet], browser: Browser) -> None:
    """That pages with one skeleton have the same findings is what the quick test above rests on."""
    stand, found = Stand(browser), []
    for sheet in twins(album):
        stand.show(sheet)
        found += told(sheet, stand.violations(but=COLOURS_AND_SIZES))
    assert (found, stand.complaints, stand.strangers) == ([], [], [])
    stand.close()


@BROWSER
@pytest.mark.parametrize(
    ("honest", "flawed", "noticed"),
    [
        ("<h1>", f"<h1><nobr>{'x' * 300}</nobr>", "px wider than"),
        ("<h1>", "<h1>x</h1><h1>", "not one h1"),
        ('lang="en"', 'lang="id"', "wrong language"),
        ("<title>", "<title></title><title>", "no title"),
    ],
)
def test_words_that_do_not_fit_are_noticed(
    album: list[Sheet], browser: Browser, honest: str, flawed: str, noticed: str
) -> None:
    stand = Stand(browser)
    before, after = (sheet for sheet in twins(album) if sheet.name.startswith(("accounts-session_st", "public-priv")))
    assert honest in after.document
    bad = replace(after, document=after.document.replace(honest, flawed, 1))
    assert wrong_with_words(stand, [before, after]) == []
    found = wrong_with_words(stand, [before, bad, after])
    assert found != []
    assert all(one.startswith(after.name) and noticed in one for one in found)
    stand.close()


@pytest.mark.parametrize("flaw", ["<p>Only here.</p></main>", '<input name="x"></main>', "<h4></h4></main>"])
def test_a_page_that_has_more_than_other_words_is_noticed(album: list[Sheet], flaw: str) -> None:
    name = "accounts-session_start----get-anonymous-en"
    assert name in [sheet.name for sheet in twins(album)]
    changed = [
        replace(sheet, document=sheet.document.replace("</main>", flaw)) if sheet.name == name else sheet
        for sheet in album
    ]
    assert name not in [sheet.name for sheet in twins(changed)]


@BROWSER
def test_pages_without_scripts(album: list[Sheet], browser: Browser) -> None:
    """Those that look otherwise then; on all the others the one script there is shows and hides nothing."""
    stand, found = Stand(browser, java_script_enabled=False), []
    for sheet in kinds(album, "id"):
        if CHANGED_BY_SCRIPTS.search(sheet.document):
            found += told(sheet, too_wide(stand.show(sheet)))
    assert (found, stand.strangers) == ([], [])
    stand.close()


FLAWS = {
    "document.querySelector('h1').style.width = '2000px'": "wider than 320",
    "document.documentElement.lang = 'en'": "wrong language",
    "document.querySelector('label').remove()": "label",
    "document.querySelector('button.button').style.cssText = 'min-height:0;height:30px'": "too small",
    "document.querySelector('h1').style.color = '#999'": "color-contrast",
    "document.querySelector('h1').insertAdjacentHTML('afterend', '<h1>x</h1>')": "not one h1",
}


@BROWSER
@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_of_a_page_is_noticed(album: list[Sheet], browser: Browser, flaw: str) -> None:
    stand = Stand(browser)
    sheet = next(sheet for sheet in album if sheet.name.startswith("accounts-session_start--"))
    page = stand.show(sheet)
    page.evaluate(flaw)
    assert FLAWS[flaw] in "\n".join([*faults(page, sheet), *stand.violations()])
    stand.close()


LATE = """<script>addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() =>
  document.querySelector('main').insertAdjacentHTML('afterbegin', '<p>x<br>x<br>x<br>x</p>'))))</script>"""


@BROWSER
def test_a_jump_of_a_page_is_noticed(album: list[Sheet], browser: Browser) -> None:
    stand = Stand(browser)
    sheet = next(sheet for sheet in album if sheet.name.startswith("public-landing_show--"))
    document = sheet.document.replace("</head>", f"{LATE}</head>")
    assert JUMPS in "\n".join(shown(stand, replace(sheet, document=document, policy="")))
    stand.close()


@BROWSER
def test_what_comes_from_elsewhere_is_noticed(album: list[Sheet], browser: Browser) -> None:
    stand = Stand(browser, bypass_csp=True)
    stand.show(album[0]).evaluate("fetch('https://elsewhere.example/count').catch(() => null)")
    assert stand.strangers == ["https://elsewhere.example/count"]
    stand.close()


def too_heavy(album: list[Sheet]) -> list[str]:
    """With everything a page loads, compressed as the server sends it."""
    found = []
    for sheet in album:
        most = FORM_PAGE if 'method="post" class="form' in sheet.document else FIRST_PAGE
        if (weight := weight_of(sheet.document)) > most:
            found.append(f"{sheet.name} weighs {weight} bytes")
    return found


def test_no_page_is_heavy_on_a_slow_line(album: list[Sheet]) -> None:
    assert too_heavy(album) == []


def test_a_heavy_page_is_noticed(album: list[Sheet]) -> None:
    first = album[0]
    heavy = Sheet(first.name, first.path, first.language, first.document + "".join(map(str, range(30_000))), "")
    assert too_heavy([heavy]) == [f"{first.name} weighs {weight_of(heavy.document)} bytes"]
