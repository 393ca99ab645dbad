"""Somebody who has no mouse and touches no screen: only Tab, Space, Enter, the arrows, and what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator

from tests.journeys.visitor import Portal, Visitor

MOST_STEPS = 120  # from one control to the next one on a page
# Of an element, of the frame around a radio button or a box to tick, and of the row that a link fills.
OUTLINES = """node => [getComputedStyle(node), getComputedStyle(node, '::after'),
  getComputedStyle(node.closest('.choice') || node)].map(style => style.outlineStyle)"""
FOCUSED = "node => node === document.activeElement"
FOCUSED_OR_ITS_GROUP = """node => node === document.activeElement
  || (node.type === 'radio' && node.name === document.activeElement.name)"""


@dataclass
class Keyboard(Visitor):
    def look(self, variant: str = "") -> None:
        """Other journeys look at these pages."""

    def skip_to_content(self) -> None:
        """The first Tab of a page shows the link that jumps over the menu."""
        link = self.page.locator("a.skip-link")
        self.page.keyboard.press("Tab")
        assert link.evaluate(FOCUSED), f"{self.page.url}: the first Tab does not lead to the skip link"
        assert link.is_visible()
        self.page.keyboard.press("Enter")

    def reach(self, control: Locator) -> None:
        """Press Tab until the control, or its group of radio buttons, is focused; the focus must be visible."""
        wanted = control.first.element_handle()
        for _step in range(MOST_STEPS):
            if wanted.evaluate(FOCUSED_OR_ITS_GROUP):
                outlines = self.page.evaluate(f"({OUTLINES})(document.activeElement)")
                assert set(outlines) != {"none"}, f"{self.page.url}: the focus is invisible"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: {control} cannot be reached by keyboard")

    def follow(self, selector: str) -> None:
        self.reach(self.page.locator(selector))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    press = follow

    def answer(self, control: Locator, answer: Any) -> None:
        kind = control.first.evaluate("node => node.type")
        if kind == "radio":
            self._choose(control if answer is True else control.and_(self.page.locator(f'[value="{answer}"]')))
        elif kind == "checkbox":
            for value in answer if isinstance(answer, list) else [answer]:
                self._tick(control if value is True else control.and_(self.page.locator(f'[value="{value}"]')))
        elif kind == "select-one":
            self._select(control, str(answer))
        else:
            self.reach(control)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(str(answer))

    def _choose(self, radio: Locator) -> None:
        self.reach(radio)
        wanted = radio.first.element_handle()
        for _step in range(MOST_STEPS):
            if wanted.evaluate(FOCUSED):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        assert radio.first.is_checked()

    def _tick(self, box: Locator) -> None:
        self.reach(box)
        if not box.first.is_checked():
            self.page.keyboard.press("Space")
        assert box.first.is_checked()

    def _select(self, control: Locator, value: str) -> None:
        self.reach(control)
        self.page.keyboard.press("Home")
        for _step in range(MOST_STEPS):
            if control.first.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} cannot be selected by keyboard")


def without_a_mouse(portal: Portal, visitor: Visitor) -> Keyboard:
    return Keyboard(portal, visitor.page, visitor.twin)
