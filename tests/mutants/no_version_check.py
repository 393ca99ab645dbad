"""A page that was saved elsewhere meanwhile is saved over, as if nobody else had typed."""

from typing import Any

from registration import services

honest = services.save_page


def save_page(**about: Any) -> services.Saved:
    try:
        return honest(**about)
    except services.Conflict as conflict:
        return honest(**{**about, "version": conflict.stored.version})


services.save_page = save_page
