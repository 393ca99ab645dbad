"""The portal for live tests: as in production, with the planted flaws named in DTKS_TEST_MUTANTS."""

import os
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtks_portal.settings.test")

from dtks_portal.wsgi import application
from tests.thrift import LITTLE_MEMORY, hash_with

hash_with(LITTLE_MEMORY)
for name in os.environ.get("DTKS_TEST_MUTANTS", "").split():
    import_module(f"tests.mutants.{name}")

__all__ = ["application"]
