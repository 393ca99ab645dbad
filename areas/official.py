"""The official list of areas as vendored in data/: read once a process, written to the database by `load_areas`."""

import csv
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from areas.spelling import search_key

DATA = Path(__file__).resolve().parent / "data"
FILES = ("jakarta_areas.csv", "jakarta_bps_codes.csv", "jakarta_postcodes.csv", "jakarta_aliases.csv")
_LEVELS = {
    "provinsi": "provinsi",
    "kota": "kota",
    "kabupaten": "kota",
    "kecamatan": "kecamatan",
    "kelurahan": "kelurahan",
}
_SHORTENED = (("Kota Administrasi ", ""), ("Kabupaten Administrasi ", ""))


@dataclass(frozen=True)
class OfficialArea:
    code: str
    level: str
    name: str
    full_name: str
    parent_code: str | None
    bps_code: str
    postcode: str
    search_text: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class OfficialList:
    """`areas` have parents before children; `sha256` is that of the files it was read from."""

    sha256: str
    areas: tuple[OfficialArea, ...]


@lru_cache(maxsize=1)
def read_official_list() -> OfficialList:
    """Raises FileNotFoundError or KeyError if the vendored files are damaged: they are part of the program."""
    digest = hashlib.sha256(b"".join((DATA / name).read_bytes() for name in FILES)).hexdigest()
    bps_codes = {row["kemendagri_code"]: row["bps_code"] for row in _rows("jakarta_bps_codes.csv")}
    postcodes = {row["kelurahan_code"]: row["postcode"] for row in _rows("jakarta_postcodes.csv")}
    aliases: dict[str, list[str]] = {}
    for row in _rows("jakarta_aliases.csv"):
        aliases.setdefault(row["code"], []).append(row["name"])
    names: dict[str, str] = {}
    areas = []
    for row in _rows("jakarta_areas.csv"):
        code, name = row["code"], row["name"]
        names[code] = name
        areas.append(
            OfficialArea(
                code=code,
                level=_LEVELS[row["level"]],
                name=name,
                full_name=_full_name(code, names),
                parent_code=row["parent_code"] or None,
                bps_code=bps_codes.get(code, ""),
                postcode=postcodes.get(code, ""),
                search_text=_search_text(code, names, aliases),
                aliases=tuple(aliases.get(code, ())),
            )
        )
    areas.sort(key=lambda area: (len(area.code), area.code))
    return OfficialList(sha256=digest, areas=tuple(areas))


def short_name(name: str) -> str:
    """ "Kota Administrasi Jakarta Pusat" → "Jakarta Pusat"."""
    for prefix, replacement in _SHORTENED:
        if name.startswith(prefix):
            return replacement + name.removeprefix(prefix)
    return name


def _full_name(code: str, names: dict[str, str]) -> str:
    """ "Gambir, Kec. Gambir, Jakarta Pusat": many kelurahan are named like a kecamatan, so both levels are shown."""
    kota = short_name(names[code[:5]]) if len(code) >= 5 else ""
    if len(code) == 13:
        return f"{names[code]}, Kec. {names[code[:8]]}, {kota}"
    if len(code) == 8:
        return f"Kec. {names[code]}, {kota}"
    return names[code]


def _search_text(code: str, names: dict[str, str], aliases: dict[str, list[str]]) -> str:
    """Own name first (the search puts a match at the beginning on top), then other spellings and what lies around."""
    around = [names[code[:length]] for length in (8, 5) if length < len(code)]
    spellings = [search_key(name) for name in (names[code], *aliases.get(code, []))]
    joined = [spelling.replace(" ", "") for spelling in spellings if " " in spelling]
    return " | ".join([*spellings, *joined, *map(search_key, around)])


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
