"""The ten survey questions that go with a proposal to SIKS-NG (sk0–sk9).

Four are asked. The other six follow from what the family has said about its dwelling, its head and its KK already, and
are never asked a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registration.questionnaire.question import NO, YES

SOIL_OR_PLASTER = frozenset({"tanah", "semen"})
WEAK_WALLS = frozenset({"plesteran_anyaman", "kayu", "anyaman_bambu", "batang_kayu", "bambu"})
WITHOUT_ELECTRICITY = "bukan_listrik"


@dataclass(frozen=True)
class Home:
    """What the survey is answered from: answers by question key, and about the family."""

    dwelling: Mapping[str, Any]
    details: Mapping[str, Any]
    head_works: bool | None
    families: int


Answer = Callable[[Home], bool | None]


def said(key: str) -> Answer:
    """The Ya or Tidak to a question that is asked as it stands."""
    return lambda home: {YES: True, NO: False}.get(home.details.get(key, ""))


def is_one_of(key: str, codes: frozenset[str]) -> Answer:
    return lambda home: home.dwelling[key] in codes if home.dwelling.get(key) else None


def has_little_power(home: Home) -> bool | None:
    light = home.dwelling.get("penerangan")
    return None if not light else light == WITHOUT_ELECTRICITY or home.dwelling.get("daya") == "450"


SURVEY: Final[tuple[tuple[str, str, Answer], ...]] = (
    ("sk0", "Memiliki tempat berteduh/tempat tinggal tetap", said("tempat_tetap")),
    ("sk1", "Kepala keluarga/pengurus masih bekerja", lambda home: home.head_works),
    ("sk2", "Pernah khawatir tidak makan/tidak makan dalam setahun terakhir", said("khawatir_makan")),
    ("sk3", "Pengeluaran pangan lebih besar dari separuh total pengeluaran", said("pangan_separuh")),
    ("sk4", "Ada pengeluaran pakaian dalam setahun terakhir", said("beli_pakaian")),
    ("sk5", "Sebagian besar lantai tanah/plesteran", is_one_of("lantai", SOIL_OR_PLASTER)),
    ("sk6", "Sebagian besar dinding bambu/kawat/papan kayu", is_one_of("dinding", WEAK_WALLS)),
    ("sk7", "Memiliki jamban sendiri", is_one_of("fasilitas_bab", frozenset({"sendiri"}))),
    ("sk8", "Penerangan listrik 450 watt atau bukan listrik", has_little_power),
    ("sk9", "Tinggal bersama anggota keluarga dari KK lain", lambda home: home.families > 1),
)


def survey_of(home: Home) -> dict[str, bool | None]:
    """{"sk0": True, …}; None where the family was not asked what the answer follows from."""
    return {code: answer(home) for code, _label, answer in SURVEY}
