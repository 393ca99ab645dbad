"""In continuous integration a test that was skipped is a failure, unless this machine cannot have what it needs.

Loaded by tests/conftest.py. Elsewhere skips are told with their reasons (`pytest -rs`).
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any, Final

import pytest

# What depends on who runs the suite and where; each of them is run on some machine.
EXPECTED: Final = (
    "only root can give a folder to somebody else",
    "this user may not mount a small disk",
    "this user may not make network namespaces",
    "the suite already runs as an ordinary user",
    "the suite runs as an ordinary user",
    "there is no Python that an ordinary user can run",
    "the distribution's PostgreSQL is not installed",
    "the kernel's death signal is Linux's",
    "looks at /proc",
    "the extra linkage is not installed",
)


def is_expected(reason: str) -> bool:
    return any(known in reason for known in EXPECTED)


def refuse_skip(report: Any) -> None:
    """Make a failure of a skipped test or module whose reason nobody expects."""
    if os.environ.get("CI") != "true" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not is_expected(reason):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here, but this was. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    refuse_skip(report)
    return report
