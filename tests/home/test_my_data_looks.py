"""Data saya: who looked, as role and kelurahan."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from audit.services import record, record_seen
from home import my_data
from home.my_data import gather
from registration.attachments.keeping import keep_photo
from registration.attachments.kinds import PhotoKind
from registration.models import Household, Phase
from registration.services import submit
from tests.home.mine import helped_at_the_desk
from tests.people import budi, dewi, rina, sign_in, siti
from tests.registration.pictures import paper, sent
from tests.registration.samples import registered

pytestmark = pytest.mark.django_db


def test_looks_tell_role_and_kelurahan_and_never_the_person(household: Household) -> None:
    record(by=rina(), verb="desk.view_household", subject=household, area_code=household.kelurahan_id)
    record_seen(by=dewi(), verb="admin.list", rows=[household])
    record(by=siti(), verb="registration.view_receipt", subject=household)  # her own
    data = gather(siti(), masked=False)
    assert [(one["role"], one["area"], one["act"]) for one in data["looks"]] == [
        ("admin", "", "admin.list"),
        ("petugas", "Gambir", "desk.view_household"),
    ]
    text = json.dumps(data)
    for person in (rina(), dewi()):
        assert str(person.pk) not in text
        assert person.name not in text
        assert person.username not in text


def test_the_officer_s_page_turns_up_in_the_family_s_list(client: Client, household: Household) -> None:
    sign_in(client, rina()).get(reverse("desk:household_detail", kwargs={"reference": household.reference}))
    assert [one["act"] for one in gather(siti(), masked=False)["looks"]] == ["desk.view_household"]


def test_an_officer_who_opens_a_draft_handed_over_is_found_once_an_hour(client: Client, phase: Phase) -> None:
    draft = helped_at_the_desk(phase)
    sign_in(client, rina())
    for page in ("draft_detail", "families_edit", "draft_check"):
        assert client.get(reverse(f"registration:{page}", args=[draft.pk])).status_code == 200
    found = [look for look in gather(siti(), masked=True)["looks"] if look["act"] == "registration.view_draft"]
    assert [(look["role"], look["area"]) for look in found] == [("petugas", "Gambir")]
    sign_in(client, siti())
    client.get(reverse("registration:draft_detail", args=[draft.pk]))
    assert len(gather(siti(), masked=True)["looks"]) == len(found)


def a_look_at_a_draft_is_found_after_it_was_sent(client: Client, phase: Phase) -> None:
    draft = helped_at_the_desk(phase)
    photo = keep_photo(holder=draft, content=sent(paper()), kind=PhotoKind.KTP, by=siti())
    sign_in(client, rina()).get(reverse("registration:photo_show", kwargs={"photo": photo.pk}))
    submit(draft=draft, by=siti())
    looks = [(one["role"], one["area"], one["act"]) for one in gather(siti(), masked=False)["looks"]]
    assert ("petugas", "Gambir", "registration.view_photo") in looks


def test_a_look_at_a_draft_is_found_after_it_was_sent(client: Client, phase: Phase) -> None:
    a_look_at_a_draft_is_found_after_it_was_sent(client, phase)


def test_a_list_that_forgets_drafts_once_they_are_sent_is_noticed(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(my_data, "drafts_of", lambda households: [])
    with pytest.raises(AssertionError):
        a_look_at_a_draft_is_found_after_it_was_sent(client, phase)


def test_looks_at_others_are_not_in_it(household: Household, phase: Phase) -> None:
    record_seen(by=rina(), verb="desk.search", rows=[registered(by=budi(), phase=phase)])
    assert gather(siti(), masked=False)["looks"] == []
