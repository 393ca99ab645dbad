"""What the families of the journey type on each page of the form. Nobody here can exist: the NIKs begin with 99."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

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
PAPERS: dict[str, Any] = {"kartu_identitas": ["ktp"], "tercantum_di_kk": "ya"}
OF_CHILD: dict[str, Any] = {"kartu_identitas": ["akta_lahir"], "tercantum_di_kk": "ya"}
HEALTHY: dict[str, Any] = {"disabilitas": ["tidak_ada"], "penyakit": "tidak_ada", "jaminan_kesehatan": ["pbi"]}


def left_school(level: str, **more: str) -> dict[str, Any]:
    return {**PAPERS, **more, "partisipasi": "tidak_lagi", "jenjang": level, "kelas": "tamat", "ijazah": level}


def pupil(level: str, diploma: str, **more: str) -> dict[str, Any]:
    return {**OF_CHILD, **more, "partisipasi": "masih", "jenjang": level, "kelas": "2", "ijazah": diploma}


def at_home(occupation: str = "belum_bekerja", **more: str) -> dict[str, Any]:
    return {"bekerja": "tidak", "pekerjaan": occupation, **more}


def at_work(occupation: str, business: str, position: str) -> dict[str, Any]:
    return {
        "bekerja": "ya", "pekerjaan": occupation, "lapangan_usaha": business, "status_pekerjaan": position,
        "jam_kerja": 40, "penghasilan": "1jt_sampai_umk", "jaminan_kerja": ["tidak_ada"], "npwp": "tidak_ada",
    }  # fmt: skip


def does(school: dict[str, Any], work: dict[str, Any] | None = None, **health: Any) -> dict[str, dict[str, Any]]:
    """The pages about one person, beside who it is."""
    pages = {"dokumen-sekolah": school, "pekerjaan": work, "kesehatan": {**health, **HEALTHY, **health}}
    return {key: answers for key, answers in pages.items() if answers is not None}


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
    activity: dict[str, dict[str, Any]]

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
            **({"akta_nikah": "ada_dapat"} if self.marital in ("kawin", "cerai_hidup") else {}),
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
    name: str,
    born: date,
    sex: str,
    relation: str,
    marital: str,
    activity: dict[str, dict[str, Any]],
    nik: str | None = None,
) -> Person:
    """A person with the NIK that goes with birth date and sex, unless another is given."""
    return Person(name, nik_of(born, sex, 1) if nik is None else nik, born, sex, relation, marital, activity)


NO_NPWP = {"npwp": "tidak_ada"}
SITI = person(
    "Siti Aminah", date(1985, 8, 17), "P", "kepala", "cerai_mati",
    does(left_school("sma"), at_work("pedagang", "perdagangan", "berusaha_sendiri"), hamil="tidak"), nik=SITI_NIK,
)  # fmt: skip
DIMAS = person(
    "Dimas Pratama", date(2014, 3, 9), "L", "anak", "belum_kawin", does(pupil("smp", "sd"), at_home("pelajar"))
)
SUKARDI = person(
    "Sukardi", date(1954, 2, 1), "L", "kepala", "kawin",
    does(
        left_school("sd", hubungan_krt="orang_tua"), at_home(**NO_NPWP),
        disabilitas=["netra"], melihat="banyak", mengurus_diri="sedikit",
    ),
)  # fmt: skip
WARSINI = person(
    "Warsini", date(1958, 11, 30), "P", "istri", "kawin",
    does(left_school("sd", hubungan_krt="orang_tua"), at_home("mengurus_rumah_tangga", **NO_NPWP)),
)  # fmt: skip
PUTRI = person(
    "Putri Lestari", date(2011, 6, 21), "P", "cucu", "belum_kawin",
    does(pupil("smk", "smp", hubungan_krt="lainnya"), at_home("pelajar"), hamil="tidak"),
)  # fmt: skip
NUR = person(
    "Nur Halimah", date(1991, 4, 5), "P", "kepala", "cerai_hidup",
    does(
        left_school("smp"), at_work("pembantu_rumah_tangga", "rumah_tangga", "karyawan_swasta"), hamil="tidak",
    ),
)  # fmt: skip
JOYO = person(
    "Joyo Santoso", date(1979, 1, 12), "L", "kepala", "kawin",
    does(left_school("sd"), at_work("buruh_harian", "konstruksi", "bebas_nonpertanian")),
)  # fmt: skip
EXPECTING = timezone.localdate() - timedelta(days=100)
SRI = person(
    "Sri Rahayu", date(1984, 9, 3), "P", "istri", "kawin",
    does(
        left_school("smp"), at_home("mengurus_rumah_tangga", **NO_NPWP), hamil="ya",
        hamil_sejak_day=f"{EXPECTING:%d}", hamil_sejak_month=f"{EXPECTING:%m}", hamil_sejak_year=f"{EXPECTING:%Y}",
    ),
)  # fmt: skip
BAYU = person("Bayu Santoso", date(2023, 5, 14), "L", "anak", "belum_kawin", does(OF_CHILD), nik="")

LIVELIHOOD: dict[str, dict[str, Any]] = {
    "harta": {
        "barang": ["ponsel_pintar"], "tv": "lain", "kendaraan": ["tidak_ada"], "internet": "ponsel",
        "rekening": "tidak_ada",
    },
    "tanah-ternak": {"tanah_lain": "tidak", "rumah_lain": "tidak", "ternak": "tidak"},
    "bantuan": {"bantuan": ["sembako"], "bantuan_sembako": "1/2025"},
    "kebutuhan": {"tempat_tetap": "ya", "khawatir_makan": "ya", "pangan_separuh": "ya", "beli_pakaian": "tidak"},
    "pernyataan": FINE,
    "program": {"program": ["PKH", "BPNT"]},
    "ibu-kandung": {},
}  # fmt: skip
POOR_DWELLING: dict[str, dict[str, Any]] = {
    "bangunan": {"status_bangunan": "kontrak_sewa", "luas_lantai": 24, "jumlah_kamar": 1},
    "bahan-bangunan": {
        "lantai": "semen", "dinding": "tembok", "kondisi_dinding": "jelek", "atap": "asbes", "kondisi_atap": "jelek",
    },
    "air-energi": {
        "air_minum": "isi_ulang", "cara_air": "eceran", "penerangan": "pln_meteran", "bahan_bakar": "gas_3kg",
    },
    "daya": {"daya": "450"},
    "sanitasi": {"fasilitas_bab": "bersama", "tinja": "tangki_septik"},
    "kloset": {"kloset": "leher_angsa"},
    **LIVELIHOOD,
}  # fmt: skip
POORER_DWELLING: dict[str, dict[str, Any]] = {
    "bangunan": {"status_bangunan": "bebas_sewa", "luas_lantai": 12, "jumlah_kamar": 0},
    "bahan-bangunan": {"lantai": "tanah", "dinding": "anyaman_bambu", "atap": "seng", "kondisi_atap": "jelek"},
    "air-energi": {
        "air_minum": "leding_eceran", "cara_air": "eceran", "penerangan": "pln_tanpa_meteran", "bahan_bakar": "gas_3kg",
    },
    "sanitasi": {"fasilitas_bab": "tidak_ada", "tinja": "perairan"},
    **LIVELIHOOD,
}  # fmt: skip
KTP = {"alamat": "Jl. Petojo Enclek IX No. 12", "rt": "7", "rw": "4", "kelurahan": GAMBIR}

# One dwelling with two KK and five people.
OWN_HOME = Home(
    families=(Kk("9901010203150001", (SITI, DIMAS)), Kk("9901011107090002", (SUKARDI, WARSINI, PUTRI))),
    before={
        "kontak": {"untuk": "diri", "telepon": "0812 0000 0001"},
        "alamat-ktp": KTP,
        "domisili": {"sama": "sama", "lama_tinggal": 12},
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
            "lama_tinggal": 3,
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
        "domisili": {"sama": "sama", "lama_tinggal": 12},
    },
    after=POORER_DWELLING,
)
