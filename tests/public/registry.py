"""People of the status check: registered, listed, withdrawn, opted out; and a citizen who fills in its form."""

import re
from datetime import date, timedelta
from itertools import count
from typing import Any, cast

from captcha.models import CaptchaStore
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from identity.indexes import keyed_index
from identity.names import fold_name
from registration.models import Family, Household, Member, Phase
from registration.stage import Stage
from stages.models import Determination, DeterminationBatch
from tests.people import GAMBIR, dewi, siti

NIK = "9901015708850001"
TYPED = {
    "nik": NIK,
    "name": "SITI AMINAH",
    "birth_date_day": "17",
    "birth_date_month": "8",
    "birth_date_year": "1985",
    "reference": "",
}
KEY = re.compile(r'name="captcha_0" value="([0-9a-f]{40})"')
_numbers = count(1)


def open_phase(**changes: Any) -> Phase:
    now = timezone.now()
    about: dict[str, Any] = {
        "slug": f"tahap-{next(_numbers)}",
        "name": "Tahap II 2026",
        "stage": Stage.PENDAFTARAN,
        "stage_changed_at": now - timedelta(days=3),
        "opens_at": now - timedelta(days=3),
        "closes_at": now + timedelta(days=17),
        "rules_on": date(2024, 11, 1),
    }
    return Phase.objects.create(**{**about, **changes})


def register(phase: Phase, *, nik: str = NIK, name: str = "Siti Aminah", **changes: Any) -> Member:
    """A submitted household of one person, born on 17 August 1985."""
    account, now = siti(), timezone.now()
    about: dict[str, Any] = {"submitted_at": now, "submitted_by": account, "declarations": {}, **changes}
    household = Household.objects.create(
        phase=phase, account=account, kelurahan_id=GAMBIR, address="Jalan Contoh 1", rt="001", rw="002", **about
    )
    kk = f"990101010120{next(_numbers):04d}"
    family = Family.objects.create(household=household, kk=kk, kk_index=keyed_index("kk", kk))
    return Member.objects.create(
        family=family,
        household=household,
        phase=phase,
        nik=nik,
        nik_index=keyed_index("nik", nik),
        name=name,
        birth_date=date(1985, 8, 17),
        sex="P",
        relation="kepala",
        is_head=True,
    )


def withdraw(member: Member) -> None:
    Household.objects.filter(pk=member.household_id).update(
        withdrawn_at=timezone.now(), withdrawn_by=siti(), withdrawal_reason="pindah"
    )


def determine(
    *,
    nik: str = NIK,
    name: str = "Siti Aminah",
    status: str = "ditetapkan_layak",
    reason: str = "",
    as_of: date = date(2026, 11, 1),
) -> None:
    """The ministry's list says something about one person."""
    batch = DeterminationBatch.objects.create(
        registry_name="DTKS",
        source="Kepmensos contoh",
        sha256=f"{next(_numbers):064d}",
        row_count=1,
        index_key_id="t1",
        imported_by=dewi(),
    )
    Determination.objects.create(
        batch=batch,
        line=1,
        nik_index=keyed_index("nik", nik),
        name=fold_name(name),
        birth_date=date(1985, 8, 17),
        status=status,
        reason=reason,
        programmes=["PKH"],
        as_of=as_of,
        registry_name="DTKS",
        source="Kepmensos contoh",
    )


def solved(client: Client, address: str = "/cek-status/") -> dict[str, str]:
    """A fresh captcha of the page with its right answer, as form fields."""
    found = KEY.search(client.get(address).content.decode())
    assert found is not None
    return answered(found[1])


def answered(key: str) -> dict[str, str]:
    return {"captcha_0": key, "captcha_1": CaptchaStore.objects.get(hashkey=key).response}


def check_status(client: Client, **typed: Any) -> HttpResponse:
    return cast(HttpResponse, client.post("/cek-status/", {**TYPED, **solved(client), **typed}))
