"""A real Celery worker with a protection taken away: python -m tests.faults.flawed_celery MUTANT celery's words …"""

import importlib
import sys

import django

django.setup()
importlib.import_module(f"tests.mutants.{sys.argv.pop(1)}")

from celery.__main__ import main  # noqa: E402

sys.argv[0] = "celery"
sys.exit(main())
