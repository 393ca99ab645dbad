"""Somebody whose session ends before every single save, and who finds all they typed again after signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session

from tests.browser import assert_fits
from tests.journeys.registering import answer_what_is_asked, mothers, page_word
from tests.journeys.visitor import KEEP, Visitor, name_of

SMALL_PHONE = {"width": 360, "height": 640}
# What a page adds to its own form; all else was typed or chosen.
OWN = ("csrfmiddlewaretoken", "version", "bawa", "confirmed", "langsung")
TYPED = "form => Array.from(new FormData(form), ([name, value]) => [name, String(value)])"


@dataclass
class Unlucky(Visitor):
    """`sign_in` is how this person comes back. `losses` counts the sessions lost, by the page that was saved."""

    sign_in: Callable[[Unlucky], None] = lambda visitor: None
    losses: int = 0
    expire: bool = False  # the next time on the server, instead of in the browser

    def look(self, variant: str = "") -> None:
        """Other journeys let axe-core look at these pages; here each one must fit the phone, each time it is shown."""
        assert self.page.viewport_size == SMALL_PHONE
        assert self.page.locator("h1").count() == 1, self.page.url
        assert_fits(self.page)

    def typed(self, form: str) -> list[list[str]]:
        """All the form would post now, in its order. A NIK or KK number is the same in groups and in one piece."""
        said: list[list[str]] = self.page.locator(form).first.evaluate(TYPED)
        return [[name, ungrouped(value)] for name, value in said if name not in OWN]

    def lose_session(self) -> None:
        """The cookie runs out in the browser, or the session is gone from the database; all other cookies stay."""
        context = self.page.context
        mine = [one for one in context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME]
        assert len(mine) == 1
        if self.expire:
            assert Session.objects.filter(session_key=mine[0]["value"]).delete()[0] == 1
        else:
            context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        self.losses, self.expire = self.losses + 1, False

    def press_and_come_back(self, button: str) -> None:
        """Press a button when the session has ended: sign in on the page that appears."""
        self.lose_session()
        self.press(button)
        assert urlsplit(self.page.url).path == "/masuk/"
        self.look()
        self.sign_in(self)
        self.look()

    def lose_what_was_typed(self, button: str = KEEP, form: str = "main form.form") -> None:
        """The same with a form that was filled in: it is back, and every field as it was."""
        typed = self.typed(form)
        assert [value for _name, value in typed if value] != []
        self.press_and_come_back(button)
        assert self.typed(form) == typed, self.page.url

    def save(self) -> None:
        """Lose the session, find everything again, save it; say yes where the portal asks about something unlikely."""
        place = name_of(self.page.url)
        self.lose_what_was_typed()
        assert name_of(self.page.url) == place
        assert self.page.locator("main .notice[role=status]").is_visible()
        self.press(KEEP)
        if self.page.locator("main .notice-warning[role=alert]").count():
            self.look()
            self.press(KEEP)


def ungrouped(value: str) -> str:
    digits = value.replace(" ", "")
    return digits if len(digits) == 16 and digits.isdecimal() else value


def answer_page(visitor: Unlucky, key: str, answers: dict[str, Any]) -> None:
    """Answer a page of the form and save it, through lost sessions.

    Without scripts a question that follows from another one is asked when the page has been saved.
    """
    assert page_word(visitor) == key
    visitor.look()
    answers = dict(answers) or mothers(visitor)
    if "kelurahan" in answers:
        choose_kelurahan(visitor, answers.pop("kelurahan"))
    later = answer_what_is_asked(visitor, answers)
    visitor.save()
    if later:
        assert page_word(visitor) == key
        visitor.look()
        assert answer_what_is_asked(visitor, later) == {}
        visitor.save()


def choose_kelurahan(visitor: Unlucky, code: str) -> None:
    """With scripts while its name is typed; without, by its kecamatan and a button, where the session ends as well."""
    chosen = visitor.page.locator(f'#main [name="kelurahan"][value="{code}"]')
    if visitor.scripts:
        visitor.page.locator('#main [name="kelurahan_cari"]').fill("gambir")
    else:
        visitor.page.locator('#main [name="kelurahan_kec"]').select_option(code[:8])
        visitor.lose_what_was_typed("#main button[name=cari]")
        visitor.press("#main button[name=cari]")
        visitor.look()
    chosen.check()
