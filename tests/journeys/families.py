"""What the families of the journey type on each page of the form. Nobody here can exist: the NIKs begin with 99."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.people import GAMBIR, SITI_NIK

REGION = "990101"
FINE = {
    "ktp_dki": "ya",
    "domisili_dki": "ya",
    "pegawai_tetap": "tidak",
    "mobil": "tidak",
    "njop": "tidak",
    "air_kemasan": "tidak",
}
IDLE = {"masih_sekolah": "tidak", "bekerja": "tidak", "pekerjaan": "belum_bekerja"}
GOES_OUT_TO_WORK = {"masih_sekolah": "tidak", "bekerja": "ya"}


def nik_of(born: date, sex: str, serial: int) -> str:
    day = born.day + (40 if sex == "P" else 0)
    return f"{REGION}{day:02d}{born:%m%y}{serial:04d}"


@dataclass(frozen=True)
class Person:
    """`nik` is empty for a small child that has none yet."""

    name: str
    nik: str
    born: date
    sex: str
    relation: str
    marital: str
    activity: dict[str, Any]

    @property
    def page(self) -> dict[str, Any]:
        """The answers of the page "orang"."""
        return {
            **({"nik": self.nik} if self.nik else {"belum_punya_nik": True}),
            "nama": self.name,
            "tempat_lahir": "Jakarta",
            "tanggal_lahir_day": f"{self.born:%d}",
            "tanggal_lahir_month": f"{self.born:%m}",
            "tanggal_lahir_year": f"{self.born:%Y}",
            "jenis_kelamin": self.sex,
            "hubungan": self.relation,
            "status_kawin": self.marital,
        }


@dataclass(frozen=True)
class Kk:
    number: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Home:
    """`pages` are the answers of the pages that are asked once, in the order of the form."""

    families: tuple[Kk, ...]
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(person for family in self.families for person in family.people)


def person(
    name: str, born: date, sex: str, relation: str, marital: str, activity: dict[str, Any], nik: str | None = None
) -> Person:
    """A person with the NIK that goes with birth date and sex, unless another is given."""
    return Person(name, nik_of(born, sex, 1) if nik is None else nik, born, sex, relation, marital, activity)


SITI = person(
    "Siti Aminah", date(1985, 8, 17), "P", "kepala", "cerai_mati",
    {**GOES_OUT_TO_WORK, "jenjang": "sma", "pekerjaan": "pedagang", "hamil": "tidak"}, nik=SITI_NIK,
)  # fmt: skip
DIMAS = person(
    "Dimas Pratama", date(2014, 3, 9), "L", "anak", "belum_kawin",
    {"masih_sekolah": "ya", "jenjang": "smp", "bekerja": "tidak", "pekerjaan": "pelajar"},
)  # fmt: skip
SUKARDI = person(
    "Sukardi", date(1954, 2, 1), "L", "kepala", "kawin", {**IDLE, "jenjang": "sd", "disabilitas": ["netra"]}
)
WARSINI = person(
    "Warsini", date(1958, 11, 30), "P", "istri", "kawin",
    {**IDLE, "jenjang": "sd", "pekerjaan": "mengurus_rumah_tangga"},
)  # fmt: skip
PUTRI = person(
    "Putri Lestari", date(2011, 6, 21), "P", "cucu", "belum_kawin",
    {"masih_sekolah": "ya", "jenjang": "smk", "bekerja": "tidak", "pekerjaan": "pelajar", "hamil": "tidak"},
)  # fmt: skip
NUR = person(
    "Nur Halimah", date(1991, 4, 5), "P", "kepala", "cerai_hidup",
    {**GOES_OUT_TO_WORK, "jenjang": "smp", "pekerjaan": "pembantu_rumah_tangga", "hamil": "tidak"},
)  # fmt: skip
JOYO = person(
    "Joyo Santoso", date(1979, 1, 12), "L", "kepala", "kawin",
    {**GOES_OUT_TO_WORK, "jenjang": "sd", "pekerjaan": "buruh_harian"},
)  # fmt: skip
SRI = person(
    "Sri Rahayu", date(1984, 9, 3), "P", "istri", "kawin",
    {**IDLE, "jenjang": "smp", "pekerjaan": "mengurus_rumah_tangga", "hamil": "ya"},
)  # fmt: skip
BAYU = person("Bayu Santoso", date(2023, 5, 14), "L", "anak", "belum_kawin", IDLE, nik="")

POOR_DWELLING: dict[str, dict[str, Any]] = {
    "bangunan": {"status_bangunan": "kontrak_sewa", "luas_lantai": 24, "jumlah_kamar": 1},
    "bahan-bangunan": {"lantai": "semen", "dinding": "tembok", "atap": "asbes"},
    "air-energi": {"air_minum": "isi_ulang", "penerangan": "pln_meteran", "bahan_bakar": "gas_3kg"},
    "daya": {"daya": "450"},
    "sanitasi": {"fasilitas_bab": "bersama", "tinja": "tangki_septik"},
    "kloset": {"kloset": "leher_angsa"},
    "pernyataan": FINE,
}
POORER_DWELLING: dict[str, dict[str, Any]] = {
    "bangunan": {"status_bangunan": "bebas_sewa", "luas_lantai": 12, "jumlah_kamar": 0},
    "bahan-bangunan": {"lantai": "tanah", "dinding": "anyaman_bambu", "atap": "seng"},
    "air-energi": {"air_minum": "leding_eceran", "penerangan": "pln_tanpa_meteran", "bahan_bakar": "gas_3kg"},
    "sanitasi": {"fasilitas_bab": "tidak_ada", "tinja": "perairan"},
    "pernyataan": FINE,
}
KTP = {"alamat": "Jl. Petojo Enclek IX No. 12", "rt": "7", "rw": "4", "kelurahan": GAMBIR}

# One dwelling with two KK and five people.
OWN_HOME = Home(
    families=(Kk("9901010203150001", (SITI, DIMAS)), Kk("9901011107090002", (SUKARDI, WARSINI, PUTRI))),
    before={
        "kontak": {"untuk": "diri", "telepon": "0812 0000 0001"},
        "alamat-ktp": KTP,
        "domisili": {"sama": "sama"},
    },
    after=POOR_DWELLING,
)
# A neighbour who asked Siti for help.
NEIGHBOUR = Home(
    families=(Kk("9901012510200003", (NUR,)),),
    before={
        "kontak": {"untuk": "orang_lain", "telepon": "0812 0000 0003"},
        "perwakilan": {"hubungan": "tetangga", "cara_setuju": "hadir", "disetujui_oleh": "Nur"},
        "alamat-ktp": {**KTP, "alamat": "Jl. Kebon Jahe III No. 3", "rt": "2"},
        "domisili": {
            "sama": "lain", "kelurahan": GAMBIR, "alamat": "Jl. Petojo Enclek IX No. 14", "rt": "7", "rw": "4",
        },
    },
    after=POORER_DWELLING,
)  # fmt: skip
# A family that walks in: no phone, and a child that has no NIK yet.
WALK_IN = Home(
    families=(Kk("9901010606110004", (JOYO, SRI, BAYU)),),
    before={
        "kontak": {"persetujuan": True},
        "alamat-ktp": {**KTP, "alamat": "Jl. Musi Gang Buntu No. 5", "rt": "1", "rw": "6"},
        "domisili": {"sama": "sama"},
    },
    after=POORER_DWELLING,
)
