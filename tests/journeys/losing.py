"""Somebody whose session ends before every single save, and who finds all they typed again after signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session

from tests.journeys.registering import mothers, page_word
from tests.journeys.visitor import KEEP, Visitor, name_of

SMALL_PHONE = {"width": 360, "height": 640}
# What a page adds to its own form; all else was typed or chosen.
OWN = ("csrfmiddlewaretoken", "version", "bawa", "confirmed", "langsung")
TYPED = """selector => Array.from(
  new FormData(document.querySelector(selector)), ([name, value]) => [name, String(value)])"""
# The same as a person does, in one piece: these pages are shown some hundred times, and Playwright's own scripts would
# have to be brought along to each. That each control can be reached and used, other journeys show.
FITS = """() => [document.querySelectorAll('h1').length,
  document.documentElement.scrollWidth - document.documentElement.clientWidth]"""
PRESS = """selector => {
  const button = document.querySelector(selector);
  if (!button.checkVisibility() || button.disabled) { throw new Error(`${selector} cannot be pressed`); }
  button.click();
}"""
ANSWER = """answers => answers.filter(([name, answer]) => {
  const all = [...document.querySelectorAll(`#main [name="${name}"]`)];
  const [first] = all;
  if (!first || !first.checkVisibility() || !first.getClientRects().length) { return true; }
  if (['radio', 'checkbox'].includes(first.type)) {
    for (const value of [answer].flat()) {
      const one = value === true ? first : all.find(node => node.value === String(value));
      if (one.disabled) { throw new Error(`${name} cannot be chosen`); }
      if (!one.checked) { one.click(); }
    }
    return false;
  }
  if (first.disabled || first.readOnly) { throw new Error(`${name} cannot be filled in`); }
  first.focus();
  first.value = String(answer);
  if (first.value !== String(answer)) { throw new Error(`${name} does not take ${answer}`); }
  first.dispatchEvent(new Event('input', {bubbles: true}));
  first.dispatchEvent(new Event('change', {bubbles: true}));
  first.blur();
  return false;
}).map(([name]) => name)"""


@dataclass
class Unlucky(Visitor):
    """`sign_in` is how this person comes back. `losses` counts the sessions lost, by the page that was saved."""

    sign_in: Callable[[Unlucky], None] = lambda visitor: None
    losses: int = 0
    expire: bool = False  # the next time on the server, instead of in the browser

    def look(self, variant: str = "") -> None:
        """Other journeys let axe-core look at these pages; here each one must fit the phone, each time it is shown."""
        assert self.page.viewport_size == SMALL_PHONE
        headings, over = self.page.evaluate(FITS)
        assert (headings, max(over, 0)) == (1, 0), self.page.url

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.evaluate(PRESS, selector.removesuffix(" >> nth=0"))

    def fill(self, **answers: Any) -> None:
        assert self.answer_what_is_asked(answers) == {}

    def answer_what_is_asked(self, answers: dict[str, Any]) -> dict[str, Any]:
        """Answer in order; returns the answers whose questions are not shown."""
        later = self.page.evaluate(ANSWER, list(answers.items()))
        return {name: answers[name] for name in later}

    def typed(self, form: str) -> list[list[str]]:
        """All the form would post now, in its order. A NIK or KK number is the same in groups and in one piece."""
        said: list[list[str]] = self.page.evaluate(TYPED, form)
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
    later = visitor.answer_what_is_asked(answers)
    visitor.save()
    if later:
        assert page_word(visitor) == key
        visitor.look()
        assert visitor.answer_what_is_asked(later) == {}
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
