"""Staff get nowhere without their second factor, and no code works twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from accounts import middleware, second_factor, services, totp
from accounts.models import Role, User
from audit.models import Act
from tests.access.seen import keep_page
from tests.people import PASSWORD, TOTP_SECRET, dewi, rina, sign_in, siti

# What is open to anybody's machines, and to staff who have still to enrol.
OPEN = ("/livez", "/readyz", "/keluar/", "/akun/aplikasi-kode/")


def every_page() -> list[str]:
    """The paths of all pages of all rooms that take no argument."""

    def below(resolver: Any, path: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            part = str(pattern.pattern).removeprefix("^").removesuffix("$")
            if hasattr(pattern, "url_patterns"):
                yield from below(pattern, path + part)
            elif not set("<(?") & set(path + part):
                yield f"/{path}{part}"

    return [path for path in below(get_resolver(), "") if path not in OPEN]


def without_factor(**grant: Any) -> User:
    return services.create_staff(
        username="rudi", name="Rudi", email="rudi@contoh.id", password=PASSWORD, role=Role.ADMIN, area=None
    )


@pytest.mark.django_db
def test_staff_without_a_second_factor_reach_its_enrolment_only(client: Client) -> None:
    without_factor()
    client.post("/masuk/", {"login": "rudi", "password": PASSWORD})
    assert client.session.get("_auth_user_id") is not None
    for path in every_page():
        assert (path, client.get(path).headers.get("Location")) == (path, "/akun/aplikasi-kode/")
    assert client.get("/akun/aplikasi-kode/").status_code == 200
    assert client.post("/keluar/").status_code == 302


@pytest.mark.django_db
def test_a_mutant_without_the_guard_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware.RequireSecondFactor, "_turn_back", lambda self, request: None)
    with pytest.raises(AssertionError):
        test_staff_without_a_second_factor_reach_its_enrolment_only(client)


@pytest.mark.django_db
def test_a_session_that_has_not_passed_the_second_factor_is_ended(client: Client) -> None:
    for path in every_page():
        client.force_login(rina())
        assert (path, client.get(path).headers.get("Location", "")[:13]) == (path, "/masuk/?next=")
        assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_createsuperuser_makes_somebody_who_must_enrol(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", username="Tekno", email="tekno@contoh.id", verbosity=0)
    assert client.post("/masuk/", {"login": "tekno", "password": PASSWORD}).status_code == 302
    assert client.get("/admin/")["Location"] == "/akun/aplikasi-kode/"
    enrol(client)
    assert client.get("/admin/").status_code == 200
    assert client.get("/akun/ke-beranda/")["Location"] == "/admin/"


@pytest.mark.django_db
def test_changepassword_reaches_every_way_of_signing_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = siti(password="another sentence 55")
    monkeypatch.setattr("getpass.getpass", lambda *args, **kwargs: PASSWORD)
    call_command("changepassword", user.username, verbosity=0)
    client.post("/masuk/", {"login": "siti@contoh.id", "password": "another sentence 55"})
    assert "_auth_user_id" not in client.session
    client.post("/masuk/", {"login": "siti@contoh.id", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def enrol(client: Client) -> Any:
    page = client.get("/akun/aplikasi-kode/")
    secret = page.context["form"].secret
    return client.post("/akun/aplikasi-kode/", {"code": totp.current_code(secret)})


@pytest.mark.django_db
def test_enrolling_shows_recovery_codes_once_and_seals_the_secret(client: Client) -> None:
    user = without_factor()
    client.post("/masuk/", {"login": "rudi", "password": PASSWORD})
    before = client.session.session_key
    page = client.get("/akun/aplikasi-kode/")
    keep_page("accounts:second_factor_enrol", page.content.decode())
    secret = page.context["form"].secret
    assert client.post("/akun/aplikasi-kode/", {"code": "000000"}).context["form"].errors["code"]
    response = client.post("/akun/aplikasi-kode/", {"code": totp.current_code(secret)})
    assert response["Location"] == "/akun/kode-cadangan/"
    assert client.session.session_key != before
    codes = client.get("/akun/kode-cadangan/").context["codes"]
    assert len(codes) == 10
    assert client.get("/akun/kode-cadangan/").context["codes"] == []
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)
    assert Act.objects.filter(verb="accounts.enrol_second_factor", subject_id=str(user.pk)).count() == 1
    assert client.get("/akun/ke-beranda/")["Location"] == "/admin/"
    assert client.get("/akun/aplikasi-kode/")["Location"] == "/akun/kode-cadangan/"


@pytest.mark.django_db
def test_the_code_that_enrolled_does_not_sign_in(client: Client) -> None:
    without_factor()
    client.post("/masuk/", {"login": "rudi", "password": PASSWORD})
    secret = client.get("/akun/aplikasi-kode/").context["form"].secret
    code = totp.current_code(secret)
    client.post("/akun/aplikasi-kode/", {"code": code})
    client.post("/keluar/")
    client.post("/masuk/", {"login": "rudi", "password": PASSWORD})
    assert client.post("/masuk/kode/", {"code": code}).context["form"].errors["code"]
    assert "_auth_user_id" not in client.session


def accepted(client: Client, code: str) -> bool:
    client.post("/masuk/", {"login": "rina", "password": PASSWORD})
    client.post("/masuk/kode/", {"code": code})
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_a_code_works_once_and_no_older_one_after_it() -> None:
    rina(password=PASSWORD)
    now, ahead = totp.current_code(TOTP_SECRET), totp.current_code(TOTP_SECRET, steps_ahead=1)
    assert accepted(Client(), now)
    assert not accepted(Client(), now)
    assert accepted(Client(), f"{ahead[:3]} {ahead[3:]}")
    assert not accepted(Client(), now)
    assert not accepted(Client(), totp.current_code(TOTP_SECRET, steps_ahead=5))


def check_parallel_replay() -> None:
    """One code, twelve times at once, as twelve processes would: one is accepted."""
    user = rina(password=PASSWORD)
    code = totp.current_code(TOTP_SECRET)

    def attempt(_number: int) -> bool:
        try:
            return totp.accept_code(user=user, code=code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=12) as pool:
        assert sum(pool.map(attempt, range(12))) == 1


@pytest.mark.django_db(transaction=True)
def test_one_code_at_once_in_many_processes_is_accepted_once() -> None:
    check_parallel_replay()


@pytest.mark.django_db(transaction=True)
def test_a_mutant_without_memory_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = totp.matching_step
    monkeypatch.setattr(totp, "matching_step", lambda secret, code, after=-1: honest(secret, code))
    with pytest.raises(AssertionError):
        check_parallel_replay()


@pytest.mark.django_db
def test_a_recovery_code_works_once_and_new_ones_replace_them(client: Client) -> None:
    without_factor()
    client.post("/masuk/", {"login": "rudi", "password": PASSWORD})
    enrol(client)
    codes = client.get("/akun/kode-cadangan/").context["codes"]

    def passes(code: str) -> bool:
        other = Client()
        other.post("/masuk/", {"login": "rudi", "password": PASSWORD})
        other.post("/masuk/kode/", {"code": code})
        return "_auth_user_id" in other.session

    assert [passes(codes[0]), passes(codes[0]), passes(codes[1])] == [True, False, True]
    assert client.post("/akun/kode-cadangan/", {"code": "000000"}).context["form"].errors["code"]
    secret = _secret_of("rudi")
    client.post("/akun/kode-cadangan/", {"code": totp.current_code(secret, steps_ahead=1)})
    fresh = client.get("/akun/kode-cadangan/").context["codes"]
    assert len(fresh) == 10
    assert not passes(codes[2])


def _secret_of(username: str) -> str:
    from allauth.mfa.utils import decrypt

    row = Authenticator.objects.get(user__username=username, type=Authenticator.Type.TOTP)
    return str(decrypt(row.data["secret"]))


@pytest.mark.django_db
def test_tries_for_the_code_are_limited() -> None:
    rina(password=PASSWORD)
    client = Client()
    client.post("/masuk/", {"login": "rina", "password": PASSWORD})
    for _number in range(10):
        client.post("/masuk/kode/", {"code": "000000"})
    response = client.post("/masuk/kode/", {"code": totp.current_code(TOTP_SECRET)})
    assert response.context["form"].errors.as_data()["code"][0].code == "too_many_tries"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_code_page_is_nothing_without_a_password(client: Client) -> None:
    assert client.get("/masuk/kode/")["Location"] == "/masuk/"
    assert client.post("/masuk/kode/", {"code": "123456"})["Location"] == "/masuk/"
    rina(password=PASSWORD)
    client.post("/masuk/", {"login": "rina", "password": PASSWORD})
    assert client.get("/masuk/kode/").status_code == 200
    assert client.get("/masuk/")["Location"] == "/masuk/kode/"
    client.post("/keluar/")
    assert client.get("/masuk/kode/")["Location"] == "/masuk/"


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"code": ""}, {"code": "１２３４５６"}, {"code": "x" * 500}, {"kode": "1"}])
def test_malformed_codes_are_form_errors(client: Client, data: dict[str, str]) -> None:
    rina(password=PASSWORD)
    client.post("/masuk/", {"login": "rina", "password": PASSWORD})
    assert client.post("/masuk/kode/", data).status_code in (200, 400)


@pytest.mark.django_db
def test_a_reset_second_factor_ends_sessions_and_is_enrolled_anew(client: Client) -> None:
    user = rina(password=PASSWORD)
    sign_in(client, user)
    assert client.get("/akun/").status_code == 200
    services.reset_second_factor(user=user, by=dewi())
    assert client.get("/akun/")["Location"].startswith("/masuk/")
    assert not second_factor.is_enrolled(user)
    with pytest.raises(services.OwnRole):
        services.reset_second_factor(user=user, by=user)


@pytest.mark.django_db
def test_citizens_have_no_second_factor_pages(client: Client) -> None:
    sign_in(client, siti())
    assert [client.get(path).status_code for path in ("/akun/aplikasi-kode/", "/akun/kode-cadangan/")] == [403, 403]


@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    for path in ("/akun/", "/akun/kata-sandi/", "/akun/aplikasi-kode/", "/akun/kode-cadangan/", "/akun/ke-beranda/"):
        assert client.get(path)["Location"] == f"/masuk/?next={path}"


def test_codes_are_those_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", appendix B, last six of eight digits
    known = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {seconds: totp.code_at(secret, seconds // totp.PERIOD) for seconds in known} == known
