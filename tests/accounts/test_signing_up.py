import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts.models import User
from audit.models import Act
from tests.people import BUDI_NIK, PASSWORD, SITI_NIK, budi, siti

pytestmark = pytest.mark.django_db
FORM = {
    "nik": "9901 0157 0885 0001",
    "name": " Siti  Aminah ",
    "phone": "0812-0000-0001",
    "email": "siti@contoh.id",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def sign_up(client: Client, **changes: str) -> User | None:
    known = set(User.objects.values_list("pk", flat=True))
    client.post("/daftar/", {**FORM, **changes})
    return User.objects.exclude(pk__in=known).first()


def test_a_citizen_opens_an_account_and_is_signed_in(client: Client) -> None:
    response = client.post("/daftar/", FORM)
    user = User.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/akun/ke-beranda/")
    assert (user.nik, user.name, user.phone, user.email) == (
        SITI_NIK,
        "Siti Aminah",
        "+6281200000001",
        "siti@contoh.id",
    )
    assert user.nik_claimed_at is None
    assert client.get("/akun/").status_code == 200
    assert list(Act.objects.values_list("verb", flat=True)) == ["accounts.sign_in", "accounts.agree", "accounts.open"]


def test_a_nik_of_an_unknown_area_warns_and_stops_nobody(client: Client) -> None:
    response = client.post("/daftar/", FORM)
    levels = [message.level_tag for message in get_messages(response.wsgi_request)]
    assert levels == ["success", "warning"]


def test_one_word_is_a_name_and_an_email_is_optional(client: Client) -> None:
    user = sign_up(client, name="Sukarno", email="")
    assert user is not None
    assert (user.name, user.email, user.email_index) == ("Sukarno", None, None)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("nik", "123"),
        ("nik", "9901994099850001"),
        ("nik", "9901015708850000"),
        ("name", ""),
        ("name", "x" * 101),
        ("phone", ""),
        ("phone", "021"),
        ("email", "siti"),
        ("email", "siti@"),
        ("password1", "kopi"),
        ("password2", "another one 99"),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_what_was_typed_stays(client: Client, field: str, typed: str) -> None:
    response = client.post("/daftar/", {**FORM, field: typed})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert 'value="siti@contoh.id"' in response.content.decode() or field == "email"
    assert PASSWORD not in response.content.decode()
    assert User.objects.count() == 0


def test_what_another_account_has_typed_is_neither_refused_nor_revealed(client: Client) -> None:
    fresh = client.post("/daftar/", FORM)
    first = User.objects.get()
    other = Client().post("/daftar/", FORM)
    assert (other.status_code, other["Location"]) == (fresh.status_code, fresh["Location"])
    assert [str(m) for m in get_messages(other.wsgi_request)] == [str(m) for m in get_messages(fresh.wsgi_request)]
    second = User.objects.exclude(pk=first.pk).get()
    assert (second.nik, second.phone, second.email) == (first.nik, first.phone, first.email)


def test_a_claimed_nik_is_not_revealed_either(client: Client) -> None:
    from accounts.services import claim_nik

    claim_nik(user=siti(), by=None)
    user = sign_up(client, nik=SITI_NIK, phone="081233334444", email="")
    assert user is not None
    assert client.get("/akun/").status_code == 200


def test_tries_for_one_nik_from_one_network_are_limited(client: Client) -> None:
    statuses = [Client().post("/daftar/", FORM).status_code for _number in range(7)]
    assert statuses == [302] * 5 + [429] * 2
    assert Client().post("/daftar/", {**FORM, "nik": BUDI_NIK}).status_code == 302


def test_extra_fields_change_nothing(client: Client) -> None:
    client.post(
        "/daftar/", {**FORM, "is_staff": "1", "is_superuser": "1", "nik_claimed_at": "2026-01-01", "role": "admin"}
    )
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.nik_claimed_at, user.active_grants) == (False, False, None, ())


def test_a_signed_in_person_goes_home(client: Client) -> None:
    client.force_login(budi())
    assert client.get("/daftar/")["Location"] == "/akun/ke-beranda/"


def test_the_language_of_the_page_is_the_language_of_the_account(client: Client) -> None:
    response = client.post("/en/daftar/", FORM)
    assert response["Location"] == "/en/akun/ke-beranda/"
    assert User.objects.get().language == "en"
    assert client.get("/en/akun/ke-beranda/")["Location"] == "/en/usulan/"


def test_only_a_page_of_this_host_is_gone_on_to(client: Client) -> None:
    good = client.post("/daftar/", {**FORM, "next": "/usulan/"})
    bad = Client().post("/daftar/", {**FORM, "next": "https://dtks.example/"})
    assert (good["Location"], bad["Location"]) == ("/usulan/", "/akun/ke-beranda/")
