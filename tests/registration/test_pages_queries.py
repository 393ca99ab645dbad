"""No page of the form asks the database more than twelve times, shown or saved, nor when it is handed to a desk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from areas.models import Area
from registration import services
from registration.models import Draft, Phase
from tests.people import GAMBIR, rina, sign_in, siti
from tests.registration.samples import Sample, ready_draft

pytestmark = pytest.mark.django_db
MOST = 12


def page_address(draft: Draft, key: str, item: str) -> str:
    kwargs = {"draft_id": draft.pk, "key": key, **({"item": item} if item else {})}
    return reverse(f"registration:{'item' if item else 'page'}_edit", kwargs=kwargs)


def counted(client: Client, draft: Draft, sample: Sample) -> dict[tuple[str, str], int]:
    """The most queries of each page, shown and saved."""
    found: dict[tuple[str, str], int] = {}
    for key, item, typed in sample.pages():
        address = page_address(draft, key, item)
        version = str(draft.pages.get(page=key, item=item).version)
        for method, data in (("get", None), ("post", {"version": version, "confirmed": "nik.region_unknown", **typed})):
            with CaptureQueriesContext(connection) as queries:
                response = getattr(client, method)(address, data)
            assert response.status_code == (200 if method == "get" else 302), (key, method)
            said = [query for query in queries if "SAVEPOINT" not in query["sql"]]
            found[(key, method)] = max(found.get((key, method), 0), len(said))
    return found


def test_pages_of_a_citizen(client: Client, phase: Phase) -> None:
    sample = Sample()
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    most = counted(sign_in(client, siti()), draft, sample)
    assert {page: number for page, number in most.items() if number > MOST} == {}


def test_pages_of_a_draft_that_was_handed_over(client: Client, phase: Phase) -> None:
    sample = Sample()
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    code = services.open_handover(draft=draft, kelurahan=Area.objects.get(pk=GAMBIR), by=siti()).code
    services.take_handover(code=code, by=rina())
    most = counted(sign_in(client, rina()), draft, sample)
    assert {page: number for page, number in most.items() if number > MOST} == {}
