"""A phase that is open, and households of people who cannot exist, typed the way a browser posts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from registration import services, state
from registration.models import Draft, DraftPage, Household, Phase
from registration.pages import PAGE_BY_KEY
from registration.questionnaire.versions import Edition
from registration.stage import Stage
from registration.state import DraftState, Entry, new_item
from tests.people import GAMBIR

if TYPE_CHECKING:
    from accounts.models import User
    from areas.models import Area

Typed = Mapping[str, str | list[str]]
_serial = count(1)


def open_phase(**changes: Any) -> Phase:
    now = timezone.now()
    values: dict[str, Any] = {
        "slug": f"tahap-{next(_serial)}",
        "name": "Tahap I 2026",
        "stage": Stage.PENDAFTARAN,
        "stage_changed_at": now - timedelta(days=2),
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=19),
        "rules_on": date(2022, 5, 9),
        "questionnaire": Edition.SHORT,  # quick to fill; the whole one is in `tests.registration.whole`
    }
    return Phase.objects.create(**{**values, **changes})


def nik(*, born: date, sex: str, serial: int | None = None) -> str:
    """A NIK of the unknown region 99.01.01."""
    day = born.day + (40 if sex == "P" else 0)
    return f"990101{day:02d}{born:%m%y}{serial or next(_serial):04d}"


def kk(serial: int | None = None) -> str:
    return f"990101010115{serial or next(_serial):04d}"


def post(typed: Typed) -> MultiValueDict[str, str]:
    return MultiValueDict({key: value if isinstance(value, list) else [value] for key, value in typed.items()})


def person(
    *, family: str, name: str, born: date, sex: str, relation: str, marital: str = "kawin", number: str | None = None
) -> dict[str, str]:
    return {
        "kk": family,
        "nik": nik(born=born, sex=sex) if number is None else number,
        "nama": name,
        "tempat_lahir": "Jakarta",
        "tanggal_lahir_day": f"{born.day}",
        "tanggal_lahir_month": f"{born.month}",
        "tanggal_lahir_year": f"{born.year}",
        "jenis_kelamin": sex,
        "hubungan": relation,
        "status_kawin": marital,
    }


ACTIVITY: dict[str, str | list[str]] = {
    "masih_sekolah": "tidak",
    "jenjang": "smp",
    "bekerja": "ya",
    "pekerjaan": "buruh_harian",
    "disabilitas": [],
}
ANSWERS = {
    "ktp_dki": "ya",
    "domisili_dki": "ya",
    "pegawai_tetap": "tidak",
    "mobil": "tidak",
    "njop": "tidak",
    "air_kemasan": "tidak",
}
ONCE: dict[str, dict[str, str]] = {
    "kontak": {"untuk": "diri", "telepon": "0812 0000 0001"},
    "alamat-ktp": {"alamat": "Jl. Contoh 1", "rt": "5", "rw": "012", "kelurahan": GAMBIR, "daerah_lain": ""},
    "domisili": {"sama": "sama"},
    "bangunan": {"status_bangunan": "kontrak_sewa", "luas_lantai": "24", "jumlah_kamar": "1"},
    "bahan-bangunan": {"lantai": "semen", "dinding": "tembok", "atap": "asbes"},
    "air-energi": {"air_minum": "isi_ulang", "penerangan": "pln_meteran", "bahan_bakar": "gas_3kg"},
    "daya": {"daya": "450"},
    "sanitasi": {"fasilitas_bab": "bersama", "tinja": "tangki_septik"},
    "kloset": {"kloset": "leher_angsa"},
    "pernyataan": ANSWERS,
}


class Sample:
    """Siti's household: a couple with a school child, and the grandmother on a KK of her own."""

    def __init__(self) -> None:
        self.first, self.second = new_item(), new_item()
        self.kk = {self.first: kk(), self.second: kk()}
        people = (
            person(family=self.first, name="Siti Aminah", born=date(1985, 8, 17), sex="P", relation="kepala"),
            person(family=self.first, name="Ahmad", born=date(1983, 1, 2), sex="L", relation="suami"),
            person(
                family=self.first,
                name="Nur",
                born=date(2015, 3, 4),
                sex="P",
                relation="anak",
                marital="belum_kawin",
            ),
            person(
                family=self.second,
                name="Halimah",
                born=date(1950, 12, 31),
                sex="P",
                relation="kepala",
                marital="cerai_mati",
            ),
        )
        self.people: dict[str, dict[str, str]] = {new_item(): typed for typed in people}
        self.once: dict[str, dict[str, str]] = {key: dict(typed) for key, typed in ONCE.items()}

    def pages(self) -> Iterator[tuple[str, str, Typed]]:
        """(page key, item, what is typed) in the order of the form."""
        for key in ("kontak", "alamat-ktp", "domisili"):
            yield key, "", self.once[key]
        for item, number in self.kk.items():
            yield "kk", item, {"kk": number}
        for item, typed in self.people.items():
            yield "orang", item, typed
            asks_pregnancy = typed["jenis_kelamin"] == "P" and 1972 <= int(typed["tanggal_lahir_year"]) <= 2016
            yield "kegiatan", item, {**ACTIVITY, **({"hamil": "tidak"} if asks_pregnancy else {})}
        for key in list(ONCE)[3:]:
            if key in self.once:
                yield key, "", self.once[key]


def at_counter(sample: Sample) -> Sample:
    sample.once["kontak"] = {"persetujuan": "on", "telepon": ""}
    return sample


def fill(draft: Draft, sample: Sample, *, by: User, but: tuple[str, ...] = ()) -> Draft:
    """Every page of the sample as `services.save_page` keeps it, except those named in `but`, in a new draft: all rows
    at once, since nobody else knows the draft yet."""
    held, rows = DraftState(draft, []), []
    for key, item, typed in sample.pages():
        if key not in but:
            form = PAGE_BY_KEY[key].build(held, item, post(typed))
            assert form.is_valid(), (key, form.errors)
            entry = Entry(key, item, form.typed(post(typed)), form.answers(), True, 1)
            held.put(entry)
            data = {state.TYPED: entry.typed, state.ANSWERS: entry.answers}
            rows.append(DraftPage(draft=draft, page=key, item=item, data=data, complete=True, saved_by=by))
    DraftPage.objects.bulk_create(rows)
    draft.save(update_fields=["updated_at"])
    return draft


def ready_draft(
    *, by: User, phase: Phase | None = None, sample: Sample | None = None, kelurahan: Area | None = None
) -> Draft:
    """A draft in which nothing is missing."""
    draft = services.open_draft(by=by, phase=phase or open_phase(), kelurahan=kelurahan)
    sample = sample or Sample()
    return fill(draft, at_counter(sample) if kelurahan else sample, by=by)


def registered(
    *, by: User, phase: Phase | None = None, sample: Sample | None = None, kelurahan: Area | None = None
) -> Household:
    """A household that has been submitted."""
    return services.submit(draft=ready_draft(by=by, phase=phase, sample=sample, kelurahan=kelurahan), by=by)
