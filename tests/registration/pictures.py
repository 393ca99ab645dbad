"""Generated photos: a paper with writing, sharp or spoiled, and plain scenes that differ by a seed."""

from __future__ import annotations

import io
import random
from functools import cache

from django.urls import reverse
from django.utils import translation
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

LETTERS = "ABCDEFGHKLMNPRSTU abcdefghiklmnoprstu 0123456789"


@cache
def _paper(size: tuple[int, int], seed: int) -> Image.Image:
    chance = random.Random(seed)
    image = Image.new("L", size, 205)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(26)
    for top in range(30, size[1] - 40, 40):
        pen.text((40, top), "".join(chance.choice(LETTERS) for _ in range(size[0] // 17)), fill=35, font=font)
    return image.convert("RGB")


def paper(*, size: tuple[int, int] = (1200, 760), seed: int = 0, blurred: float = 0, light: float = 1.0) -> Image.Image:
    """A card full of writing; `blurred` in pixels, `light` as a factor (above 1: overexposed)."""
    image = _paper(size, seed)
    if blurred:
        image = image.filter(ImageFilter.GaussianBlur(blurred))
    return image.point(lambda value: min(255, int(value * light))) if light != 1.0 else image


def washed_out() -> Image.Image:
    """Writing that the light has nearly eaten."""
    return _paper((1200, 760), 0).point(lambda value: 220 + value // 8)


@cache
def plain(size: tuple[int, int] = (900, 600), *, seed: int = 0) -> Image.Image:
    """A grainy wall with a door; the same one for the same seed."""
    wall = Image.new("L", size, 150 + seed)
    ImageDraw.Draw(wall).rectangle((size[0] // 3, size[1] // 4, size[0] // 2, size[1]), fill=40 + seed)
    return ImageChops.add(wall, Image.effect_noise(size, 24), 1, -128).convert("RGB")


def sent(image: Image.Image, *, quality: int = 88) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def with_place(image: Image.Image, *, orientation: int = 1) -> bytes:
    """As a phone saves it: with its maker, the place in GPS, a comment, and how the phone was held."""
    data = Image.Exif()
    data[0x010F] = "RAHASIA-KAMERA"
    data[0x0112] = orientation
    data.get_ifd(0x8825)[2] = (6.0, 10.0, 30.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=data, comment=b"RAHASIA-KOMENTAR", quality=88)
    return out.getvalue()


def url(name: str, **kwargs: object) -> str:
    """An address of the room in Indonesian, whatever language a test has asked for before."""
    with translation.override("id"):
        return reverse(f"registration:{name}", kwargs=kwargs)
