"""Whether a photo can be read: measured with plain arithmetic, said in plain words.

These are hints, never refusals: a measure cannot know what a person sees, so each can be kept anyway.

* Sharpness: the variance of the Laplacian (how much neighbouring points differ), on a grey picture of at most 1000
  pixels a side, in 4 x 3 fields; the second sharpest field counts, as a wall or a table may be smooth. Printed text in
  focus gives 500 to 4000; drawn text smeared over 3 of 1600 pixels gives 20, over 2 pixels 170. Houses have few edges.
* Light: the mean luminance (0 black, 255 white), and what the lightest and darkest 2 % of the points reach. A dark room
  with a window stays dark by its mean; white paper is no sign of too much light as long as its ink is dark.
* Size: the longer side as sent; text of a card is readable from about 700 pixels on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter, ImageStat

from registration.attachments.kinds import Rule
from registration.attachments.pictures import Opened

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WORKING_SIDE: Final = 1000  # pixels
COLUMNS, ROWS = 4, 3
LEAST_SHARPNESS_PAPER: Final = 100.0
LEAST_SHARPNESS_SCENE: Final = 10.0
DARKEST_MEAN: Final = 55.0
LIGHTEST_MEAN: Final = 215.0
LIGHTEST_INK: Final = 150  # where even the darkest 2 % are lighter, writing has faded away
LEAST_SIDE_PAPER: Final = 700  # pixels
LEAST_SIDE_SCENE: Final = 480
TALL: Final = 1.15  # a wide paper in a picture this much higher than wide lies on its side, or is small in it

_LAPLACIAN: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@dataclass(frozen=True)
class Measures:
    """`width` and `height` upright, as sent; luminances from 0 to 255."""

    width: int
    height: int
    sharpness: float
    mean: float
    darkest: int
    lightest: int


@dataclass(frozen=True)
class Hint:
    """`what` is wrong and what to `do`; `seen` decides by measures and by the kind of photo."""

    code: str
    what: StrPromise
    do: StrPromise
    seen: Callable[[Measures, Rule], bool]


def is_blurred(measures: Measures, rule: Rule) -> bool:
    return measures.sharpness < (LEAST_SHARPNESS_PAPER if rule.is_paper else LEAST_SHARPNESS_SCENE)


def is_dark(measures: Measures, rule: Rule) -> bool:
    return measures.mean < DARKEST_MEAN


def is_bright(measures: Measures, rule: Rule) -> bool:
    return measures.mean > LIGHTEST_MEAN and measures.darkest > LIGHTEST_INK


def is_sideways(measures: Measures, rule: Rule) -> bool:
    return rule.is_wide and measures.height > measures.width * TALL


def is_small(measures: Measures, rule: Rule) -> bool:
    return max(measures.width, measures.height) < (LEAST_SIDE_PAPER if rule.is_paper else LEAST_SIDE_SCENE)


HINTS: Final[tuple[Hint, ...]] = (
    Hint(
        "blurred",
        _("The photo looks blurred."),
        _("Hold the phone still, tap on the paper to focus, and wait until it is sharp."),
        is_blurred,
    ),
    Hint(
        "dark",
        _("The photo is very dark."),
        _("Go to a window or turn on a light, and take it again."),
        is_dark,
    ),
    Hint(
        "bright",
        _("The photo is so bright that writing fades away."),
        _("Turn off the flash, keep out of direct sun, and take it again."),
        is_bright,
    ),
    Hint(
        "sideways",
        _("The photo is higher than wide, so the writing may lie on its side."),
        _("If you have to tilt your head to read it, turn the photo with the buttons."),
        is_sideways,
    ),
    Hint(
        "small",
        _("The photo is very small."),
        _("Take it with the camera instead of sending a picture from a chat."),
        is_small,
    ),
)
HINT_OF: Final = {hint.code: hint for hint in HINTS}


def measure(opened: Opened) -> Measures:
    grey = opened.image.convert("L")
    grey.thumbnail((WORKING_SIDE, WORKING_SIDE))
    width, height = opened.sent_size
    darkest, lightest = _ends(grey.histogram())
    return Measures(width, height, _sharpness(grey), ImageStat.Stat(grey).mean[0], darkest, lightest)


def hints_for(measures: Measures, rule: Rule) -> list[str]:
    """Codes of what looks wrong, in the order of the table."""
    return [hint.code for hint in HINTS if hint.seen(measures, rule)]


def in_words(codes: Iterable[str]) -> list[Hint]:
    return [HINT_OF[code] for code in codes if code in HINT_OF]


def _sharpness(grey: Image.Image) -> float:
    if min(grey.size) < 16:
        return 0.0
    edges = grey.filter(_LAPLACIAN).crop((1, 1, grey.width - 1, grey.height - 1))  # the rim is not filtered
    fields = [
        ImageStat.Stat(edges.crop(_field(edges.size, column, row))).var[0]
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    return float(sorted(fields)[-2])


def _field(size: tuple[int, int], column: int, row: int) -> tuple[int, int, int, int]:
    width, height = size
    return (
        width * column // COLUMNS,
        height * row // ROWS,
        width * (column + 1) // COLUMNS,
        height * (row + 1) // ROWS,
    )


def _ends(histogram: list[int]) -> tuple[int, int]:
    """Luminances below which, and above which, 2 % of the points lie."""
    two_percent = max(1, sum(histogram) // 50)
    return _reached(histogram, two_percent), 255 - _reached(histogram[::-1], two_percent)


def _reached(histogram: list[int], points: int) -> int:
    seen = 0
    for luminance, count in enumerate(histogram):
        seen += count
        if seen >= points:
            return luminance
    return len(histogram) - 1
