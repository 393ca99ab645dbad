"""Families and drafts of which Siti reads what is held about her."""

import json
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import User
from areas.models import Area
from home.my_data import gather
from identity.names import fold_name
from registration.models import Draft, DraftPage, Member, Phase
from registration.pages import PAGE_BY_KEY
from registration.services import open_handover, save_page, take_handover
from stages.models import Determination, DeterminationBatch
from tests.people import GAMBIR, SITI_NIK, dewi, rina, siti
from tests.registration.samples import Sample, post, ready_draft

SHOW, DOWNLOAD = reverse("home:my_data_show"), reverse("home:my_data_download")
STRANGE = "Prananingrum"


def with_own_nik() -> Sample:
    """Siti's household with the NIK of her account, and her mother-in-law on a KK of her own."""
    sample = Sample()
    first = next(iter(sample.people.values()))
    first["nik"] = SITI_NIK
    for typed in list(sample.people.values())[3:]:
        typed["nama"] = f"Halimah {STRANGE}"
    return sample


def listed(member: Member, **changes: Any) -> Determination:
    batch = DeterminationBatch.objects.create(
        registry_name="DTKS", source="SK 1", sha256=f"{member.pk.hex}{member.pk.hex}", row_count=1, index_key_id="t1",
        imported_by=dewi(),
    )  # fmt: skip
    about: dict[str, Any] = {
        "name": fold_name(member.name), "birth_date": member.birth_date, "nik_index": member.nik_index,
        "status": "ditetapkan_layak", "programmes": ["PKH"], "as_of": date(2026, 1, 1), "registry_name": "DTKS",
        "source": "SK 1", "line": 1, "batch": batch,
    }  # fmt: skip
    return Determination.objects.create(**{**about, **changes})


def whole(user: User) -> str:
    return json.dumps(gather(user, masked=False), ensure_ascii=False)


def helped_at_the_desk(phase: Phase, *, sample: Sample | None = None) -> Draft:
    """Siti's draft in the hands of Gambir: Rina has changed a page, then Siti one."""
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    handover = open_handover(draft=draft, kelurahan=Area.objects.get(pk=GAMBIR), by=siti())
    take_handover(code=handover.code, by=rina())
    page, before = PAGE_BY_KEY["daya"], DraftPage.objects.get(draft=draft, page="daya").version
    for version, (by, watts) in enumerate(((rina(), "900"), (siti(), "1300")), before):
        save_page(draft=draft, page=page, item="", posted=post({"daya": watts}), version=version, by=by)
    return draft
