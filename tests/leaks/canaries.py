"""Numbers that must turn up nowhere, and every disguise in which they would still be the same numbers."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote_plus

BETWEEN_DIGITS = re.compile(r"(?<=\d)(?:[\s.\-\u2010-\u2015/_()+]|&nbsp;){1,3}(?=\d)")
HEX = re.compile(rb"(?:\\x|\b)((?:[0-9a-fA-F]{2}){8,})")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
DEEPEST = 2  # a broker's message is base64 in JSON, a session may be compressed in base64


@dataclass
class Canaries:
    """NIK and KK numbers (16 digits), phones as "+628…", and addresses that are personal."""

    numbers: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)

    def number(self, digits: str) -> str:
        self.numbers.append(digits)
        return digits

    @cached_property
    def needles(self) -> dict[bytes, str]:
        """What to look for, and how it is named in a failure (never by its digits alone)."""
        found: dict[bytes, str] = {}
        for number, plain in enumerate(self.numbers):
            found |= dict.fromkeys(disguises(plain), f"number {number}") | dict.fromkeys(
                packed(plain), f"number {number}"
            )
        for number, phone in enumerate(self.phones):
            national = phone.removeprefix("+62")
            found |= dict.fromkeys(disguises(national), f"phone {number}")
            for spelling in (phone, f"0{national}", f"62{national}"):
                found |= dict.fromkeys(hashes(spelling), f"phone {number}")
        for number, mail in enumerate(self.mails):
            found |= dict.fromkeys(disguises(mail), f"mail {number}")
        return found

    def found_in(self, content: bytes | str) -> list[str]:
        """Names of the canaries in `content`, in whichever spelling."""
        raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
        names: set[str] = set()
        for view in views(raw):
            names.update(name for needle, name in self.needles.items() if needle in view)
        return sorted(names)


def disguises(plain: str) -> Iterator[bytes]:
    """The text itself, as UTF-16, in hexadecimal, in base64 wherever it begins, and as a hash without a key."""
    raw = plain.encode()
    yield raw
    yield plain.encode("utf-16-le")
    yield raw.hex().encode()
    yield from (piece for piece in base64_pieces(raw))
    yield from hashes(plain)


def base64_pieces(raw: bytes) -> Iterator[bytes]:
    """The middle of the base64 form for each of the three places in a group of three bytes it may begin at."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw + b"\0" * 3)
        yield encoded[4 if shift else 0 : (shift + len(raw)) // 3 * 4]


def hashes(plain: str) -> Iterator[bytes]:
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, plain.encode()).digest()
        yield from (digest, digest.hex().encode())


def packed(digits: str) -> Iterator[bytes]:
    for order in ("big", "little"):
        whole = int(digits).to_bytes(8, order)
        yield from (whole, whole.hex().encode())


def views(raw: bytes, depth: int = 0) -> Iterator[bytes]:
    """The content as it is, with its digits pulled together, and whatever is hidden in it, unpacked."""
    yield raw
    yield raw.lower()
    text = html.unescape(unquote_plus(raw.decode("utf-8", "replace")))
    yield BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text)).encode()
    if depth < DEEPEST:
        for inner in unpacked(raw):
            yield from views(inner, depth + 1)


def unpacked(raw: bytes) -> Iterator[bytes]:
    pieces: list[bytes] = []
    for found in HEX.finditer(raw):
        pieces.append(binascii.unhexlify(found[1]))
    for found in BASE64.finditer(raw):
        pieces.extend(_decoded(found[0]))
    pieces.extend(_inflated([raw, *pieces]))
    yield b"\n".join(pieces)


def _decoded(token: bytes) -> Iterator[bytes]:
    bare = token.rstrip(b"=")
    try:
        yield base64.urlsafe_b64decode(bare.translate(bytes.maketrans(b"+/", b"-_")) + b"=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if piece[:1] == b"\x78":
            try:
                yield zlib.decompress(piece)
            except zlib.error:
                continue
