"""The questions about the dwelling, as one table.

Codes are neutral and keep every distinction of BDT 2015/SIKS and of Regsosek 2022.K (see `registration.codes`): gas of
3, 5.5 and 12 kg apart, good and simple wood apart, PLN with and without a meter apart, squatting pans with and without
a lid apart. Official numbers exist only in the export maps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

OTHER = ("lainnya", _("Other"))


@dataclass(frozen=True)
class DwellingQuestion:
    """One question: a choice (`choices`), or a whole number from `low` to `high` with a unit."""

    topic: str
    key: str
    label: StrPromise
    choices: tuple[tuple[str, Any], ...] = ()
    help: StrPromise | str = ""
    unit: StrPromise | str = ""
    low: int = 0
    high: int = 0


QUESTIONS: tuple[DwellingQuestion, ...] = (
    DwellingQuestion(
        "bangunan",
        "status_bangunan",
        _("Whose is the dwelling?"),
        (
            ("milik_sendiri", _("Our own")),
            ("kontrak_sewa", _("Rented")),
            ("bebas_sewa", _("Lived in without rent")),
            ("dinas", _("Service housing (rumah dinas)")),
            OTHER,
        ),
    ),
    DwellingQuestion(
        "bangunan",
        "luas_lantai",
        _("Floor area, in square metres"),
        unit="m²",
        low=1,
        high=2000,
        help=_("Length times width of all floors, in square metres. An estimate is enough."),
    ),
    DwellingQuestion(
        "bangunan",
        "jumlah_kamar",
        _("Number of bedrooms"),
        unit="",
        low=0,
        high=50,
        help=_("Write 0 if you sleep in the same room where you cook or sit."),
    ),
    DwellingQuestion(
        "bahan_bangunan",
        "lantai",
        _("What is most of the floor made of?"),
        (
            ("marmer", _("Marble or granite")),
            ("keramik", _("Ceramic tiles")),
            ("parket", _("Parquet, vinyl or carpet")),
            ("ubin", _("Cement tiles or terrazzo")),
            ("kayu_baik", _("Wood or boards of good quality")),
            ("semen", _("Cement or red brick")),
            ("bambu", _("Bamboo")),
            ("kayu_sederhana", _("Wood or boards of simple quality")),
            ("tanah", _("Soil")),
            OTHER,
        ),
    ),
    DwellingQuestion(
        "bahan_bangunan",
        "dinding",
        _("What are most of the walls made of?"),
        (
            ("tembok", _("Masonry")),
            ("plesteran_anyaman", _("Plastered bamboo mat or wire")),
            ("kayu", _("Wood or boards")),
            ("gipsum", _("Gypsum, GRC or calciboard")),
            ("anyaman_bambu", _("Bamboo mat")),
            ("batang_kayu", _("Logs")),
            ("bambu", _("Bamboo")),
            OTHER,
        ),
    ),
    DwellingQuestion(
        "bahan_bangunan",
        "atap",
        _("What is most of the roof made of?"),
        (
            ("beton", _("Concrete")),
            ("genteng_keramik", _("Ceramic roof tiles")),
            ("genteng_metal", _("Metal roof tiles")),
            ("genteng_tanah_liat", _("Clay roof tiles")),
            ("asbes", _("Asbestos sheets")),
            ("seng", _("Zinc sheets")),
            ("sirap", _("Wood or shingles (sirap)")),
            ("bambu", _("Bamboo")),
            ("jerami", _("Straw, palm fibre or leaves")),
            OTHER,
        ),
    ),
    DwellingQuestion(
        "air_energi",
        "air_minum",
        _("Where does most of the drinking water come from?"),
        (
            ("kemasan_bermerek", _("Branded bottled water")),
            ("isi_ulang", _("Refill water (air isi ulang)")),
            ("leding_meteran", _("Piped water with a meter")),
            ("leding_eceran", _("Piped water bought by the can")),
            ("sumur_bor", _("Drilled well or pump")),
            ("sumur_terlindung", _("Protected well")),
            ("sumur_tak_terlindung", _("Unprotected well")),
            ("mata_air_terlindung", _("Protected spring")),
            ("mata_air_tak_terlindung", _("Unprotected spring")),
            ("air_permukaan", _("River, lake or reservoir")),
            ("air_hujan", _("Rain water")),
            OTHER,
        ),
    ),
    DwellingQuestion(
        "air_energi",
        "penerangan",
        _("Where does the light come from?"),
        (
            ("pln_meteran", _("PLN electricity with our own meter")),
            ("pln_tanpa_meteran", _("PLN electricity without a meter")),
            ("listrik_non_pln", _("Electricity not from PLN")),
            ("bukan_listrik", _("No electricity")),
        ),
    ),
    DwellingQuestion(
        "air_energi",
        "bahan_bakar",
        _("What do you mostly cook with?"),
        (
            ("gas_3kg", _("LPG of 3 kg (the green bottle)")),
            ("gas_5_5kg", _("LPG of 5.5 kg or Blue Gaz")),
            ("gas_12kg", _("LPG of 12 kg")),
            ("gas_kota", _("Town gas (PGN meter)")),
            ("biogas", _("Biogas")),
            ("listrik", _("Electricity")),
            ("minyak_tanah", _("Kerosene")),
            ("briket", _("Briquettes")),
            ("arang", _("Charcoal")),
            ("kayu_bakar", _("Firewood")),
            OTHER,
            ("tidak_memasak", _("We do not cook at home")),
        ),
    ),
    DwellingQuestion(
        "daya",
        "daya",
        _("What does the electricity meter say?"),
        (
            ("450", _("450 watt")),
            ("900", _("900 watt")),
            ("1300", _("1,300 watt")),
            ("2200", _("2,200 watt")),
            ("lebih_2200", _("More than 2,200 watt")),
        ),
        help=_("The installed power is on the meter, on the token receipt, or on the bill."),
    ),
    DwellingQuestion(
        "sanitasi",
        "fasilitas_bab",
        _("Which toilet does the household use?"),
        (
            ("sendiri", _("Our own")),
            ("bersama", _("Shared with certain neighbours")),
            ("komunal", _("Communal MCK")),
            ("umum", _("Public MCK")),
            ("ada_tidak_digunakan", _("There is one, but we do not use it")),
            ("tidak_ada", _("None")),
        ),
    ),
    DwellingQuestion(
        "sanitasi",
        "tinja",
        _("Where does the waste of the toilet go?"),
        (
            ("tangki_septik", _("Septic tank")),
            ("ipal", _("Sewer or treatment plant (SPAL/IPAL)")),
            ("lubang_tanah", _("Hole in the ground")),
            ("perairan", _("Pond, field, river, lake or sea")),
            ("tanah_terbuka", _("Beach, open land or garden")),
            OTHER,
        ),
    ),
    DwellingQuestion(
        "kloset",
        "kloset",
        _("What kind of toilet is it?"),
        (
            ("leher_angsa", _("With a water seal (leher angsa)")),
            ("plengsengan_tutup", _("Plengsengan with a lid")),
            ("plengsengan_tanpa_tutup", _("Plengsengan without a lid")),
            ("cemplung", _("Pit (cemplung or cubluk)")),
            ("tidak_pakai", _("Without a pan or seat")),
        ),
    ),
)
TOILETS_IN_USE = frozenset({"sendiri", "bersama", "komunal", "umum"})


def questions_of(topic: str) -> tuple[DwellingQuestion, ...]:
    return tuple(question for question in QUESTIONS if question.topic == topic)


def asks_for_power(dwelling: Mapping[str, Any]) -> bool:
    return dwelling.get("penerangan") == "pln_meteran"


def asks_for_closet(dwelling: Mapping[str, Any]) -> bool:
    return dwelling.get("fasilitas_bab") in TOILETS_IN_USE


def in_words(dwelling: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(question, answer in words) for every answer held, in the order of the form."""
    lines = []
    for question in QUESTIONS:
        value = dwelling.get(question.key)
        if value is None or value == "":
            continue
        words = (
            str(dict(question.choices).get(str(value), value))
            if question.choices
            else f"{value} {question.unit}".rstrip()
        )
        lines.append((str(question.label), words))
    return lines
