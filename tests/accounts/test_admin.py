"""The admin pages of accounts: entered by the one door, numbers masked, roles given by others only."""

import pytest
from django.test import Client

from accounts.models import Role, RoleGrant, User
from accounts.services import OwnRole, end_role, grant_role
from audit.models import Act
from tests.people import GAMBIR, PASSWORD, SITI_NIK, SITI_PHONE, agus, dewi, rina, sign_in, siti

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client: Client) -> Client:
    return sign_in(client, dewi())


def test_the_admin_is_entered_by_the_portals_own_door(client: Client) -> None:
    response = client.get("/admin/accounts/user/", follow=True)
    assert response.redirect_chain[-1] == ("/masuk/?next=/admin/accounts/user/", 302)
    assert 'name="username"' not in client.get("/admin/login/", follow=True).content.decode()
    assert client.post("/admin/login/", {"username": "dewi", "password": PASSWORD})["Location"].startswith("/masuk/")


def test_others_are_refused_and_not_sent_in_circles(client: Client) -> None:
    for user in (siti(), rina()):
        sign_in(client, user)
        assert client.get("/admin/", follow=True).status_code == 403


def test_numbers_are_masked_and_no_secret_is_shown(admin_client: Client) -> None:
    user = siti(password=PASSWORD)
    for path in ("/admin/accounts/user/", f"/admin/accounts/user/{user.pk}/change/", "/admin/accounts/rolegrant/"):
        page = admin_client.get(path)
        assert page.status_code == 200
        for canary in (SITI_NIK, SITI_PHONE, SITI_PHONE[3:], "siti@contoh.id", user.password):
            assert canary not in page.content.decode()


@pytest.mark.parametrize("term", [SITI_NIK, "0812 0000 0001", "siti@contoh.id", "Aminah"])
def test_a_whole_number_is_found_by_its_index(admin_client: Client, term: str) -> None:
    user = siti()
    rina()
    response = admin_client.post("/admin/accounts/user/cari/", {"q": term}, follow=True)
    assert list(response.context["cl"].queryset) == [user]
    assert not any(term in address for address, _status in response.redirect_chain if term != "Aminah")


@pytest.mark.parametrize("term", [SITI_NIK, "0812 0000 0001", "siti@contoh.id"])
def test_a_number_in_an_address_finds_nobody(admin_client: Client, term: str) -> None:
    """So that nobody makes a habit of it: addresses end up in histories and logs."""
    siti()
    response = admin_client.get("/admin/accounts/user/", {"q": term})
    assert list(response.context["cl"].queryset) == []


def test_an_unknown_number_is_said_to_be_unknown(admin_client: Client) -> None:
    for term in (SITI_NIK, "", "   "):
        response = admin_client.post("/admin/accounts/user/cari/", {"q": term}, follow=True)
        assert len(list(response.context["messages"])) == 1


def test_an_admin_adds_an_officer_who_has_no_password_yet(admin_client: Client) -> None:
    data = {"username": "Wati", "name": "Wati", "address": "wati@contoh.id", "role": "petugas", "area": GAMBIR}
    response = admin_client.post("/admin/accounts/user/add/", data)
    assert response.status_code == 302
    user = User.objects.get(username="wati")
    assert (user.is_officer, user.has_usable_password(), user.is_staff, user.is_superuser) == (
        True,
        False,
        False,
        False,
    )
    assert user.kelurahan_codes == {GAMBIR}
    grant = RoleGrant.objects.get(user=user)
    assert grant.granted_by == dewi()
    act = Act.objects.get(verb="accounts.grant_role", subject_id=str(user.pk))
    assert (act.actor_id, act.area_code, act.data) == (dewi().pk, GAMBIR, {"role": "petugas"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", SITI_NIK),
        ("username", "081234567890"),
        ("username", "dewi"),
        ("address", "x"),
        ("area", ""),
        ("role", "raja"),
    ],
)
def test_a_wrong_entry_is_named(admin_client: Client, field: str, value: str) -> None:
    data = {"username": "wati", "name": "Wati", "address": "wati@contoh.id", "role": "petugas", "area": GAMBIR}
    response = admin_client.post("/admin/accounts/user/add/", {**data, field: value})
    assert field in response.context["adminform"].form.errors


def test_an_admin_gives_and_ends_roles_of_others(admin_client: Client) -> None:
    user = siti()
    response = admin_client.post("/admin/accounts/rolegrant/add/", {"user": user.pk, "role": "petugas", "area": GAMBIR})
    assert response.status_code == 302
    grant = RoleGrant.objects.get(user=user)
    again = admin_client.post("/admin/accounts/rolegrant/add/", {"user": user.pk, "role": "petugas", "area": GAMBIR})
    assert again.context["adminform"].form.errors
    admin_client.post("/admin/accounts/rolegrant/", {"action": "end_roles", "_selected_action": grant.pk})
    grant.refresh_from_db()
    assert grant.ended_at is not None
    assert list(Act.objects.about(user).filter(verb__contains="role").values_list("verb", "actor_id")) == [
        ("accounts.end_role", dewi().pk),
        ("accounts.grant_role", dewi().pk),
    ]


def test_nobody_changes_their_own_roles(admin_client: Client) -> None:
    me = dewi()
    response = admin_client.post("/admin/accounts/rolegrant/add/", {"user": me.pk, "role": "petugas", "area": GAMBIR})
    assert response.context["adminform"].form.errors
    mine = RoleGrant.objects.get(user=me)
    admin_client.post("/admin/accounts/rolegrant/", {"action": "end_roles", "_selected_action": mine.pk})
    mine.refresh_from_db()
    assert mine.ended_at is None
    with pytest.raises(OwnRole):
        end_role(grant=mine, by=me)
    with pytest.raises(OwnRole):
        grant_role(user=me, role=Role.OFFICER, area=None, by=me)


def test_extra_fields_change_nothing(admin_client: Client) -> None:
    user = siti()
    extra = {"is_active": "on", "is_superuser": "on", "is_staff": "on", "username": "x", "nik": "1", "name": "Lain"}
    grants = {f"role_grants-{part}": "0" for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    admin_client.post(f"/admin/accounts/user/{user.pk}/change/", {**extra, **grants})
    after = User.objects.get(pk=user.pk)
    assert (after.is_superuser, after.is_staff, after.username, after.name, after.nik) == (
        False, False, user.username, user.name, SITI_NIK,
    )  # fmt: skip


def test_an_admin_closes_an_account_and_the_act_is_recorded(admin_client: Client) -> None:
    user = siti()
    grants = {f"role_grants-{part}": "0" for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    admin_client.post(f"/admin/accounts/user/{user.pk}/change/", grants)
    assert not User.objects.get(pk=user.pk).is_active
    assert Act.objects.filter(verb="accounts.deactivate", actor_id=dewi().pk, subject_id=str(user.pk)).count() == 1


def test_an_admin_resets_the_second_factor_of_another(admin_client: Client) -> None:
    other, me = agus(), dewi()
    data = {"action": "reset_second_factor", "_selected_action": [other.pk, me.pk]}
    admin_client.post("/admin/accounts/user/", data)
    acts = Act.objects.filter(verb="accounts.reset_second_factor").values_list("subject_id", flat=True)
    assert list(acts) == [str(other.pk)]


def test_nothing_is_deleted_here(admin_client: Client) -> None:
    user, grant = siti(), RoleGrant.objects.get(user=dewi())
    assert admin_client.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post(f"/admin/accounts/rolegrant/{grant.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get("/admin/auth/group/").status_code in (403, 404)
    assert admin_client.get("/admin/mfa/authenticator/").status_code in (403, 404)


def test_the_password_page_of_the_admin_is_the_portals(admin_client: Client) -> None:
    assert admin_client.get("/admin/password_change/")["Location"] == "/akun/kata-sandi/"
