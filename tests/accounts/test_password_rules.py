import time

import pytest
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from tests.people import PASSWORD, siti
from tests.thrift import AGREED_MEMORY, hashing_as_agreed

# Born on 17 August 1985, a man; and on 17 August 1985, a woman (day + 40).
MAN = User(name="Budi Ida Santoso", nik="9901011708850003", phone="+6281255566677")
WOMAN = User(name="Siti Aminah", nik="9901015708850001", phone="+6281200000001")


def codes(password: str, user: User = MAN) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {part.code or "" for part in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kopi", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("password", "password_too_common"),
        ("12345678", "password_too_common"),
        ("74839201", "password_too_common"),
        ("aaaaaaaaaa", "password_too_common"),
        ("bismillah", "password_too_common"),
        ("Bismillah2024!", "password_too_common"),
        ("JAKARTA-123", "password_too_common"),
        ("9901011708850003", "password_has_number"),
        ("nik9901011708850003", "password_has_number"),
        ("9901-0117-0885-0003 x", "password_has_number"),
        ("９９０１０１１７０８８５０００３", "password_has_number"),
        ("my 0812 5556 6677", "password_has_number"),
        ("anak17081985", "password_has_birth_date"),
        ("anak 17-08-1985", "password_has_birth_date"),
        ("17.08.85 anak", "password_has_birth_date"),
        ("1985-08-17 anak", "password_has_birth_date"),
        ("850817anak", "password_has_birth_date"),
        ("17 Agustus 1985", "password_has_birth_date"),
        ("17agt85 anak", "password_has_birth_date"),
        ("August 17, 1985", "password_has_birth_date"),
        ("budi yang baik", "password_has_name"),
        ("rumah SANTOSO 5", "password_has_name"),
        ("sántoso dan kawan", "password_has_name"),
        ("budi.ida.santoso", "password_has_name"),
    ],
)
def test_refused(password: str, code: str) -> None:
    assert code in codes(password)


def test_the_date_inside_a_womans_nik_is_refused_as_well_as_her_birthday() -> None:
    assert codes("anak570885x", WOMAN) == {"password_has_birth_date"}
    assert codes("anak170885x", WOMAN) == {"password_has_birth_date"}


@pytest.mark.parametrize(
    "password", [PASSWORD, "gerobak biru 47", "tiga ayam hitam", "K0p1-tubruk!", "ида-и-сити-77", "idaman hati 3"]
)
def test_accepted(password: str) -> None:
    assert codes(password) == set()


def test_a_short_name_counts_only_as_a_whole() -> None:
    assert codes("pemandangan indah", User(name="Ida", nik=MAN.nik)) == set()
    assert codes("ida dan anaknya", User(name="Ida", nik=MAN.nik)) == {"password_has_name"}


def test_staff_without_a_nik_are_checked_by_name() -> None:
    assert codes("dewi lestari 5", User(name="Dewi Lestari")) == {"password_has_name"}


def test_argon2id_with_the_agreed_cost() -> None:
    with hashing_as_agreed():
        encoded = make_password("x")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert identify_hasher(encoded).algorithm == "argon2"
    assert settings.PASSWORD_HASHERS[0] == "accounts.hashers.PortalArgon2Hasher"


def test_proofs_have_the_same_cost_and_different_salts() -> None:
    from accounts import proofs

    assert (proofs.TIME_COST, AGREED_MEMORY, proofs.PARALLELISM) == (2, 19456, 1)
    assert proofs.prove("x", b"a" * 16) == proofs.prove("x", b"a" * 16)
    assert len({proofs.prove("x", b"a" * 16), proofs.prove("x", b"b" * 16), proofs.prove("y", b"a" * 16)}) == 3


@pytest.mark.django_db
def test_the_present_password_is_asked_and_tries_are_counted(client: Client) -> None:
    client.force_login(siti(password=PASSWORD))
    data = {"present": "wrong", "password1": "tiga ayam hitam", "password2": "tiga ayam hitam"}
    for _number in range(10):
        assert client.post("/akun/kata-sandi/", data).context["form"].errors["present"]
    response = client.post("/akun/kata-sandi/", {**data, "present": PASSWORD})
    assert response.context["form"].errors.as_data()["present"][0].code == "too_many_tries"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second"), [("siti cantik 9", "siti cantik 9"), ("tiga ayam hitam", "tiga ayam putih")]
)
def test_a_refused_new_password_changes_nothing(client: Client, first: str, second: str) -> None:
    client.force_login(siti(password=PASSWORD))
    response = client.post("/akun/kata-sandi/", {"present": PASSWORD, "password1": first, "password2": second})
    assert response.context["form"].errors
    assert siti().check_password(PASSWORD)


def test_rules_are_quick_for_a_long_password() -> None:
    began = time.monotonic()
    codes("ab1" * 80)
    assert time.monotonic() - began < 5
