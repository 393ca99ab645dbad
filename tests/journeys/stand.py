"""A window of a browser in which sheets are shown, with the portal's own files beside them and nothing else.

The documents and the files come from a small server of this process, so that the browser keeps the files it has read:
were they put before it one by one (Playwright's routes), it would read and compile them for each page again.
"""

from __future__ import annotations

import mimetypes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Request

from tests.browser import AXE, new_page, violations
from tests.journeys.every_page import Sheet

AXE_PATH: Final = "/axe.js"
PICTURE: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h400v400H0z" fill="#999"/></svg>'


class Stand:
    def __init__(self, browser: Browser, **options: Any) -> None:
        self.page: Page = new_page(browser, **options)
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._sheet: Sheet | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._host = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._look_whither)

    def show(self, sheet: Sheet) -> Page:
        self._sheet = sheet
        self.page.goto(f"{self._host}{sheet.path}")
        return self.page

    def violations(self, **options: Any) -> list[str]:
        """What axe-core finds; it comes as a file of the page's own, which the browser compiles once."""
        self.page.add_script_tag(url=AXE_PATH)
        return violations(self.page, **options)

    def close(self) -> None:
        self.page.context.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(stand) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                content, headers = stand._answer(urlsplit(self.path).path, self.headers.get("Sec-Fetch-Dest", ""))
                self.send_response(204 if content is None else 200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *arguments: Any) -> None:
                """Not needed: what the browser misses it says on its console."""

        return Handler

    def _answer(self, path: str, wanted_as: str) -> tuple[bytes | None, dict[str, str]]:
        kept = {"Cache-Control": "max-age=3600"}
        if path == AXE_PATH:
            return AXE.axe_script.encode(), {"Content-Type": "text/javascript", **kept}
        if wanted_as == "document" and self._sheet:
            kind = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
            return self._sheet.document.encode(), {**kind, "Content-Security-Policy": self._sheet.policy}
        if path.startswith("/static/"):
            return self._file(path.removeprefix("/static/"), kept)
        if wanted_as == "image":
            return PICTURE, {"Content-Type": "image/svg+xml", **kept}
        return None, {}

    def _file(self, name: str, kept: dict[str, str]) -> tuple[bytes | None, dict[str, str]]:
        found = finders.find(name)
        if not found:
            self.complaints.append(f"{name} is no file of the portal")
            return None, {}
        return Path(found).read_bytes(), {"Content-Type": mimetypes.guess_type(name)[0] or "text/plain", **kept}

    def _look_whither(self, request: Request) -> None:
        if not request.url.startswith((f"{self._host}/", "data:", "blob:")):
            self.strangers.append(request.url)

    def _note(self, message: Any) -> None:
        if message.type == "error":
            place = self._sheet.name if self._sheet else ""
            self.complaints.append(f"{place}: {message.text}")
