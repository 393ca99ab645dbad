"""The questions about the dwelling, as one table.

Codes are neutral and keep every distinction of BDT 2015/SIKS and of Regsosek 2022.K (see `registration.codes`): gas of
3, 5.5 and 12 kg apart, good and simple wood apart, PLN with and without a meter apart, squatting pans with and without
a lid apart. Official numbers exist only in the export maps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from registration.questionnaire.question import OTHER, Kind, Question, lines
from registration.questionnaire.versions import WHOLE_ONLY

GOOD, BAD = ("bagus", _("Good")), ("jelek", _("Poor"))
WALLS_WITH_CONDITION = frozenset({"tembok", "plesteran_anyaman", "kayu"})
ROOFS_WITH_CONDITION = frozenset(
    {"beton", "genteng_keramik", "genteng_metal", "genteng_tanah_liat", "asbes", "seng", "sirap"}
)
WELLS_AND_SPRINGS = frozenset(
    {"sumur_bor", "sumur_terlindung", "sumur_tak_terlindung", "mata_air_terlindung", "mata_air_tak_terlindung"}
)

QUESTIONS: tuple[Question, ...] = (
    Question(
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
    Question(
        "bangunan",
        "status_lahan",
        _("Whose is the land under it?"),
        (
            ("milik_sendiri", _("Our own")),
            ("milik_orang_lain", _("Somebody else's")),
            ("tanah_negara", _("State land (tanah negara)")),
            OTHER,
        ),
        after=("status_bangunan", frozenset({"milik_sendiri"})),
        editions=WHOLE_ONLY,
    ),
    Question(
        "bangunan",
        "bukti_lahan",
        _("Which paper proves it?"),
        (
            ("shm_keluarga", _("SHM in the name of a family member")),
            ("shm_perjanjian", _("SHM of somebody else, with a written agreement")),
            ("shm_tanpa_perjanjian", _("SHM of somebody else, without a written agreement")),
            ("sertifikat_lain", _("Another certificate (SHGB, SHSRS)")),
            ("surat_lain", _("Another paper (girik, letter C …)")),
            ("tidak_punya", _("None")),
        ),
        after=("status_bangunan", frozenset({"milik_sendiri"})),
        editions=WHOLE_ONLY,
    ),
    Question(
        "bangunan",
        "luas_lantai",
        _("Floor area, in square metres"),
        kind=Kind.NUMBER,
        unit="m²",
        low=1,
        high=2000,
        help=_("Length times width of all floors, in square metres. An estimate is enough."),
    ),
    Question(
        "bangunan",
        "jumlah_kamar",
        _("Number of bedrooms"),
        kind=Kind.NUMBER,
        low=0,
        high=50,
        help=_("Write 0 if you sleep in the same room where you cook or sit."),
    ),
    Question(
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
    Question(
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
    Question(
        "bahan_bangunan",
        "kondisi_dinding",
        _("In which condition are the walls?"),
        (GOOD, BAD),
        after=("dinding", WALLS_WITH_CONDITION),
        editions=WHOLE_ONLY,
    ),
    Question(
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
    Question(
        "bahan_bangunan",
        "kondisi_atap",
        _("In which condition is the roof?"),
        (GOOD, BAD),
        after=("atap", ROOFS_WITH_CONDITION),
        editions=WHOLE_ONLY,
    ),
    Question(
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
    Question(
        "air_energi",
        "cara_air",
        _("How do you get this water?"),
        (
            ("eceran", _("Bought by the can or bottle")),
            ("langganan", _("Subscribed, paid every month")),
            ("tidak_membeli", _("Not bought")),
        ),
        editions=WHOLE_ONLY,
    ),
    Question(
        "air_energi",
        "jarak_air",
        _("How far is it from there to the nearest septic tank or waste?"),
        (
            ("dekat", _("Less than 10 metres")),
            ("jauh", _("10 metres or more")),
            ("tidak_tahu", _("I do not know")),
        ),
        after=("air_minum", WELLS_AND_SPRINGS),
        editions=WHOLE_ONLY,
    ),
    Question(
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
    Question(
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
    Question(
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
    Question(
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
    Question(
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
    Question(
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


def asks_for_power(dwelling: Mapping[str, Any]) -> bool:
    return dwelling.get("penerangan") == "pln_meteran"


def asks_for_closet(dwelling: Mapping[str, Any]) -> bool:
    return dwelling.get("fasilitas_bab") in TOILETS_IN_USE


def in_words(dwelling: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(question, answer in words) for every answer held, in the order of the form."""
    return lines(QUESTIONS, dwelling)
