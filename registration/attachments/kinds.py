"""Which photos and papers a registration can hold, as one table. A phase says which are asked and which are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class PhotoKind(models.TextChoices):
    """The value is the kind's word in addresses."""

    KTP = "ktp", _("KTP")
    KK = "kk", _("Family card (KK)")
    HOUSE_FRONT = "rumah-depan", _("The house from outside")
    HOUSE_INSIDE = "rumah-dalam", _("The house inside")
    SKTM = "sktm", _("SKTM or PM1")
    RT_RW_LETTER = "surat-rt-rw", _("Letter of the RT/RW")


@dataclass(frozen=True)
class Rule:
    """How a kind is taken and kept: `most` photos of one household, scaled to `longest_side` pixels.

    A paper has writing on it that must be readable; a wide one is wider than high when its writing stands upright.
    Where a phase needs a kind, it needs one photo, or one `per_family`.
    """

    kind: PhotoKind
    most: int
    longest_side: int
    is_paper: bool
    is_wide: bool
    per_family: bool
    how: StrPromise

    @property
    def title(self) -> StrPromise:
        label: StrPromise = self.kind.label
        return label


_CARD = _(
    "Lay the card on something dark and even. Hold the phone straight above it, until the card fills the picture."
)
_SHEET = _(
    "Lay the sheet flat where there is light, without a shadow on it. All four corners should be in the picture."
)
_FRONT = _("Step back until door, walls and roof are in the picture. Nobody needs to be in it.")
_INSIDE = _("The room where the family is most of the day, with floor and walls. Nobody needs to be in it.")

KINDS: Final[tuple[Rule, ...]] = (
    #    kind                    most  side  paper  wide   per KK
    Rule(PhotoKind.KTP, 10, 1600, True, True, True, _CARD),
    Rule(PhotoKind.KK, 6, 2000, True, True, True, _SHEET),
    Rule(PhotoKind.HOUSE_FRONT, 2, 1280, False, False, False, _FRONT),
    Rule(PhotoKind.HOUSE_INSIDE, 3, 1280, False, False, False, _INSIDE),
    Rule(PhotoKind.SKTM, 2, 2000, True, False, False, _SHEET),
    Rule(PhotoKind.RT_RW_LETTER, 2, 2000, True, False, False, _SHEET),
)
RULE_OF: Final[Mapping[str, Rule]] = {rule.kind.value: rule for rule in KINDS}


def every_kind() -> list[str]:
    """What a phase asks for unless it says otherwise."""
    return list(PhotoKind.values)
