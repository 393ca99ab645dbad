from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import backends, services
from accounts.models import User
from accounts.services import NikAlreadyClaimed, claim_nik
from accounts.totp import current_code
from tests.people import BUDI_NIK, BUDI_PHONE, PASSWORD, SITI_NIK, SITI_PHONE, TOTP_SECRET, budi, dewi, rina, siti

pytestmark = pytest.mark.django_db
OTHER_PASSWORD = "layang-layang putus 8"


def post(client: Client, login: str, password: str, **more: str) -> Any:
    return client.post("/masuk/", {"login": login, "password": password, **more})


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    "login", [SITI_NIK, "9901 0157 0885 0001", "0812 0000 0001", "62812-0000-0001", "SITI@contoh.id"]
)
def test_nik_phone_and_email_sign_in(client: Client, login: str) -> None:
    user = siti(password=PASSWORD)
    response = post(client, login, PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/akun/ke-beranda/")
    assert signed_in(client) == str(user.pk)


@pytest.mark.parametrize("login", ["rina", "Rina", "rina@contoh.id"])
def test_staff_sign_in_by_username_or_email_and_then_a_code(client: Client, login: str) -> None:
    user = rina(password=PASSWORD)
    response = post(client, login, PASSWORD)
    assert response["Location"] == "/masuk/kode/"
    assert signed_in(client) is None
    response = client.post("/masuk/kode/", {"code": current_code(TOTP_SECRET)})
    assert response["Location"] == "/akun/ke-beranda/"
    assert signed_in(client) == str(user.pk)
    assert client.get("/akun/ke-beranda/")["Location"] == "/petugas/"


def test_every_failure_reads_and_costs_the_same(client: Client, proofs_made: list[bytes]) -> None:
    siti(password=PASSWORD)
    closed = budi(password=PASSWORD)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    bodies, work = set(), []
    for login, password in [
        (SITI_NIK, "wrong password"),
        (BUDI_NIK, PASSWORD),
        ("9901010101010009", "wrong password"),
        ("081299998888", "wrong password"),
        ("nobody@contoh.id", "wrong password"),
        ("nobody", "wrong password"),
    ]:
        proofs_made.clear()
        response = post(client, login, password)
        assert response.status_code == 200
        page = response.content.decode().replace(login, "LOGIN")
        bodies.add(page.split("<main", 1)[1].split("</main>", 1)[0].split("csrfmiddlewaretoken")[0])
        assert response.context["form"].errors["__all__"].data[0].code == "no_match"
        work.append(len(proofs_made))
    assert (len(bodies), set(work)) == (1, {1})


def test_a_mutant_that_looks_the_user_up_first_is_noticed(
    client: Client, proofs_made: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a backend that hashes only for existing users must turn the test above red."""
    honest: Callable[..., User | None] = backends.find_user

    def shortcut(**asked: Any) -> User | None:
        identifier = asked["identifier"]
        known = (
            identifier.kind != "username"
            and User.objects.filter(**{f"{identifier.kind}_index__in": identifier.indexes}).exists()
        )
        return honest(**asked) if known else None

    monkeypatch.setattr(backends, "find_user", shortcut)
    with pytest.raises(AssertionError):
        test_every_failure_reads_and_costs_the_same(client, proofs_made)


def test_who_typed_a_nik_first_does_not_own_it(client: Client, proofs_made: list[bytes]) -> None:
    """Any number of strangers may have typed Siti's NIK, phone and e-mail: she signs in, at the cost of one hash."""
    numbers: dict[str, Any] = {"nik": SITI_NIK, "phone": SITI_PHONE, "email": "siti@contoh.id"}
    strangers = [
        services.create_citizen(name="Orang Lain", password=f"{OTHER_PASSWORD}{number}", **numbers)
        for number in range(5)
    ]
    user = services.create_citizen(name="Siti Aminah", password=PASSWORD, **numbers)
    for login in (SITI_NIK, SITI_PHONE, "siti@contoh.id"):
        proofs_made.clear()
        post(client, login, PASSWORD)
        assert (signed_in(client), len(proofs_made)) == (str(user.pk), 1)
        client.post("/keluar/")
    post(client, SITI_NIK, f"{OTHER_PASSWORD}0")
    assert signed_in(client) == str(strangers[0].pk)


def test_a_claimed_nik_belongs_to_its_claimant_alone(client: Client) -> None:
    stranger = services.create_citizen(nik=SITI_NIK, name="Orang Lain", phone=BUDI_PHONE, password=OTHER_PASSWORD)
    user = siti_apart()
    claim_nik(user=user, by=None)
    post(client, SITI_NIK, OTHER_PASSWORD)
    assert signed_in(client) is None
    post(client, BUDI_PHONE, OTHER_PASSWORD)
    assert signed_in(client) == str(stranger.pk)
    client.post("/keluar/")
    post(client, SITI_NIK, PASSWORD)
    assert signed_in(client) == str(user.pk)
    with pytest.raises(NikAlreadyClaimed):
        claim_nik(user=stranger, by=None)


def siti_apart() -> User:
    return services.create_citizen(nik=SITI_NIK, name="Siti Aminah", phone=SITI_PHONE, password=PASSWORD)


def test_the_old_password_opens_nothing_after_a_change(client: Client) -> None:
    user = siti(password=PASSWORD)
    services.change_password(user=user, password=OTHER_PASSWORD, by=user)
    for login in (SITI_NIK, SITI_PHONE, "siti@contoh.id"):
        post(client, login, PASSWORD)
        assert signed_in(client) is None
    post(client, SITI_PHONE, OTHER_PASSWORD)
    assert signed_in(client) == str(user.pk)


def test_an_unusable_password_opens_nothing(client: Client) -> None:
    user = siti(password=PASSWORD)
    user.set_unusable_password()
    user.save()
    post(client, SITI_NIK, PASSWORD)
    assert signed_in(client) is None


def test_a_new_phone_number_signs_in_after_the_next_sign_in_by_nik(client: Client) -> None:
    user = siti(password=PASSWORD)
    user.put_phone("+6281377776666")
    user.save()
    post(client, "081377776666", PASSWORD)
    assert signed_in(client) is None
    post(client, SITI_NIK, PASSWORD)
    client.post("/keluar/")
    post(client, "081377776666", PASSWORD)
    assert signed_in(client) == str(user.pk)


def test_a_new_index_key_keeps_everybody_in(client: Client, settings: Any) -> None:
    user = siti(password=PASSWORD)
    settings.DTKS_INDEX_KEYS = f"t2:QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=,{settings.DTKS_INDEX_KEYS}"
    post(client, SITI_NIK, PASSWORD)
    assert signed_in(client) == str(user.pk)
    renewed = User.objects.get(pk=user.pk)
    assert bytes(renewed.nik_index or b"") != bytes(user.nik_index or b"")
    client.post("/keluar/")
    post(client, SITI_PHONE, PASSWORD)
    assert signed_in(client) == str(user.pk)


def test_the_session_id_changes_at_sign_in(client: Client) -> None:
    siti(password=PASSWORD)
    client.get("/masuk/")
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = str(session.session_key)
    client.cookies["sesi"] = planted
    post(client, SITI_NIK, PASSWORD)
    assert signed_in(client) is not None
    assert client.session.session_key != planted
    assert not client.session.exists(planted)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/usulan/", "/usulan/"),
        ("https://dtks.example/", "/akun/ke-beranda/"),
        ("//dtks.example/", "/akun/ke-beranda/"),
        ("javascript:alert(1)", "/akun/ke-beranda/"),
        ("http://testserver\\@dtks.example", "/akun/ke-beranda/"),
    ],
)
def test_only_a_page_of_this_host_is_gone_on_to(client: Client, target: str, leads_to: str) -> None:
    siti(password=PASSWORD)
    assert post(client, SITI_NIK, PASSWORD, next=target)["Location"] == leads_to


def test_signing_out_takes_a_post(client: Client) -> None:
    siti(password=PASSWORD)
    post(client, SITI_NIK, PASSWORD)
    assert client.get("/keluar/").status_code == 405
    assert signed_in(client) is not None
    assert client.post("/keluar/")["Location"] == "/"
    assert signed_in(client) is None


def test_admins_land_in_the_admin(client: Client) -> None:
    dewi(password=PASSWORD)
    post(client, "dewi", PASSWORD)
    client.post("/masuk/kode/", {"code": current_code(TOTP_SECRET)})
    assert client.get("/akun/ke-beranda/")["Location"] == "/admin/"
    assert client.get("/en/akun/ke-beranda/")["Location"] == "/en/admin/"


def test_pages_of_allauth_are_not_mounted(client: Client) -> None:
    paths = (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/signup/",
        "/login/",
        "/2fa/",
        "/mfa/",
    )
    assert [client.get(path).status_code for path in paths] == [404] * len(paths)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"login": "", "password": ""},
        {"login": " ", "password": " "},
        {"login": "\x00", "password": "\x00"},
        {"login": "\ud800", "password": "\udfff"},
        {"login": "9" * 5000, "password": "x" * 5000},
        {"login": "９９０１０１５７０８８５０００１", "password": "x"},
        {"login": "a@" + "b" * 300, "password": "x"},
    ],
)
@pytest.mark.parametrize("path", ["/masuk/", "/en/masuk/"])
def test_malformed_input_is_a_form_error(client: Client, path: str, data: dict[str, str]) -> None:
    encoded = "&".join(f"{key}={_percent(value)}" for key, value in data.items())
    response = client.post(path, encoded, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 400)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
