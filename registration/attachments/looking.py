"""What was sent, once it has been looked at: a JPEG of ours, a small preview, and what looks wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from registration.attachments.kinds import Rule
from registration.attachments.pictures import Opened, UnusablePicture, as_jpeg, open_upright
from registration.attachments.quality import hints_for, measure

LEAST_SIDE: Final = 200  # pixels of the shorter side; below that nobody can see anything
PREVIEW_SIDE: Final = 160
PREVIEW_BYTES: Final = 8_000
TURNS: Final = {
    "kanan": Image.Transpose.ROTATE_270,
    "kiri": Image.Transpose.ROTATE_90,
    "balik": Image.Transpose.ROTATE_180,
}


@dataclass(frozen=True)
class Looked:
    """`sent_sha256` is that of the file as it came, by which the same file is recognised."""

    content: bytes
    preview: bytes
    width: int
    height: int
    hints: list[str]
    sent_sha256: str


def look_at(content: bytes, *, rule: Rule) -> Looked:
    """Take a sent file apart and paint it anew. Raises UnusablePicture with words for people."""
    opened = open_upright(content, longest_side=rule.longest_side)
    if min(opened.sent_size) < LEAST_SIDE:
        raise UnusablePicture(_("The photo is too small to see anything. Take it with the camera of your phone."))
    hints = hints_for(measure(opened), rule)
    return _looked(opened.image, hints, hashlib.sha256(content).hexdigest())


def turn(content: bytes, *, rule: Rule, way: str, sent_sha256: str) -> Looked:
    """A picture of ours, turned to the right ("kanan"), left ("kiri") or upside down ("balik")."""
    image = open_upright(content, longest_side=rule.longest_side).image.transpose(TURNS[way])
    return _looked(image, hints_for(measure(Opened(image, image.size)), rule), sent_sha256)


def _looked(image: Image.Image, hints: list[str], sent_sha256: str) -> Looked:
    content = as_jpeg(image, most_bytes=settings.DTKS_PHOTO_KEPT_BYTES)
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Looked(content, as_jpeg(small, most_bytes=PREVIEW_BYTES), *image.size, hints, sent_sha256)
