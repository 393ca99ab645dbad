import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts import access, permissions
from accounts.models import User
from accounts.network import network_of
from areas.models import Area
from tests.people import GAMBIR, TEBET, agus, dewi, joko, rina, sign_in, siti

DECORATORS = (access.citizen_required, access.officer_required, access.admin_required)


def outcome(decorator: object, user: object, client: Client | None = None) -> int | str:
    request = RequestFactory().get("/x/?a=b")
    request.user = user  # type: ignore[assignment]
    request.session = client.session if client else {}  # type: ignore[assignment]
    try:
        response = decorator(lambda request: HttpResponse("ok"))(request)  # type: ignore[operator]
    except PermissionDenied:
        return 403
    found: int | str = response.headers.get("Location", response.status_code)
    return found


@pytest.mark.django_db
def test_who_may_open_what() -> None:
    people: dict[str, User] = {"siti": siti(), "rina": rina(), "dewi": dewi()}
    found = {
        name: [outcome(decorator, user, sign_in(Client(), user)) for decorator in DECORATORS]
        for name, user in people.items()
    }
    assert found == {"siti": [200, 403, 403], "rina": [200, 200, 403], "dewi": [200, 403, 200]}


@pytest.mark.django_db
def test_anonymous_people_are_sent_to_sign_in_and_back() -> None:
    assert {outcome(decorator, AnonymousUser()) for decorator in DECORATORS} == {"/masuk/?next=/x/%3Fa%3Db"}


@pytest.mark.django_db
def test_staff_pass_nothing_before_their_second_factor() -> None:
    client = Client()
    client.force_login(dewi())
    assert [outcome(decorator, dewi(), client) for decorator in DECORATORS] == [403, 403, 403]


@pytest.mark.django_db
def test_predicates() -> None:
    gambir, tebet = Area.objects.get(pk=GAMBIR), Area.objects.get(pk=TEBET)
    officers = (rina(), joko(), dewi(), siti(), AnonymousUser())
    assert [permissions.is_officer_of(user, gambir) for user in officers] == [True, False, False, False, False]
    assert [permissions.is_officer_of(user, tebet) for user in officers] == [False, True, False, False, False]
    assert [permissions.is_officer(user) for user in officers] == [True, True, False, False, False]
    assert [permissions.is_admin(user) for user in officers] == [False, False, True, False, False]
    assert not permissions.is_officer_of(rina(), None)


@pytest.mark.django_db
def test_admins_may_in_the_admin_what_the_table_says() -> None:
    asked = (
        "registration.change_phase",
        "registration.delete_phase",
        "audit.view_act",
        "audit.change_act",
        "auth.view_group",
    )
    assert [agus().has_perm(permission) for permission in asked] == [True, False, True, False, False]
    assert [rina().has_perm(permission) for permission in asked] == [False] * 5
    assert (agus().has_module_perms("stages"), agus().has_module_perms("auth")) == (True, False)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "network"),
    [
        (0, "1.2.3.4", "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 1.2.3.4", "10.0.0.1", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "10.0.0.1", "1.2.3.4"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1", "unknown"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:203.0.113.5", "203.0.113.5"),
        (0, "", "", "unknown"),
    ],
)
def test_a_network_is_what_the_proxies_say_and_not_what_the_visitor_claims(
    settings: object, proxies: int, forwarded: str, remote: str, network: str
) -> None:
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
    assert network_of(request) == network
