"""A picture somebody sends is taken apart and painted anew: what is kept is ours, without EXIF, and only a JPEG.

The limits hold before anything is decoded, so that a few kilobytes cannot unfold to gigabytes.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

MAX_BYTES: Final = 8_000_000
MAX_PIXELS: Final = 25_000_000
MAX_JPEG_PIXELS: Final = 110_000_000  # a plain JPEG is decoded at a fraction of its size
LONGEST_SIDE: Final = 2000  # pixels; enough to read a letter
FORMATS: Final = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE: Final = "image/jpeg"
QUALITY: Final = 82


class Readable(Protocol):
    """An open file, or an upload."""

    def read(self, size: int, /) -> bytes: ...


class UnusablePicture(ValueError):
    """The file is no picture we can take. The message is for people."""


@dataclass(frozen=True)
class Picture:
    """A JPEG painted by us."""

    content: bytes
    media_type: str = MEDIA_TYPE


def repaint(file: Readable) -> Picture:
    """Read a JPEG, PNG or WebP and return it as a new JPEG of at most 2000 pixels a side. Raises UnusablePicture."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnusablePicture(
            _("The file is larger than %(size)s MB. Take the photo again with a lower resolution.")
            % {"size": MAX_BYTES // 1_000_000}
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, lower limit holds
            return Picture(_as_jpeg(content))
    except UnusablePicture:
        raise
    except Exception as error:  # decoders raise nearly anything for a broken file
        raise UnusablePicture(_("The file cannot be read as a picture. Send a photo as JPEG, PNG or WebP.")) from error


def _as_jpeg(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        _refuse_too_many_pixels(opened)
        if opened.format == "JPEG":
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        opened.load()
        turned = ImageOps.exif_transpose(opened)
        turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        canvas = Image.new("RGB", turned.size, "white")
        painted = turned.convert("RGBA")
        canvas.paste(painted, mask=painted.getchannel("A"))
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _refuse_too_many_pixels(opened: ImageFile.ImageFile) -> None:
    is_plain_jpeg = opened.format == "JPEG" and not opened.info.get("progressive")
    limit = MAX_JPEG_PIXELS if is_plain_jpeg else MAX_PIXELS
    if opened.width * opened.height > limit:
        raise UnusablePicture(_("The picture has too many pixels. Take the photo again with a lower resolution."))
