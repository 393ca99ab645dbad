"""Data saya: taking it away, as JSON or on paper."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Act
from home.my_data_paper import KIND
from jobs.models import Document
from jobs.printing import making
from jobs.printing.making import make_waiting
from registration.models import Household
from tests.home.mine import DOWNLOAD
from tests.people import PASSWORD, SITI_NIK, budi, sign_in, siti

pytestmark = pytest.mark.django_db


def download(client: Client, **typed: str) -> Any:
    return client.post(DOWNLOAD, {"bentuk": "json", "present": PASSWORD, **typed})


@pytest.fixture
def citizen(client: Client) -> Client:
    return sign_in(client, siti(password=PASSWORD))


def test_the_download_asks_for_the_password_and_is_recorded(citizen: Client, household: Household) -> None:
    sign_in(citizen, siti(password=PASSWORD))
    wrong = download(citizen, present="salah sekali 1")
    assert wrong["Content-Type"].startswith("text/html")
    assert SITI_NIK not in wrong.content.decode()
    response = download(citizen)
    assert response["Content-Type"] == "application/json"
    assert re.fullmatch(r'attachment; filename="data-saya-\d{4}-\d\d-\d\d\.json"', response["Content-Disposition"])
    content = response.json()
    assert (content["format"], content["version"], content["account"]["nik"]) == ("dtks-data-saya", 1, SITI_NIK)
    acts = Act.objects.filter(verb="home.download_my_data")
    assert [(act.actor_id, act.data) for act in acts] == [(siti().pk, {"form": "json"})]


def test_guessing_the_password_is_limited(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.tries.spend", lambda bucket, key: False)
    assert download(citizen)["Content-Type"].startswith("text/html")
    assert not Act.objects.filter(verb="home.download_my_data").exists()


def test_a_look_at_the_page_alone_gives_no_copy(citizen: Client) -> None:
    assert citizen.get(DOWNLOAD)["Content-Type"].startswith("text/html")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "can_write", lambda: True)
    monkeypatch.setattr("home.my_data_views.can_write", lambda: True)
    monkeypatch.setattr(making, "write_pdf", lambda html: html.encode())


def test_the_pdf_is_made_by_a_worker_for_its_owner(citizen: Client, household: Household, quick: None) -> None:
    sign_in(citizen, siti(password=PASSWORD))
    response = download(citizen, bentuk="pdf")
    document = Document.objects.get(kind=KIND)
    wait = reverse("home:my_data_pdf_wait", kwargs={"document": document.pk})
    take = reverse("home:my_data_pdf_download", kwargs={"document": document.pk})
    assert response["Location"] == wait
    assert citizen.get(take).status_code == 404
    assert make_waiting() == 1
    assert citizen.get(wait, headers={"accept": "application/json"}).json() == {"state": "ready"}
    assert take in citizen.get(wait).content.decode()
    file = citizen.get(take)
    assert household.reference in file.content.decode()
    assert re.findall(r"(?<!\d)\d{16}(?!\d)", file.content.decode()) == []
    assert Act.objects.filter(verb="home.download_my_data", data={"form": "pdf"}).count() == 1
    sign_in(citizen, budi())
    assert (citizen.get(wait).status_code, citizen.get(take).status_code) == (404, 404)


def test_a_paper_about_somebody_else_is_not_made(quick: None) -> None:
    making.ask(kind=KIND, about_id=siti().pk, by_id=budi().pk, language="id")
    assert make_waiting() == 0


def test_without_pango_only_the_json_is_offered(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("home.my_data_views.can_write", lambda: False)
    assert 'value="pdf"' not in citizen.get(DOWNLOAD).content.decode()
    assert download(citizen, bentuk="pdf").status_code == 200
    assert not Document.objects.exists()
