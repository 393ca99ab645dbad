"""The inbox and the print list."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notices.models import Notice
from notices.services import notify
from registration.models import Phase
from tests.assessment.families import household_of
from tests.people import GAMBIR, TEBET, budi, dewi, joko, rina, sign_in, siti


def test_the_inbox_shows_ones_own_notices_and_marks_them_read(phase: Phase, client: Client):
    own, other = household_of(phase), household_of(phase, account=budi())
    for household in (own, other):
        notify(household=household, kind="submitted", params={})
    sign_in(client, siti())
    page = client.get("/pemberitahuan/").content.decode()
    assert own.reference in page
    assert other.reference not in page
    assert [n.household_id for n in Notice.objects.unread()] == [other.pk]


def test_the_inbox_speaks_the_readers_language(phase: Phase, client: Client):
    notify(household=household_of(phase), kind="submitted", params={})
    sign_in(client, siti())
    assert "Your registration has been received" in client.get("/en/pemberitahuan/").content.decode()


def test_an_empty_inbox_says_so(db: None, client: Client):
    sign_in(client, siti())
    assert 'class="empty"' in client.get("/pemberitahuan/").content.decode()


@pytest.mark.parametrize("page", ["/pemberitahuan/", "/pemberitahuan/cetak/", f"/pemberitahuan/cetak/{GAMBIR}/"])
def test_strangers_are_sent_to_sign_in(db: None, client: Client, page: str):
    assert client.get(page)["Location"].startswith("/masuk/")


def test_the_officer_prints_and_hands_over(phase: Phase, client: Client):
    household = household_of(phase, walk_in_by=rina(), address="Gang Mawar 3")
    notice = notify(household=household, kind="findings", params={"count": 1})
    notify(household=household_of(phase), kind="submitted", params={})
    sign_in(client, rina())
    assert client.get("/pemberitahuan/cetak/")["Location"] == f"/pemberitahuan/cetak/{GAMBIR}/"
    page = client.get(f"/pemberitahuan/cetak/{GAMBIR}/").content.decode()
    assert ("Gang Mawar 3" in page, page.count("<article")) == (True, 1)
    assert client.get(f"/pemberitahuan/serah/{notice.pk}/").status_code == 405
    client.post(f"/pemberitahuan/serah/{notice.pk}/")
    client.post(f"/pemberitahuan/serah/{notice.pk}/")
    assert "<article" not in client.get(f"/pemberitahuan/cetak/{GAMBIR}/").content.decode()
    assert Notice.objects.get(pk=notice.pk).handed_over_by == rina()


def test_another_kelurahan_is_404_and_the_wrong_role_403(phase: Phase, client: Client):
    household = household_of(phase, walk_in_by=rina())
    notice = notify(household=household, kind="submitted", params={})
    hand_over = f"/pemberitahuan/serah/{notice.pk}/"
    sign_in(client, joko())
    assert client.get(f"/pemberitahuan/cetak/{GAMBIR}/").status_code == 404
    assert client.post(hand_over).status_code == 404
    assert client.get(f"/pemberitahuan/cetak/{TEBET}/").status_code == 200
    for who in (siti, dewi):
        sign_in(client, who())
        assert client.get(f"/pemberitahuan/cetak/{GAMBIR}/").status_code == 403
        assert client.post(hand_over).status_code == 403
    assert Notice.objects.to_be_printed().count() == 1


@pytest.mark.parametrize(("page", "cost"), [("/pemberitahuan/", 7), (f"/pemberitahuan/cetak/{GAMBIR}/", 7)])
def test_lists_cost_the_same_for_many(phase: Phase, client: Client, page: str, cost: int):
    who = siti if page == "/pemberitahuan/" else rina
    counts = []
    sign_in(client, who())
    for _ in range(2):
        for _ in range(4):
            household = household_of(phase) if who is siti else household_of(phase, walk_in_by=rina())
            notify(household=household, kind="submitted", params={})
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts == [cost, cost]
