"""Everything that is measured, one after another, and a table of it: `python -m bench [--scale PERSONS]`.

`--scale` is the persons of a phase (1,000,000 at full size); everything else keeps its proportion to it. The figures go
to bench/results.json, name → number.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from typing import Final

from bench.results import RESULTS, report

FULL: Final = 1_000_000
# Module → how many of what it is told to make for each million persons; None: it has one size.
MEASURED: Final[dict[str, int | None]] = {
    "bench.linkage": None,  # FEBRL 4 has 5,000 + 5,000 records
    "bench.names": 40_000,
    "bench.linkage_growth": 200_000,
    "bench.imports": 11_500_000,
    "bench.matching": 1_000_000,
    "bench.pages": None,
}


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench")
    parser.add_argument("--scale", type=int, default=FULL, metavar="PERSONS", help="persons of a phase")
    parser.add_argument("--without-pages", action="store_true", help="leave out what needs Node.js and Chromium")
    chosen = parser.parse_args(arguments)
    failed = []
    for module, size in MEASURED.items():
        if module == "bench.pages" and chosen.without_pages:
            continue
        scale = [] if size is None else ["--scale", str(max(size * chosen.scale // FULL, 1_000))]
        sys.stdout.write(f"== {module} {' '.join(scale)}\n")
        sys.stdout.flush()
        if subprocess.run([sys.executable, "-m", module, *scale], check=False).returncode:  # noqa: S603
            failed.append(module)
    sys.stdout.write("== all figures\n")
    missed = report(json.loads(RESULTS.read_text()))
    if failed:
        sys.stdout.write(f"not as wanted: {', '.join(failed)}\n")
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
