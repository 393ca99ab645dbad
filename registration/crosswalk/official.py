"""The official code lists as published, for comparison; see data/SOURCES.txt."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "siksng_codes.json"


@cache
def code_lists() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def bdt_codes(part: str, name: str) -> frozenset[str]:
    """The codes of a variable of BDT 2015/SIKS; `part` is rumah, aset, program or art."""
    held = code_lists()["bdt2015_siks"][part][name]
    return frozenset(held.get("codes", held))


def regsosek_codes(number: str) -> frozenset[str]:
    """The codes of a question of Regsosek 2022.K, by its number on the form ("306a")."""
    return frozenset(code_lists()["regsosek2022k"][number]["codes"])
