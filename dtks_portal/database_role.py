"""Which database role a process connects as.

Tables belong to the owner role, which only commands that change the schema use. Everything else, the web process
above all, connects as the application role, which owns nothing and so cannot drop a guard that protects people's data.
"""

import os
from collections.abc import Sequence

OWNER_COMMANDS = frozenset(
    {
        "migrate",
        "flush",
        "sqlflush",
        "squashmigrations",
        "makemigrations",
        "createcachetable",
        "pgtrigger",
        "dbshell",
        "retain",
        "test",
    }
)
ROLE_VARIABLE = "DTKS_DATABASE_ROLE"


def choose_role_for_command(argv: Sequence[str]) -> None:
    """Set the role variable for a `manage.py` command line, unless the caller has set it."""
    if len(argv) > 1 and argv[1] in OWNER_COMMANDS:
        os.environ.setdefault(ROLE_VARIABLE, "owner")


def connects_as_owner() -> bool:
    return os.environ.get(ROLE_VARIABLE, "app") == "owner"
