"""The picture of the README: three pages of the journey on a phone, side by side.

The journey leaves the screenshots in var/shots; `python -m tests.journeys.portrait` puts them together.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from tests.browser import new_page

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SHOTS: Final = ROOT / "var" / "shots" / "portrait"
PICTURE: Final = ROOT / "docs" / "img" / "portal.png"
NAMES: Final = ("landing", "tasks", "standing")
SCALE: Final = 2  # device pixels of a screenshot for each pixel of the page
SCREEN: Final = {"width": 360, "height": 820}
PHONE: Final = (430, 980)  # pixels of one phone in the picture
GAP, BEZEL, ROUND = 44, 12, 40
GROUND, FRAME = "#e6dfcf", "#1c2a2c"


def keep(page: Page, name: str) -> None:
    """Keep what a phone with a fine screen shows at this address, seen from the top of the page."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    browser = cast("Browser", page.context.browser)
    phone = new_page(browser, viewport=SCREEN, device_scale_factor=SCALE)
    phone.context.add_cookies(cast("list[SetCookieParam]", page.context.cookies()))
    phone.goto(page.url)
    phone.screenshot(path=SHOTS / f"{name}.png")
    phone.context.close()


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
    outside = (PHONE[0] + 2 * BEZEL, PHONE[1] + 2 * BEZEL)
    picture.paste(Image.new("RGB", outside, FRAME), (left, GAP), _rounded(outside, ROUND))
    screen = Image.open(shot).convert("RGB").resize(PHONE, Image.Resampling.LANCZOS)
    picture.paste(screen, (left + BEZEL, GAP + BEZEL), _rounded(PHONE, ROUND - BEZEL))


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """A mask with round, smooth corners."""
    fine = 4
    mask = Image.new("L", (size[0] * fine, size[1] * fine), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] * fine - 1, size[1] * fine - 1), radius * fine, fill=255)
    return mask.resize(size, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    compose()
