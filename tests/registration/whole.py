"""Siti's household as the whole questionnaire asks it, typed the way a browser posts it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from registration import services
from registration.forms.answers import mother_of
from registration.models import Draft, Household, Phase
from registration.questionnaire.versions import Edition
from tests.registration.samples import Sample, Typed, fill, open_phase

if TYPE_CHECKING:
    from accounts.models import User

MOTHER = "Sumiati Kanari"
SCHOOL = "SDN Contoh Kanari"
ONCE: dict[str, dict[str, str | list[str]]] = {
    "bangunan": {
        "status_bangunan": "milik_sendiri",
        "status_lahan": "tanah_negara",
        "bukti_lahan": "surat_lain",
        "luas_lantai": "24",
        "jumlah_kamar": "1",
    },
    "bahan-bangunan": {
        "lantai": "semen",
        "dinding": "tembok",
        "kondisi_dinding": "jelek",
        "atap": "asbes",
        "kondisi_atap": "jelek",
    },
    "air-energi": {
        "air_minum": "sumur_bor",
        "cara_air": "tidak_membeli",
        "jarak_air": "tidak_tahu",
        "penerangan": "pln_meteran",
        "bahan_bakar": "gas_3kg",
    },
    "daya": {"daya": "450", "id_pln": "5300 0000 0001"},
    "sanitasi": {"fasilitas_bab": "bersama", "tinja": "tangki_septik"},
    "kloset": {"kloset": "leher_angsa"},
    "harta": {
        "barang": ["lemari_es", "ponsel_pintar"],
        "tv": "lain",
        "kendaraan": ["motor"],
        "internet": "ponsel",
        "rekening": "pribadi",
    },
    "tanah-ternak": {
        "tanah_lain": "ya",
        "luas_tanah_lain": "60",
        "rumah_lain": "tidak",
        "ternak": "ya",
        "jumlah_kambing": "2",
        "jumlah_sapi": "",
    },
    "bantuan": {"bantuan": ["sembako", "kjp"], "bantuan_sembako": "3/2025", "bantuan_kjp": ""},
    "kebutuhan": {"tempat_tetap": "ya", "khawatir_makan": "ya", "pangan_separuh": "ya", "beli_pakaian": "tidak"},
    "program": {"program": ["PKH", "BPNT"]},
}
AT_SCHOOL = {
    "partisipasi": "masih", "jenjang": "sd", "kelas": "5", "ijazah": "tidak_punya", "nama_sekolah": SCHOOL,
    "nisn": "0152 345678",
}  # fmt: skip
NO_DIPLOMA = {"ijazah": "tidak_punya"}
AT_WORK: dict[str, str | list[str]] = {
    "bekerja": "ya", "pekerjaan": "pedagang", "lapangan_usaha": "perdagangan", "status_pekerjaan": "berusaha_sendiri",
    "jam_kerja": "40", "penghasilan": "1jt_sampai_umk", "jaminan_kerja": ["tidak_ada"], "npwp": "tidak_ada",
}  # fmt: skip
HEALTHY: dict[str, str | list[str]] = {
    "disabilitas": ["tidak_ada"], "penyakit": "tidak_ada", "jaminan_kesehatan": ["pbi"],
}  # fmt: skip


def day(name: str, when: date) -> dict[str, str]:
    return {f"{name}_day": f"{when:%d}", f"{name}_month": f"{when:%m}", f"{name}_year": f"{when:%Y}"}


class Whole(Sample):
    """The same four people: Siti expects a child, her daughter goes to school, the grandmother sees badly."""

    def __init__(self) -> None:
        super().__init__()
        self.mother, self.father, self.child, self.grandmother = self.people
        married = {"akta_nikah": "ada_dapat"}
        self.people[self.mother] |= married
        self.people[self.father] |= married
        self.whole: dict[str, dict[str, Any]] = {key: dict(typed) for key, typed in ONCE.items()}
        since = timezone.localdate().replace(day=1)
        self.pregnant_since = since
        self.activities: dict[str, dict[str, dict[str, Any]]] = {
            self.mother: {
                "dokumen-sekolah": self._papers(partisipasi="tidak_lagi", jenjang="smp", kelas="tamat", ijazah="smp"),
                "pekerjaan": AT_WORK,
                "kesehatan": {**HEALTHY, "hamil": "ya", **day("hamil_sejak", since)},
            },
            self.father: {
                "dokumen-sekolah": self._papers(partisipasi="tidak_lagi", jenjang="sd", kelas="4", **NO_DIPLOMA),
                "pekerjaan": {"bekerja": "tidak", "pekerjaan": "belum_bekerja", "npwp": "tidak_ada"},
                "kesehatan": HEALTHY,
            },
            self.child: {
                "dokumen-sekolah": self._papers(kartu_identitas=["akta_lahir", "kia"], **AT_SCHOOL),
                "pekerjaan": {"bekerja": "tidak", "pekerjaan": "pelajar"},
                "kesehatan": {**HEALTHY, "hamil": "tidak"},
            },
            self.grandmother: {
                "dokumen-sekolah": self._papers(partisipasi="belum", hubungan_krt="orang_tua"),
                "pekerjaan": {"bekerja": "tidak", "pekerjaan": "mengurus_rumah_tangga", "npwp": "tidak_ada"},
                "kesehatan": {
                    "disabilitas": ["netra"], "melihat": "banyak", "mengurus_diri": "sedikit", "penyakit": "hipertensi",
                    "jaminan_kesehatan": ["tidak_ada"],
                },
            },
        }  # fmt: skip

    def _papers(self, **more: str | list[str]) -> dict[str, str | list[str]]:
        return {"kartu_identitas": ["ktp"], "tercantum_di_kk": "ya", **more}

    def pages(self) -> Iterator[tuple[str, str, Typed]]:
        for key in ("kontak", "alamat-ktp"):
            yield key, "", self.once[key]
        yield "domisili", "", {**self.once["domisili"], "lama_tinggal": "12"}
        for item, number in self.kk.items():
            yield "kk", item, {"kk": number}
        for item, typed in self.people.items():
            yield "orang", item, typed
            for key, answers in self.activities[item].items():
                yield key, item, answers
        for key, typed in self.whole.items():
            if key == "program":
                yield "pernyataan", "", self.once["pernyataan"]
            yield key, "", typed
        yield "ibu-kandung", "", {mother_of(item): MOTHER for item in self.people}


def whole_phase(**changes: Any) -> Phase:
    return open_phase(questionnaire=Edition.WHOLE, **changes)


def whole_draft(*, by: User, phase: Phase | None = None, sample: Whole | None = None) -> Draft:
    draft = services.open_draft(by=by, phase=phase or whole_phase())
    return fill(draft, sample or Whole(), by=by)


def registered_whole(*, by: User, phase: Phase | None = None, sample: Whole | None = None) -> Household:
    return services.submit(draft=whole_draft(by=by, phase=phase, sample=sample), by=by)
