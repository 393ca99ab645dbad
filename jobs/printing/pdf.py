"""HTML to a tagged PDF (PDF/UA-1). Takes seconds of import and tens of megabytes: workers only, never a web request."""

from __future__ import annotations

import ctypes
import logging
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

STYLESHEET = Path(__file__).with_name("paper.css")
# Each line is one library the writer loads, under the names it may have (Linux, macOS).
LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)
CHATTY = ("weasyprint", "weasyprint.progress", "fontTools")  # a line for each step of each document


class NoWriter(RuntimeError):
    """This machine lacks the package (extra "pdf") or the system's pango; the print page is the way."""


@cache
def can_write() -> bool:
    """Whether this machine can make a PDF, without importing what makes it."""
    return find_spec("weasyprint") is not None and all(any(_loads(name) for name in names) for names in LIBRARIES)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def write_pdf(html: str) -> bytes:
    """The PDF of a whole document (with lang and title). Nothing is fetched: pictures come as data: addresses.

    Raises NoWriter.
    """
    if not can_write():
        raise NoWriter
    import weasyprint
    from PIL import ImageFile
    from weasyprint.urls import URLFetcher

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # its import lets every broken photo of this process pass as whole
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)

    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    style: Any = weasyprint.CSS(filename=str(STYLESHEET), url_fetcher=fetcher)
    made: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1", pdf_tags=True, optimize_images=True)
    return made
