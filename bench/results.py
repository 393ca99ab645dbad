"""bench/results.json: name → number, and what each number should be."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).resolve().parent / "results.json"
# Ratios of one run on one machine. "at most" and "at least"; names without a line here are for information.
WANTED: Final[dict[str, tuple[str, float]]] = {
    "import.vs_copy": ("≤", 3),
    "linkage.febrl4_f1": ("≥", 0.999),
    "matching.growth_exponent": ("≤", 1.05),
    "matching.two_workers_speedup": ("≥", 1.5),
    "matching.vs_splink_predict": ("≥", 1),
    "matching.vs_splink_train_predict": ("≥", 3),
    "matching.vs_sql_floor": ("≤", 2.5),
    "matching.worker_rss_mb": ("≤", 300),
}


def keep(found: dict[str, float]) -> None:
    """Write figures into results.json and leave those of other measurements."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, **found}, indent=2, sort_keys=True) + "\n")


def is_met(name: str, number: float) -> bool:
    sign, wanted = WANTED.get(name, ("", 0))
    return {"≤": number <= wanted, "≥": number >= wanted}.get(sign, True)


def report(found: dict[str, float]) -> int:
    """Print a table; 1 if a figure misses what is wanted."""
    for name, number in sorted(found.items()):
        sign, wanted = WANTED.get(name, ("", 0))
        verdict = f"{sign} {wanted:g}  {'met' if is_met(name, number) else 'MISSED'}" if sign else ""
        sys.stdout.write(f"{name:40} {number:>10g}  {verdict}\n")
    return 0 if all(is_met(name, number) for name, number in found.items()) else 1
