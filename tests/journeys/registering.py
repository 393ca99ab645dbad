"""A household goes through every page of the form, page by page, as a person does it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.journeys import portrait
from tests.journeys.families import Home, Kk, Person
from tests.journeys.visitor import KEEP, Visitor

REFERENCE = re.compile(r"JKT-[0-9A-Z]{4}-[0-9A-Z]{4}")
PAGE_WORD = re.compile(r"/isi/([a-z-]+)/")


def page_word(visitor: Visitor) -> str:
    """Which page of the form is shown, by the word in its address."""
    found = PAGE_WORD.search(visitor.page.url)
    assert found is not None, f"{visitor.page.url} is no page of the form"
    return found[1]


def answer_page(visitor: Visitor, key: str, answers: dict[str, Any], *, variant: str = "") -> None:
    """Look at the page, answer it, save it; say yes where the portal asks about something unlikely.

    Without scripts a question that follows from another one is asked when the page has been saved.
    """
    assert page_word(visitor) == key
    visitor.look(variant)
    later = answer_what_is_asked(visitor, answers or mothers(visitor))
    keep(visitor)
    if later:
        assert page_word(visitor) == key
        visitor.look("follows")
        assert answer_what_is_asked(visitor, later) == {}
        keep(visitor)


def answer_what_is_asked(visitor: Visitor, answers: dict[str, Any]) -> dict[str, Any]:
    """Answer in order; returns the answers whose questions are not shown."""
    later = {}
    for name, answer in answers.items():
        shown = f'#main [name="{name}_kec"]' if name == "kelurahan" else f'#main [name="{name}"]'
        if not visitor.page.locator(shown).first.is_visible():
            later[name] = answer
        elif name == "kelurahan":
            choose_kelurahan(visitor, answer)
        else:
            visitor.fill(**{name: answer})
    return later


def choose_kelurahan(visitor: Visitor, code: str) -> None:
    """By its kecamatan, with the button that needs no script."""
    visitor.answer(visitor.page.locator('#main [name="kelurahan_kec"]'), code[:8])
    visitor.press("#main button[name=cari]")
    visitor.look("kelurahan")
    visitor.answer(visitor.page.locator(f'#main [name="kelurahan"][value="{code}"]'), True)


def mothers(visitor: Visitor) -> dict[str, str]:
    """The page of the mothers' names has one box for each person."""
    boxes = visitor.page.locator('#main input[name^="ibu-"]').all()
    return {str(box.get_attribute("name")): "Sumiati" for box in boxes}


def keep(visitor: Visitor) -> None:
    """Save and continue. A NIK from region 99 is unlikely, so its page asks once more."""
    visitor.press(KEEP)
    if visitor.page.locator("main .notice-warning[role=alert]").count():
        visitor.look("unlikely")
        visitor.press(KEEP)


def register(visitor: Visitor, home: Home, *, variant: str = "", rests: bool = False) -> str:
    """From the first page of a new draft to the receipt; returns the reference code.

    Who `rests` leaves the form when everybody is listed, and comes back by the list of what is still to do.
    """
    for key, answers in home.before.items():
        answer_page(visitor, key, answers, variant=variant)
    visitor.look("empty")
    for number, family in enumerate(home.families):
        add_family(visitor, family, several=number > 0)
    visitor.look()
    if rests:
        come_back_by_the_task_list(visitor)
    visitor.follow("main a.button")
    for key, answers in home.after.items():
        answer_page(visitor, key, answers)
    return send(visitor)


def come_back_by_the_task_list(visitor: Visitor) -> None:
    visitor.go("/usulan/")
    visitor.look("begun")
    visitor.follow("main .task-list a")
    visitor.look("half-done")
    portrait.keep(visitor.page, "tasks")
    visitor.follow("a[href$='/keluarga/']")


def add_family(visitor: Visitor, family: Kk, *, several: bool = False) -> None:
    visitor.follow("a[href$='/isi/kk/baru/']")
    answer_page(visitor, "kk", {"kk": family.number})
    for number, person in enumerate(family.people):
        if number:
            visitor.follow("main section:last-of-type a[href*='/isi/orang/baru/']")
        add_person(visitor, person, variant="several-kk" if several else "")


def add_person(visitor: Visitor, person: Person, *, variant: str = "") -> None:
    answer_page(visitor, "orang", person.page, variant=variant)
    for key, answers in person.activity.items():
        answer_page(visitor, key, answers, variant="may-be-pregnant" if "hamil" in answers else "")


def send(visitor: Visitor) -> str:
    """Check the answers, send them, read the receipt."""
    visitor.look()
    visitor.press("form[action$='/kirim/'] button")
    expect(visitor.page.locator(".receipt .reference")).to_have_text(REFERENCE)
    visitor.look()
    return visitor.page.locator(".receipt .reference").inner_text()
