"""What the walk saw is kept for the HTML checker, and no page may be missing there.

`make check` asks after a whole `make test`: python -m tests.access.seen var/pages
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.access.table import OK, TABLE, Row

if TYPE_CHECKING:
    from django.http import HttpResponse

PAGES: Final = Path(__file__).resolve().parent.parent.parent / "var" / "pages"
WHOLE: Final = "whole-run"  # written by make test when all tests have passed
KEPT_FOR: Final = frozenset({"anonymous", "siti", "rina", "dewi"})  # Budi and Joko see what Siti and Rina see
ERRORS: Final = tuple(f"{status}-{language}" for status in (400, 403, 404, 500, 503) for language in ("id", "en"))

JOURNEY: Final = "a journey comes by here; the walk is sent elsewhere"
NO_PAGE: Final = "answers without a document"
SENT_ON: Final = "always leads to another page"
NEVER: Final[Mapping[str, str]] = {
    "live": NO_PAGE,
    "ready": NO_PAGE,
    "robots": NO_PAGE,
    "sitemap": NO_PAGE,
    "manifest": NO_PAGE,
    "captcha_image": NO_PAGE,
    "captcha_audio": NO_PAGE,
    "grievances:picture_download": NO_PAGE,
    "registration:photo_show": NO_PAGE,
    "registration:photo_preview": NO_PAGE,
    "registration:upload_continue": NO_PAGE,
    "admin:autocomplete": NO_PAGE,
    "admin:jsi18n": NO_PAGE,
    "admin:matching_snapshot_report": NO_PAGE,
    "account_login": SENT_ON,
    "mfa_authenticate": SENT_ON,
    "accounts:landing": SENT_ON,
    "registration:item_add": SENT_ON,
    "notices:paper_choose": SENT_ON,
    "admin:login": SENT_ON,
    "admin:password_change": SENT_ON,
    "accounts:second_factor_check": JOURNEY,  # the walk's staff have passed it
    "accounts:second_factor_enrol": JOURNEY,  # likewise
    "accounts:password_recover_code": JOURNEY,  # the walk has asked for no code
    "grievances:objection_create": JOURNEY,  # the walk's finding is contested already
    "areas:kelurahan_search": NO_PAGE,
    "home:my_data_pdf_download": NO_PAGE,
    "registration:receipt_qr": NO_PAGE,
    "registration:receipt_pdf_download": NO_PAGE,
    "registration:draft_submit": SENT_ON,
    "registration:handover_revoke": SENT_ON,
    "desk:draft_open": SENT_ON,
    "desk:handover_take": SENT_ON,
    "public:family_show": JOURNEY,  # nobody has given a family's code
    "public:family_photo": NO_PAGE,
    "public:family_object": JOURNEY,  # likewise
    "public:family_withdraw": JOURNEY,  # likewise
    "accounts:sign_in_code_check": JOURNEY,  # nobody's code is awaited
    "accounts:account_keep": JOURNEY,  # no account is about to be deleted
    "registration:claim_open": JOURNEY,  # the walk's claims are open already
    "registration:draft_detach": SENT_ON,
}


def name_of(key: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", key.lower()).strip("-")


def keep_page(key: str, body: str) -> None:
    """Keep a page that the walk cannot reach, under the name of its URL."""
    PAGES.mkdir(parents=True, exist_ok=True)
    (PAGES / f"{name_of(key)}.html").write_text(body, encoding="utf-8")


def keep_error(name: str, body: str) -> None:
    (PAGES / "errors").mkdir(parents=True, exist_ok=True)
    (PAGES / "errors" / f"{name}.html").write_text(body, encoding="utf-8")


def may_be_seen(row: Row) -> bool:
    """Whether somebody may look at this page. The addresses without a name only lead on to others."""
    return "G" in row.methods and OK in row.answers.values() and "/" not in row.name


class Album:
    """Keeps the pages of a walk as files NAME--OBJECT--METHOD-ROLE.html."""

    def __init__(self, folder: Path = PAGES / "walk") -> None:
        self.folder = folder
        self.kept: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, row: Row, role: str, method: str, response: HttpResponse, body: str) -> None:
        is_page = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
        if is_page and role in KEPT_FOR:
            stem = f"{name_of(row.name)}--{name_of(row.takes)}--{method}-{role}"
            (self.folder / f"{stem}.html").write_text(body, encoding="utf-8")
            self.kept |= {row.name} if method == "get" else set()

    def unseen(self, rows: Iterable[Row]) -> set[str]:
        """Pages somebody may look at, of which the walk saw none, though nothing says why."""
        return {row.name for row in rows if may_be_seen(row)} - self.kept - set(NEVER)


def missing(folder: Path) -> list[str]:
    """Pages that can be looked at and were not, by the name of their URL; and error pages."""
    walked = {page.stem.split("--")[0] for page in (folder / "walk").glob("*--get-*.html")}
    travelled = [page.stem for page in folder.glob("*.html")]
    found = []
    for row in TABLE:
        name, reason = name_of(row.name), NEVER.get(row.name)
        if reason == JOURNEY:
            is_there = any(stem.startswith(name) for stem in travelled)
        else:
            is_there = reason is not None or name in walked
        if may_be_seen(row) and not is_there:
            found.append(row.name)
    found += [name for name in ERRORS if not (folder / "errors" / f"{name}.html").exists()]
    return list(dict.fromkeys(found))


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else PAGES
    if not (folder / WHOLE).exists():
        sys.stderr.write(f"The pages in {folder} are not those of one whole make test, so none is called missing.\n")
        return 1 if os.environ.get("CI") == "true" else 0
    names = missing(folder)
    if names:
        sys.stderr.write("Never rendered, so never validated:\n" + "".join(f"  {name}\n" for name in names))
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
