"""A picture somebody sends is taken apart and painted anew: what is kept is ours, without EXIF, and only a JPEG.

The limits hold before anything is decoded, so that a few kilobytes cannot unfold to gigabytes. What a file is, is read
from its first bytes; its name and the type the sender claims are never believed.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageFile, ImageOps

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MAX_BYTES: Final = 8_000_000
MAX_PIXELS: Final = 25_000_000
MAX_JPEG_PIXELS: Final = 110_000_000  # a plain JPEG is decoded at a fraction of its size
LONGEST_SIDE: Final = 2000  # pixels; enough to read a letter
FORMATS: Final = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE: Final = "image/jpeg"
QUALITIES: Final = (82, 70, 58, 46)  # the first that keeps a picture within its bytes is taken

_PDF = gettext_lazy("This is a PDF, which may have several pages. Take one photo of each page instead.")
_HEIC = gettext_lazy(
    "Your phone saved this photo as HEIC, which we cannot read. Take the photo from this page, or choose"
    " “Most compatible” in the camera's settings."
)
_VIDEO = gettext_lazy("This is a video. Take a photo instead.")
_MOVING = gettext_lazy("This file holds several pictures. Send one photo at a time.")
_DOCUMENT = gettext_lazy("This is a document, not a photo. Take a photo of the paper instead.")
STILL_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})


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


@dataclass(frozen=True)
class Opened:
    """A picture in memory, upright and in RGB. `sent_size` is (width, height) upright, before it was made smaller."""

    image: Image.Image
    sent_size: tuple[int, int]


def repaint(file: Readable) -> Picture:
    """Read a JPEG, PNG or WebP and return it as a new JPEG of at most 2000 pixels a side. Raises UnusablePicture."""
    return Picture(as_jpeg(open_upright(read_all(file)).image))


def read_all(file: Readable) -> bytes:
    """The bytes of a file, of which no more than the limit are read. Raises UnusablePicture."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnusablePicture(
            _("The file is larger than %(size)s MB. Take the photo again with a lower resolution.")
            % {"size": MAX_BYTES // 1_000_000}
        )
    return content


def open_upright(content: bytes, *, longest_side: int = LONGEST_SIDE) -> Opened:
    """Decode a picture, turned as the camera meant it and scaled down. Raises UnusablePicture."""
    _refuse_other_files(content)
    with _in_plain_words(), Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        _refuse_too_many_pixels(opened)
        if opened.format == "WEBP" and getattr(opened, "is_animated", False):
            raise UnusablePicture(str(_MOVING))
        sent_size = opened.size
        if _is_jpeg(opened):
            opened.draft("RGB", (longest_side, longest_side))
        decoded_size = opened.size
        opened.load()
        turned = ImageOps.exif_transpose(opened)
        if turned.size != decoded_size and turned.size == decoded_size[::-1]:
            sent_size = sent_size[::-1]
        turned.thumbnail((longest_side, longest_side))
        canvas = Image.new("RGB", turned.size, "white")
        painted = turned.convert("RGBA")
        canvas.paste(painted, mask=painted.getchannel("A"))
    return Opened(canvas, sent_size)


def as_jpeg(image: Image.Image, *, most_bytes: int | None = None) -> bytes:
    """The picture as a JPEG without any metadata; with `most_bytes`, as good as fits into them."""
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality, optimize=True)
            if most_bytes is None or out.tell() <= most_bytes:
                return out.getvalue()
        image = image.resize((max(1, image.width * 4 // 5), max(1, image.height * 4 // 5)))


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Decoders raise nearly anything for a broken file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, lower limit holds
            yield
    except UnusablePicture:
        raise
    except OSError as error:
        if "truncated" not in str(error):
            raise _unreadable() from error
        raise UnusablePicture(_("The photo arrived incomplete. Please send it once more.")) from error
    except Exception as error:
        raise _unreadable() from error


def _unreadable() -> UnusablePicture:
    return UnusablePicture(_("The file cannot be read as a picture. Send a photo as JPEG, PNG or WebP."))


def _refuse_other_files(content: bytes) -> None:
    known = _other_file(content[:16])
    if known is not None:
        raise UnusablePicture(str(known))


def _other_file(start: bytes) -> StrPromise | None:
    """What is known to be no photo, by its first bytes; says what to do instead."""
    if start.startswith(b"%PDF"):
        return _PDF
    if start.startswith(b"GIF8"):
        return _MOVING
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        return _DOCUMENT
    if start[4:8] == b"ftyp":
        return _HEIC if start[8:12] in STILL_BRANDS else _VIDEO
    return None


def _is_jpeg(opened: ImageFile.ImageFile) -> bool:
    return opened.format in ("JPEG", "MPO")  # many phones put a second, small picture behind the first: MPO


def _refuse_too_many_pixels(opened: ImageFile.ImageFile) -> None:
    is_plain_jpeg = _is_jpeg(opened) and not opened.info.get("progressive")
    limit = MAX_JPEG_PIXELS if is_plain_jpeg else MAX_PIXELS
    if opened.width * opened.height > limit:
        raise UnusablePicture(_("The picture has too many pixels. Take the photo again with a lower resolution."))
