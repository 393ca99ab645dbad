"""Writing the official list into the database."""

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

from areas.models import Area, AreaAlias, AreaRelease
from areas.official import OfficialArea, read_official_list

WRITTEN = ["level", "name", "full_name", "parent", "bps_code", "postcode", "search_text"]


def load_official_areas(*, using: str = "default") -> int:
    """Insert or update every area of the official list; areas that left the list stay, as old records name them.

    Returns the number of areas of the list. Running it again changes nothing.
    """
    official = read_official_list()
    rows = [_row(area) for area in official.areas]
    with transaction.atomic(using=using):
        Area.objects.using(using).bulk_create(
            rows, update_conflicts=True, unique_fields=["code"], update_fields=WRITTEN
        )
        _add_aliases(official.areas, using)
        _note_release(official.sha256, using)
    return len(rows)


def add_missing_areas(*, using: str = "default") -> int:
    """Insert what is missing and change nothing that is there, with the rights of the application role. Quick when
    nothing is missing. Returns the number of areas inserted."""
    official = read_official_list()
    release = AreaRelease.objects.using(using).filter(sha256=official.sha256)
    present = set(Area.objects.using(using).values_list("code", flat=True))
    missing = [area for area in official.areas if area.code not in present]
    if not missing and release.exists():
        return 0
    with transaction.atomic(using=using):
        Area.objects.using(using).bulk_create([_row(area) for area in missing], ignore_conflicts=True)
        _add_aliases(official.areas, using)
        _note_release(official.sha256, using)
    return len(missing)


def add_missing_areas_after_migrate(*, app_config: AppConfig, using: str, **kwargs: Any) -> None:
    """After migrating or emptying the database the areas are there; not after migrating the room itself away."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [AreaRelease._meta.db_table])
        if not cursor.fetchone()[0]:
            return
    add_missing_areas(using=using)


def _row(area: OfficialArea) -> Area:
    return Area(
        code=area.code,
        level=area.level,
        name=area.name,
        full_name=area.full_name,
        parent_id=area.parent_code,
        bps_code=area.bps_code,
        postcode=area.postcode,
        search_text=area.search_text,
    )


def _add_aliases(areas: tuple[OfficialArea, ...], using: str) -> None:
    AreaAlias.objects.using(using).bulk_create(
        [AreaAlias(area_id=area.code, name=name) for area in areas for name in area.aliases], ignore_conflicts=True
    )


def _note_release(sha256: str, using: str) -> None:
    AreaRelease.objects.using(using).update_or_create(sha256=sha256)
