"""What a register can say about a person, in the words of the field, and how the answers map to Dukcapil's codes."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    POPULATION = "population", _("Population register (Dukcapil)")
    ASSETS = "assets", _("Vehicles and land (Bapenda)")


KINDS = {Source.POPULATION: "matching.population", Source.ASSETS: "matching.assets"}  # of runs


class SourceKind(models.TextChoices):
    """Who is asked about the people of a phase in a population run."""

    SNAPSHOT = "snapshot", _("an extract")
    WEB_SERVICE = "web_service", _("Dukcapil's web service")
    DCI = "dci", _("a civil registry by the DCI interface")


ASKED_KINDS = (SourceKind.WEB_SERVICE, SourceKind.DCI)  # over a network, person by person


class Value(models.TextChoices):
    """One verdict per person and run. None of them alone rejects anybody."""

    MATCH = "padan", _("Matches")
    PARTIAL = "padan_sebagian", _("Matches in part")
    MISMATCH = "tidak_padan", _("Does not match")
    NOT_FOUND = "nik_tidak_ditemukan", _("NIK not found")
    DECEASED = "meninggal", _("Recorded as deceased")
    DOUBLE = "ganda", _("NIK recorded twice")
    INACTIVE = "nonaktif", _("NIK not active")
    BAD_FORMAT = "format_salah", _("NIK in a wrong form")
    UNAVAILABLE = "layanan_tidak_tersedia", _("Source did not answer")
    NOT_CHECKED = "belum_dicek", _("Not checked yet")
    RECORDS = "ada_catatan", _("Vehicles or land on record")
    NO_RECORDS = "tidak_ada_catatan", _("No vehicles or land on record")


class RegisterStatus(models.TextChoices):
    """Status of a person in an extract of the population register."""

    ACTIVE = "aktif", _("Active")
    DECEASED = "meninggal", _("Deceased")
    MOVED = "pindah", _("Moved")
    INACTIVE = "nonaktif", _("Not active")
    DOUBLE = "ganda", _("Double")


class AssetKind(models.TextChoices):
    CAR = "mobil", _("Car")
    MOTORCYCLE = "motor", _("Motorcycle")
    PROPERTY = "tanah_bangunan", _("Land or building")


class Basis(models.TextChoices):
    """Which number of the asset's record led to the family."""

    NIK = "nik", _("NIK")
    KK = "kk", _("KK")


# Status in the register → (verdict, Dukcapil's response code). Other statuses are compared field by field.
BY_STATUS: dict[str, tuple[Value, str]] = {
    RegisterStatus.DECEASED: (Value.DECEASED, "11"),
    RegisterStatus.DOUBLE: (Value.DOUBLE, "12"),
    RegisterStatus.INACTIVE: (Value.INACTIVE, "14"),
}
NOT_FOUND_CODE = "13"
# Response codes of Dukcapil's web service that end a comparison.
BY_CODE: dict[str, Value] = {
    "08": Value.NOT_FOUND,
    "11": Value.DECEASED,
    "12": Value.DOUBLE,
    "13": Value.NOT_FOUND,
    "14": Value.INACTIVE,
    "15": Value.BAD_FORMAT,
}
STATUS_BY_VALUE: dict[str, str] = {value: status for status, (value, _code) in BY_STATUS.items()}
BAD_FORMAT_CODE = "15"

AGREES = "Sesuai"
DIFFERS = "Tidak Sesuai"
FIELDS = ("name", "birth_date", "sex", "kk", "kelurahan", "occupation")


class AreaLevel(StrEnum):
    """The highest level at which the area of the KTP differs between family and register."""

    PROVINCE = "provinsi"
    KOTA = "kota"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"


NO_NIK = "no_nik"  # an infant who has none yet
SET_ASIDE = "set_aside"  # the row could not be worked on, and a person decided to leave it
NO_ANSWER = "no_answer"  # the register was asked and gave no answer that can be believed
