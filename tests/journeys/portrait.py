"""The picture of the README: three pages of the journey on a phone, side by side.

The journey leaves the screenshots in var/shots; `python -m tests.journeys.portrait` puts them together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from playwright.sync_api import Page

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SHOTS: Final = ROOT / "var" / "shots" / "portrait"
PICTURE: Final = ROOT / "docs" / "img" / "portal.png"
NAMES: Final = ("landing", "tasks", "standing")
SCALE: Final = 2  # device pixels of a screenshot for each pixel of the page
PHONE: Final = (440, 904)  # pixels of one phone in the picture
GAP, BEZEL, ROUND = 44, 12, 40
GROUND, FRAME = "#e6dfcf", "#1c2a2c"


def keep(page: Page, name: str) -> None:
    """Keep what the screen of the phone shows now, seen from the top of the page."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=SHOTS / f"{name}.png")


def compose() -> None:
    width = len(NAMES) * (PHONE[0] + 2 * BEZEL) + (len(NAMES) + 1) * GAP
    picture = Image.new("RGB", (width, PHONE[1] + 2 * BEZEL + 2 * GAP), GROUND)
    for number, name in enumerate(NAMES):
        left = GAP + number * (PHONE[0] + 2 * BEZEL + GAP)
        _put(picture, SHOTS / f"{name}.png", left)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(128, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def _put(picture: Image.Image, shot: Path, left: int) -> None:
    """One screenshot inside the frame of a phone."""
    outside = (left, GAP, left + PHONE[0] + 2 * BEZEL, GAP + PHONE[1] + 2 * BEZEL)
    ImageDraw.Draw(picture).rounded_rectangle(outside, ROUND, fill=FRAME)
    screen = Image.open(shot).convert("RGB").resize(PHONE, Image.Resampling.LANCZOS)
    mask = Image.new("L", PHONE, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, PHONE[0] - 1, PHONE[1] - 1), ROUND - BEZEL, fill=255)
    picture.paste(screen, (left + BEZEL, GAP + BEZEL), mask)


if __name__ == "__main__":
    compose()
