"""Form pages are light: few queries, and at most 40 KB with everything they bring along."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registration.pages import PAGES, Repeats
from tests.people import sign_in, siti
from tests.registration.whole import Whole, whole_draft

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
MOST_BYTES = 40_000
SHOWN, KEPT = 5, 9
WITH_AREAS = {"alamat-ktp", "domisili"}  # one query more: the edition of the list of areas


def counted(client: Client, address: str, posted: dict[str, object] | None = None) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address) if posted is None else client.post(address, posted)
    assert response.status_code in (200, 302), response.content.decode()
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def test_every_page_takes_few_queries(client: Client) -> None:
    sample = Whole()
    draft = whole_draft(by=siti(), sample=sample)
    sign_in(client, siti())
    shown, kept = {}, {}
    for key, item, typed in sample.pages():
        name, more = ("item_edit", {"item": item}) if item else ("page_edit", {})
        address = reverse(f"registration:{name}", kwargs={"draft_id": draft.pk, "key": key, **more})
        shown[key] = counted(client, address)
        kept[key] = counted(client, address, {**typed, "version": "1", "daftar": "1"})
    assert max(shown.values()) <= MOST_QUERIES
    assert max(kept.values()) <= MOST_QUERIES
    assert shown == {key: SHOWN + (key in WITH_AREAS or key == "orang") for key in shown}
    assert kept == {key: KEPT + (key in WITH_AREAS) for key in kept}
    assert set(shown) == {page.key for page in PAGES if page.key not in ("perwakilan", "kegiatan")}


def weight(html: str) -> int:
    """Bytes over the wire: the page and every file it names, compressed as the proxy does."""
    files = set(re.findall(rf'(?:src|href)="{re.escape(settings.STATIC_URL)}([^"]+)"', html))
    contents = [Path(str(finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)))).read_bytes() for name in files]
    assert contents
    return sum(len(gzip.compress(content, 6)) for content in [html.encode(), *contents])


def test_every_page_is_small(client: Client) -> None:
    draft = whole_draft(by=siti())
    sign_in(client, siti())
    person = draft.pages.filter(page="orang").first()
    assert person is not None
    for page in PAGES:
        if page.key in ("perwakilan", "kegiatan"):
            continue
        item = {} if page.repeats is Repeats.ONCE else {"item": person.item}
        if page.key == "kk":
            item = {"item": draft.pages.filter(page="kk").values_list("item", flat=True)[0]}
        name = "item_edit" if item else "page_edit"
        html = client.get(reverse(f"registration:{name}", kwargs={"draft_id": draft.pk, "key": page.key, **item}))
        assert weight(html.content.decode()) <= MOST_BYTES, page.key
