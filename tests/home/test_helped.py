"""Families that have taken over what somebody entered for them, as the helper sees them."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Act
from registration.models import Household, Phase
from registration.representation import take_over
from tests.people import budi, joko, sign_in, siti
from tests.registration.test_representation import helped, opened

pytestmark = pytest.mark.django_db
LIST = reverse("home:household_list")


def page_of(household: Household) -> str:
    return reverse("home:helped_show", kwargs={"reference": household.reference})


@pytest.mark.parametrize("may_see", [False, True])
def test_the_helper_sees_the_standing_and_what_the_family_allows(phase: Phase, client: Client, may_see: bool) -> None:
    household = helped(phase)
    sign_in(client, siti())
    assert client.get(page_of(household)).status_code == 404
    take_over(code=opened(household), by=budi(), helper_may_see=may_see)
    assert page_of(household) in client.get(LIST).content.decode()
    page = client.get(page_of(household)).content.decode()
    assert ("Halimah" in page) is may_see
    assert Act.objects.filter(verb="home.view_helped").count() == int(may_see)
    assert client.get(reverse("home:household_detail", kwargs={"reference": household.reference})).status_code == 404


def test_nobody_else_sees_it(phase: Phase, client: Client) -> None:
    household = helped(phase)
    take_over(code=opened(household), by=budi(), helper_may_see=True)
    for someone in (budi(), joko()):
        sign_in(client, someone)
        assert client.get(page_of(household)).status_code == 404
