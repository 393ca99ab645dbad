"""Housekeeping after closed phases; may be lost or doubled without effect."""

from celery import shared_task

from stages.closing import purge_extracts


@shared_task(name="stages.purge_extracts")
def purge_extracts_of_closed_phases() -> int:
    return purge_extracts()
