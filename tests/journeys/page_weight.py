"""What a page weighs on its way to a phone: its document and every file it names, compressed as the server does."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders

HEADERS: Final = 600  # bytes of headers of one answer
PICTURE: Final = 6_000  # bytes of a picture that the portal draws: a captcha, a QR code
NAMED: Final = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"[^>]*>')
NEVER_LOADED: Final = re.compile(r'rel="(?:canonical|alternate|apple-touch-icon)"')


def weight_of(document: str) -> int:
    """Bytes of the document and of what a browser loads with it, headers included."""
    files = {match[1] for match in NAMED.finditer(document) if not NEVER_LOADED.search(match[0])}
    own = len(gzip.compress(document.encode(), 6)) + HEADERS
    return own + sum(_weight(address) + HEADERS for address in files if not address.startswith("data:"))


@cache
def _weight(address: str) -> int:
    """A file of the portal as WhiteNoise compresses it; pictures that are drawn for one page are estimated."""
    if not address.startswith("/static/"):
        return PICTURE if "manifest" not in address else HEADERS
    found = finders.find(address.removeprefix("/static/"))
    assert found, f"{address} is no file of the portal"
    content = Path(found).read_bytes()
    return min(len(content), len(gzip.compress(content, 9)))
