"""The official list, asked by a script while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from areas.choice import LONGEST_TEXT, MOST_SHOWN, candidates
from areas.directory import current_directory


@require_GET
@cache_control(public=True, max_age=3600)
def kelurahan_search(request: HttpRequest) -> JsonResponse:
    """Kelurahan that match a part of a name, or lie in a kecamatan: {"areas": [[code, name, place], …], "more": …}."""
    directory = current_directory()
    text, kecamatan = (request.GET.get(name, "")[:LONGEST_TEXT] for name in ("cari", "kec"))
    found = candidates(directory, text, kecamatan)
    areas = [(area.code, area.name, directory.place_of(area)) for area in found[:MOST_SHOWN]]
    return JsonResponse({"areas": areas, "more": len(found) > MOST_SHOWN})
