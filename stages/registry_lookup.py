"""Answers registration's question whom the registry knows already, from the ministry's determinations."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from identity.indexes import keyed_indexes
from registration.registry_lookup import Listing
from stages.models import Determination


def people_in_registry(niks: Collection[str]) -> Mapping[str, Listing]:
    """Those of the NIK whom the newest determination about them puts into the registry; one query for all.

    The index is tried under every active key, since a list of earlier years may have been read in under another one.
    """
    nik_of = {index: nik for nik in niks for index in keyed_indexes("nik", nik)}
    newest: dict[str, Determination] = {}
    for row in Determination.objects.filter(nik_index__in=list(nik_of)).order_by("as_of", "id"):
        newest[nik_of[row.nik_index]] = row
    return {
        nik: Listing(row.registry_name, str(row.get_status_display()), row.as_of, row.source)
        for nik, row in newest.items()
        if row.is_in_registry
    }
