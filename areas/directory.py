"""The areas in memory. The list is small and changes with a release, so a process keeps it and asks for the release."""

import copy
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from areas.models import Area, AreaRelease, Level
from areas.official import short_name
from areas.spelling import search_key


@dataclass(frozen=True)
class Directory:
    """All areas by code; `known_nik_regions` as in `known_nik_regions()`. Treat the areas as read-only."""

    release: str
    areas: Mapping[str, Area]
    known_nik_regions: frozenset[str]

    def kelurahan(self, code: str) -> Area | None:
        """A copy of one kelurahan, so that a caller's change stays the caller's."""
        area = self.areas.get(code)
        return copy.copy(area) if area is not None and area.level == Level.KELURAHAN else None

    def grouped_kelurahan(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Kelurahan for a grouped select: ("Jakarta Pusat › Gambir", [("31.71.01.1001", "Gambir"), …]), by name."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for area in self.areas.values():
            if area.level == Level.KELURAHAN:
                groups.setdefault(area.kecamatan_code, []).append((area.code, area.name))
        named = [(self._group_name(code), sorted(rows, key=lambda row: row[1])) for code, rows in groups.items()]
        return sorted(named)

    def grouped_kecamatan(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Kecamatan for a grouped select: ("Jakarta Pusat", [("31.71.01", "Gambir"), …]), by name."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for area in self.areas.values():
            if area.level == Level.KECAMATAN:
                groups.setdefault(self._kota_name(area.code), []).append((area.code, area.name))
        return sorted((name, sorted(rows, key=lambda row: row[1])) for name, rows in groups.items())

    def in_kecamatan(self, code: str) -> list[Area]:
        """The kelurahan of a kecamatan by name; none for an unknown code."""
        found = [a for a in self.areas.values() if a.level == Level.KELURAHAN and a.kecamatan_code == code]
        return sorted(found, key=lambda area: area.name)

    def find(self, text: str) -> list[Area]:
        """Kelurahan whose name, other spelling or surrounding areas hold every word of `text`, those whose own name
        begins with it first; none for no word."""
        words = search_key(text).split()[:10]
        if not words:
            return []
        own, joined = " ".join(words), "".join(words)
        found = [
            area
            for area in self.areas.values()
            if area.level == Level.KELURAHAN
            and (all(word in area.search_text for word in words) or joined in area.search_text.replace(" ", ""))
        ]
        return sorted(found, key=lambda area: (not area.search_text.startswith(own), area.name))

    def place_of(self, area: Area) -> str:
        """Where a kelurahan lies ("Gambir, Jakarta Pusat")."""
        kecamatan = self.areas.get(area.kecamatan_code)
        return f"{kecamatan.name if kecamatan else ''}, {self._kota_name(area.code)}"

    def _kota_name(self, code: str) -> str:
        kota = self.areas.get(code[:5])
        return short_name(kota.name) if kota else ""

    def _group_name(self, kecamatan_code: str) -> str:
        kecamatan = self.areas.get(kecamatan_code)
        return f"{self._kota_name(kecamatan_code)} › {kecamatan.name if kecamatan else kecamatan_code}"


_lock = threading.Lock()
_kept: Directory | None = None


def current_directory() -> Directory:
    """The areas as loaded: one query for the release, and one for the list when the release has changed."""
    global _kept
    release = AreaRelease.objects.order_by("-loaded_at").values_list("sha256", flat=True).first() or ""
    kept = _kept
    if kept is None or kept.release != release or not release:
        with _lock:
            kept = _kept = _read(release)
    return kept


def known_nik_regions() -> frozenset[str]:
    """The first six digits of NIKs of the loaded areas: one for each kecamatan ("317101")."""
    return current_directory().known_nik_regions


def _read(release: str) -> Directory:
    areas = {area.code: area for area in Area.objects.order_by("code")}
    regions = frozenset(code.replace(".", "") for code, area in areas.items() if area.level == Level.KECAMATAN)
    return Directory(release=release, areas=MappingProxyType(areas), known_nik_regions=regions)
