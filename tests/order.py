"""Which modules begin first: the longest, so that no process is left alone with one at the end.

Parallel processes take whole modules (`--dist loadscope`), each with its own fixtures built once. A module that is not
named here takes less than twenty seconds. The order is that of `make test` and of `make faults`.
"""

from pathlib import Path
from typing import Final

import pytest

LONGEST_FIRST: Final = (
    "faults/test_city_storm.py",
    "faults/test_many_machines.py",
    "journeys/test_whole_phase.py",
    "journeys/test_every_page.py",
    "test_access.py",
    "journeys/test_family_of_five.py",
    "dtks_portal/test_rehearsal.py",
    "faults/test_matching_faults.py",
    "dtks_portal/test_demo.py",
    "dtks_portal/test_commands.py",
    "journeys/test_pages.py",
    "faults/test_submission_races.py",
    "journeys/test_keeping.py",
    "test_no_leaks.py",
    "journeys/test_side_paths.py",
    "journeys/test_account_pages.py",
    "dtks_portal/test_embedded.py",
    "journeys/test_photos.py",
)
TESTS: Final = Path(__file__).parent
RANK: Final = {TESTS / name: rank for rank, name in enumerate(LONGEST_FIRST)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: RANK.get(item.path, len(RANK)))
