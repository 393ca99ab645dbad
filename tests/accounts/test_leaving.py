"""Deleting an account: with the password, undone for two weeks, and then nothing personal is left."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import leaving, services, slips
from accounts.models import Consent, OpenSession, User
from accounts.tasks import forget_expired
from audit.models import Act
from jobs.models import OutboxMessage
from registration.models import Draft, Household, Phase
from registration.services import open_draft
from tests.access.seen import keep_page
from tests.accounts.test_contacts import verified
from tests.accounts.test_sessions import everything_in
from tests.households import made_up_household, open_phase, register
from tests.people import PASSWORD, SITI_NIK, SITI_PHONE, budi, dewi, rina, sign_in, siti

pytestmark = pytest.mark.django_db


def ask(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/akun/hapus/", {"present": password})


def signed_in() -> Client:
    client = Client()
    siti(password=PASSWORD)
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    return client


def due(user: User) -> User:
    """The two weeks are over."""
    User.objects.filter(pk=user.pk).update(deletion_due_at=timezone.now() - timedelta(seconds=1))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def phase() -> Phase:
    return open_phase(dewi())


def test_the_page_says_what_goes_and_what_stays(phase: Phase) -> None:
    client = signed_in()
    open_draft(by=siti(), phase=phase)
    register(made_up_household(), by=siti(), phase=phase)
    response = client.get("/akun/hapus/")
    assert [holding.number for holding in response.context["goes"]] == [1]
    assert [(holding.number, bool(holding.why)) for holding in response.context["stays"]] == [(1, True)]
    assert 'href="/usulan/"' in response.content.decode()
    assert 'autocomplete="current-password"' in response.content.decode()
    assert client.get("/en/akun/hapus/").status_code == 200


@pytest.mark.parametrize("password", ["", "wrong", "x" * 400])
def test_it_takes_the_password(password: str) -> None:
    client = signed_in()
    assert ask(client, password).context["form"].errors["present"]
    assert siti().deletion_due_at is None


def test_asking_signs_out_everywhere_and_tells_the_contacts() -> None:
    client, other = signed_in(), sign_in(Client(), siti())
    assert ask(client).status_code == 200
    assert [one.get("/akun/").status_code for one in (client, other)] == [302, 302]
    user = siti()
    assert user.deletion_due_at is not None
    assert timedelta(days=13, hours=23) < user.deletion_due_at - timezone.now() <= leaving.UNDO
    assert {message.recipient for message in OutboxMessage.objects.all()} == {SITI_PHONE, "siti@contoh.id"}
    assert Act.objects.filter(verb="accounts.request_deletion", actor_id=user.pk).count() == 1
    leaving.request_deletion(user=user, by=user)
    assert OutboxMessage.objects.count() == 2, "asking twice changes nothing"


def check_it_can_only_be_kept() -> None:
    ask(signed_in())
    client = Client()
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    for path in ("/akun/", "/usulan/", "/akun/perangkat/", "/akun/hapus/", "/"):
        assert (path, client.get(path).headers.get("Location")) == (path, "/akun/tetap/")
    page = client.get("/akun/tetap/")
    assert page.status_code == 200
    keep_page("accounts:account_keep", page.content.decode())
    assert client.post("/akun/tetap/")["Location"] == "/akun/ke-beranda/"
    assert client.get("/akun/").status_code == 200
    assert siti().deletion_due_at is None
    assert client.get("/akun/tetap/")["Location"] == "/akun/"
    assert Act.objects.filter(verb="accounts.keep_account").count() == 1


def test_within_two_weeks_signing_in_leads_to_keeping_it() -> None:
    check_it_can_only_be_kept()


def test_an_account_that_goes_on_meanwhile_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.middleware.RequireSecondFactor._turn_back", lambda self, request: None)
    with pytest.raises(AssertionError):
        check_it_can_only_be_kept()


def test_whoever_lets_it_go_signs_out_again() -> None:
    ask(signed_in())
    client = Client()
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    assert client.post("/keluar/")["Location"] == "/"
    assert siti().deletion_due_at is not None


def check_nothing_personal_is_left(phase: Phase) -> None:
    user = verified(siti(password=PASSWORD), "phone", "email")
    services.claim_nik(user=user, by=rina())
    services.put_sign_in_code(user=user, kind="phone", by=user)
    slips.issue_slip(user=user, by=rina())
    open_draft(by=user, phase=phase)
    household = register(made_up_household(), by=user, phase=phase)
    OpenSession.objects.create(user=user, session_key="x")
    leaving.request_deletion(user=user, by=user)
    due(user)
    forget_expired()
    after = User.objects.get(pk=user.pk)
    assert after.deleted_at is not None
    assert (after.name, after.nik, after.nik_index, after.phone, after.phone_index, after.email) == ("",) + (None,) * 5
    assert (after.is_active, after.has_usable_password(), after.nik_proof, after.nik_claimed_at) == (
        False, False, None, None,
    )  # fmt: skip
    assert after.username.startswith("x-")
    assert not Draft.objects.open().filter(owner=user).exists()
    assert Household.objects.get(pk=household.pk).account_id == user.pk, "what was submitted stays"
    for table in ("opensession", "messagecode", "recoveryslip", "consent"):
        assert str(user.pk) not in everything_in(f"accounts_{table}"), table
    assert "Siti Aminah" not in everything_in("accounts_user")


def test_after_two_weeks_nothing_personal_is_left(phase: Phase) -> None:
    check_nothing_personal_is_left(phase)


@pytest.mark.parametrize("flaw", ["_empty", "_forget_what_hangs_on"])
def test_a_deletion_that_leaves_something_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch, flaw: str) -> None:
    monkeypatch.setattr(leaving, flaw, lambda user: None)
    with pytest.raises(AssertionError):
        check_nothing_personal_is_left(phase)


def test_a_deleted_account_opens_no_more_and_its_nik_is_free(client: Client) -> None:
    user = siti(password=PASSWORD)
    services.claim_nik(user=user, by=rina())
    leaving.request_deletion(user=user, by=user)
    due(user)
    assert leaving.erase_due() == 1
    assert leaving.erase_due() == 0
    assert client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD}).status_code == 200
    assert "_auth_user_id" not in client.session
    fresh = services.create_citizen(nik=SITI_NIK, name="Siti Aminah", phone=SITI_PHONE, password=None)
    assert services.claim_nik(user=fresh, by=rina())


def test_who_keeps_the_account_in_the_last_moment_keeps_it() -> None:
    user = siti(password=PASSWORD)
    leaving.request_deletion(user=user, by=user)
    due(user)
    assert leaving.keep_account(user=user, by=user)
    assert leaving.erase_due() == 0
    assert siti().name == "Siti Aminah"
    assert not leaving.keep_account(user=user, by=user)


@pytest.fixture
def _one_fails() -> Iterator[None]:
    """A room that cannot erase what it holds for Budi."""

    def erases(user: User) -> None:
        if user.pk == budi().pk:
            raise RuntimeError(SITI_NIK)

    leaving.register(tells=lambda user: [], erases=erases)
    yield
    leaving._tellers.pop()
    leaving._erasers.pop()


@pytest.mark.usefixtures("_one_fails")
def test_one_account_that_cannot_be_deleted_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    for user in (budi(), siti()):
        leaving.request_deletion(user=user, by=user)
        due(user)
    with caplog.at_level(logging.INFO):
        assert leaving.erase_due() == 1
    assert (budi().name, User.objects.filter(name="Siti Aminah").exists()) == ("Budi", False)
    assert SITI_NIK not in caplog.text
    assert "RuntimeError" in caplog.text


def test_staff_lose_their_roles_first() -> None:
    client = sign_in(Client(), rina(password=PASSWORD))
    assert client.get("/akun/hapus/").status_code == 403
    assert ask(client).status_code == 403
    with pytest.raises(leaving.NotForStaff):
        leaving.request_deletion(user=rina(), by=rina())


def test_consents_go_with_the_account() -> None:
    user = siti()
    Consent.objects.create(user=user, version="2026-11-01", language="id")
    leaving.request_deletion(user=user, by=user)
    due(user)
    leaving.erase_due()
    assert not Consent.objects.exists()
