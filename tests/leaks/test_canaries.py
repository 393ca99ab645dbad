"""A canary is recognised in every disguise, and other numbers are not taken for one."""

import base64
import hashlib
import zlib

import pytest

from tests.leaks.canaries import Canaries

NIK, PHONE = "9907131209867453", "+6289966442288"
CANARIES = Canaries(numbers=[NIK], phones=[PHONE], mails=["gerobak.kenari@contoh.id"])


@pytest.mark.parametrize(
    "text",
    [
        NIK,
        "nik=9907+1312+0986+7453",
        "9907 1312 0986 7453",
        "9907.1312-0986.7453",
        "9907%201312%200986%207453",
        "９９０７１３１２０９８６７４５３",
        "\\x" + NIK.encode().hex(),
        NIK.encode().hex().upper(),
        base64.b64encode(NIK.encode()).decode(),
        base64.urlsafe_b64encode(b'{"typed": "' + NIK.encode() + b'"}').decode(),
        base64.b64encode(zlib.compress(NIK.encode() * 9)).decode(),
        base64.b64encode(b'{"body": "' + base64.b64encode(NIK.encode()) + b'"}').decode(),
        "\\x" + zlib.compress(NIK.encode() * 9).hex(),
        "\\x" + int(NIK).to_bytes(8, "big").hex(),
        hashlib.sha256(NIK.encode()).hexdigest(),
        "\\x" + hashlib.md5(NIK.encode(), usedforsecurity=False).hexdigest(),
        PHONE,
        "089966442288",
        "0899-6644-2288",
        "62 899 6644 2288",
        "(0899) 66442288",
        hashlib.sha1(b"089966442288", usedforsecurity=False).hexdigest(),
        "Gerobak.Kenari@contoh.id",
    ],
)
def test_a_canary_is_recognised(text: str) -> None:
    assert len(CANARIES.found_in(f"some {text} more")) == 1


def test_bytes_are_searched_as_they_are() -> None:
    assert CANARIES.found_in(b"\0\xff" + int(NIK).to_bytes(8, "little") + b"\xfe") == ["number 0"]
    assert CANARIES.found_in(b"\xff" + NIK.encode("utf-16-le")) == ["number 0"]


@pytest.mark.parametrize("text", ["", "9907131209867454", "990713••••••7453", "+628•••••••288", "•" * 16])
def test_other_numbers_are_no_canary(text: str) -> None:
    assert CANARIES.found_in(text) == []
