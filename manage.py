#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["test"]:  # the suite is pytest's; it chooses its own settings
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[2:]])  # noqa: S606
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtks_portal.settings.local")
    from dtks_portal.database_role import choose_role_for_command

    choose_role_for_command(sys.argv)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
