from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from identity.indexes import current_index_key_id
from jobs.services import work_run
from matching.loading import load_extract
from matching.masking import mask_name
from matching.models import PersonVerdict
from matching.services import start_matching
from registration.models import Phase
from tests.matching.town import entry, nik_of, settle, write_population
from tests.people import dewi, sign_in, siti

pytestmark = pytest.mark.django_db


@pytest.fixture
def matched(phase: Phase, tmp_path: Path) -> Phase:
    settle(phase, 30, owner=siti())
    path = write_population(tmp_path / "p.csv", [entry(n).but(tanggal_lahir="1950-01-01") for n in range(20)])
    load_extract(path=path, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None)
    work_run(start_matching(phase=phase, source="population", by=dewi()).pk, worker="test")
    return phase


def test_verdicts_are_listed_with_masked_names_in_few_queries(
    client: Client, matched: Phase, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, dewi())
    url = reverse("admin:matching_personverdict_changelist")
    client.get(url)
    with django_assert_num_queries(6):
        text = client.get(url).content.decode()
    assert text.count("O••• ") == 30
    assert text.count("birth_date") == 20
    assert "Contoh" not in text
    assert nik_of(0) not in text
    filtered = client.get(url, {"value__exact": "nik_tidak_ditemukan"}).content.decode()
    assert filtered.count("O••• ") == 10


def test_one_verdict_and_the_extracts_can_be_read_and_not_written(client: Client, matched: Phase) -> None:
    sign_in(client, dewi())
    verdict = PersonVerdict.objects.filter(value="padan_sebagian")[0]
    url = reverse("admin:matching_personverdict_change", args=[verdict.pk])
    text = client.get(url).content.decode()
    assert "Contoh" not in text
    assert escape('"sex": {"result": "Sesuai"}, "kk": {"result": "Sesuai"}') in text
    assert client.post(url, {"value": "padan"}).status_code == 403
    assert client.get(reverse("admin:matching_snapshot_changelist")).status_code == 200


def test_names_are_masked() -> None:
    assert mask_name("Siti Aminah") == "S••• A•••"
