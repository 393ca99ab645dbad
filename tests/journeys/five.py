"""Five people on two KK in one small house: an infant without a NIK, a mother who expects her next child."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.journeys.families import (
    BAYU,
    EXPECTING,
    KTP,
    POOR_DWELLING,
    SUKARDI,
    WARSINI,
    Home,
    Kk,
    at_home,
    at_work,
    does,
    left_school,
    person,
)
from tests.people import GAMBIR, SITI_NIK

AHMAD = person(
    "Ahmad Fauzi", date(1983, 1, 2), "L", "kepala", "kawin",
    does(left_school("smp"), at_work("buruh_harian", "konstruksi", "bebas_nonpertanian")),
)  # fmt: skip
SITI_EXPECTING = person(
    "Siti Aminah", date(1985, 8, 17), "P", "istri", "kawin",
    does(
        left_school("sma"), at_home("mengurus_rumah_tangga", npwp="tidak_ada"), hamil="ya",
        hamil_sejak_day=f"{EXPECTING:%d}", hamil_sejak_month=f"{EXPECTING:%m}", hamil_sejak_year=f"{EXPECTING:%Y}",
    ),
    nik=SITI_NIK,
)  # fmt: skip

# First the address of a KTP from elsewhere; then Siti remembers that the new KTP is from Jakarta.
KTP_FROM_ELSEWHERE: dict[str, Any] = {
    "alamat": "Dusun Krajan", "rt": "2", "rw": "1", "daerah_lain": "Desa Sukamaju, Kec. Contoh, Kab. Contoh",
}  # fmt: skip
WRITTEN_OUT: dict[str, Any] = {
    "kelurahan": GAMBIR, "alamat": "Jl. Petojo Enclek IX No. 12", "rt": "7", "rw": "4", "lama_tinggal": 12,
}  # fmt: skip
KTP_OF_JAKARTA: dict[str, Any] = {**KTP, "daerah_lain": ""}
SAME: dict[str, Any] = {"sama": "sama"}

FIVE = Home(
    families=(
        Kk("9901010203150001", (AHMAD, SITI_EXPECTING, BAYU)),
        Kk("9901011107090002", (SUKARDI, WARSINI)),
    ),
    before={"kontak": {"untuk": "diri", "telepon": "0812 0000 0001"}},
    after=POOR_DWELLING,
)
