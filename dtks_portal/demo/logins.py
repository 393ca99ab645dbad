"""var/demo.json: where the demo is and who can sign in. Read by people and by scripts; only its owner may."""

import json
import os
from pathlib import Path
from typing import Any


def read_logins(place: Path) -> list[dict[str, Any]]:
    """The logins that the seeding command wrote: role, identifier, password, totp_secret (may be empty)."""
    try:
        known = json.loads(place.read_text())
    except (OSError, ValueError):
        return []
    return list(known.get("logins", []))


def write_demo_file(place: Path, *, url: str | None, logins: list[dict[str, Any]], simulator: str = "") -> None:
    """Replace the file in one step. Without a url the demo is not running; `simulator` is where its registers are."""
    draft = place.with_name(f"demo.{os.getpid()}.json")
    draft.touch(mode=0o600)
    places = {name: address for name, address in (("url", url), ("simulator", simulator)) if address}
    content = {**places, "logins": logins}
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    draft.replace(place)


def login_table(logins: list[dict[str, Any]]) -> list[str]:
    """One line a login, in columns."""
    heads = ("role", "identifier", "password", "totp_secret")
    titles = ("role", "sign in with", "password", "second factor (TOTP secret)")
    rows = [titles, *(tuple(str(login.get(head) or "-") for head in heads) for login in logins)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
