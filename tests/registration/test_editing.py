"""Changing what was sent: the same household, a new version, the earlier ones kept."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from areas.models import Area
from audit.models import Act
from registration import editing, services
from registration.models import Draft, Family, Household, Member, Phase, Slot, SlotKind, Submission
from registration.pages import PAGE_BY_KEY
from registration.stage import Stage
from registration.versions import versions_of
from tests.people import GAMBIR, budi, joko, rina, sign_in, siti
from tests.registration.samples import Sample, nik, post, ready_draft, registered

pytestmark = pytest.mark.django_db


def save(draft: Draft, key: str, item: str, typed: dict[str, str]) -> None:
    version = draft.pages.get(page=key, item=item).version
    services.save_page(
        draft=draft, page=PAGE_BY_KEY[key], item=item, posted=post(typed), version=version, by=draft.owner
    )


def person_called(sample: Sample, name: str) -> tuple[str, dict[str, str]]:
    return next((item, typed) for item, typed in sample.people.items() if typed["nama"] == name)


def keys_of(household: Household) -> dict[str, object]:
    return {member.name: member.pk for member in Member.objects.filter(household=household)}


def a_change_is_the_next_version_of_the_same_household(phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    before, slots = keys_of(household), set(Slot.objects.values_list("pk", flat=True))
    draft = services.open_edit(household=household, by=siti())
    assert services.open_edit(household=household, by=siti()) == draft
    item, typed = person_called(sample, "Ahmad")
    save(draft, "orang", item, {**typed, "nama": "Achmad"})
    household.refresh_from_db()
    assert "Ahmad" in keys_of(household)  # what was sent stands until the change is sent
    again = services.submit(draft=draft, by=siti())
    assert services.submit(draft=draft, by=siti()) == again == household
    assert (again.reference, again.submitted_at) == (household.reference, household.submitted_at)
    after = keys_of(household)
    assert after == {"Achmad" if name == "Ahmad" else name: key for name, key in before.items()}
    assert set(Slot.objects.values_list("pk", flat=True)) == slots
    assert [copy.number for copy in household.submissions.order_by("number")] == [1, 2]
    first, second = household.submissions.order_by("number")
    assert [people[1]["nama"] for people in (first.payload["families"][0]["people"],)] == ["Ahmad"]
    assert second.payload["families"][0]["people"][1]["nama"] == "Achmad"
    assert Act.objects.filter(verb="registration.resubmit", subject_id=str(household.pk)).count() == 1


def test_a_change_is_the_next_version_of_the_same_household(phase: Phase) -> None:
    a_change_is_the_next_version_of_the_same_household(phase)


def test_rows_that_lose_their_keys_are_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing.Earlier, "key_of", lambda self, item: uuid.uuid4())
    with pytest.raises(AssertionError):
        a_change_is_the_next_version_of_the_same_household(phase)


def slots_follow_the_people(phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    draft = services.open_edit(household=household, by=siti())
    item, typed = person_called(sample, "Nur")
    corrected = {**typed, "nik": nik(born=date(2015, 3, 4), sex="P")}
    save(draft, "orang", item, corrected)
    services.remove_item(draft=draft, page=PAGE_BY_KEY["kk"], item=sample.second, by=siti())
    services.submit(draft=draft, by=siti())
    assert Family.objects.filter(household=household).count() == 1
    held = set(Slot.objects.filter(household=household, kind=SlotKind.NIK).values_list("index", flat=True))
    assert held == set(Member.objects.filter(household=household).values_list("nik_index", flat=True))
    assert Slot.objects.count() == 1 + 3
    other = Sample()  # the freed numbers can be registered by others, the taken ones cannot
    grandmother, typed = person_called(other, "Halimah")
    other.people[grandmother] = {**person_called(sample, "Halimah")[1], "kk": other.second}
    registered(by=budi(), phase=phase, sample=other)


def test_slots_follow_the_people(phase: Phase) -> None:
    slots_follow_the_people(phase)


def test_slots_that_stay_are_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = editing.put_slots
    monkeypatch.setattr(
        "registration.submitting.put_slots",
        lambda household, wanted: [slot for slot in honest(household, wanted) if slot.kind == SlotKind.KK],
    )
    with pytest.raises(AssertionError):
        slots_follow_the_people(phase)


def test_a_number_of_others_is_refused_and_everything_stays(phase: Phase) -> None:
    mine, theirs = Sample(), Sample()
    household = registered(by=siti(), phase=phase, sample=mine)
    registered(by=budi(), phase=phase, sample=theirs)
    draft = services.open_edit(household=household, by=siti())
    item, typed = person_called(mine, "Halimah")
    save(draft, "orang", item, {**typed, "nik": person_called(theirs, "Halimah")[1]["nik"]})
    before = keys_of(household)
    with pytest.raises(services.AlreadyRegistered):
        services.submit(draft=draft, by=siti())
    assert keys_of(household) == before
    assert Submission.objects.filter(household=household).count() == 1
    assert Slot.objects.filter(household=household).count() == 6


def test_people_may_change_places(phase: Phase) -> None:
    """The grandmother moves to the first KK, whose head she becomes; the second KK goes."""
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    before = keys_of(household)
    draft = services.open_edit(household=household, by=siti())
    mother, typed = person_called(sample, "Siti Aminah")
    save(draft, "orang", mother, {**typed, "hubungan": "anak"})
    grandmother, typed = person_called(sample, "Halimah")
    save(draft, "orang", grandmother, {**typed, "kk": sample.first})
    services.remove_item(draft=draft, page=PAGE_BY_KEY["kk"], item=sample.second, by=siti())
    services.submit(draft=draft, by=siti())
    assert keys_of(household) == before
    members = Member.objects.filter(household=household).order_by("number")
    assert [(one.name, one.number, one.is_head) for one in members] == [
        ("Halimah", 1, True),
        ("Siti Aminah", 2, False),
        ("Ahmad", 3, False),
        ("Nur", 4, False),
    ]


def test_a_withdrawn_household_is_not_changed_and_the_draft_can_begin_anew(client: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    draft = services.open_edit(household=household, by=siti())
    services.withdraw(household=household, by=siti(), reason="pindah")
    with pytest.raises(services.NotEditable):
        services.open_edit(household=household, by=siti())
    with pytest.raises(services.NotEditable):
        services.submit(draft=draft, by=siti())
    assert Slot.objects.count() == 0
    sign_in(client, siti())
    sent = client.post(reverse("registration:draft_submit", kwargs={"draft_id": draft.pk}))
    detach = reverse("registration:draft_detach", kwargs={"draft_id": draft.pk})
    assert (sent.status_code, detach in sent.content.decode()) == (409, True)
    client.post(detach)
    draft.refresh_from_db()
    assert draft.edits is None
    assert services.submit(draft=draft, by=siti()) != household


def test_after_the_window_nothing_is_changed(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    draft = services.open_edit(household=household, by=siti())
    Phase.objects.filter(pk=phase.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    for act in (
        lambda: services.submit(draft=draft, by=siti()),
        lambda: services.open_edit(household=household, by=siti()),
    ):
        with pytest.raises(services.NotOpen):
            act()
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.PENGOLAHAN_1, closes_at=phase.closes_at)
    with pytest.raises(services.NotOpen):
        services.submit(draft=draft, by=siti())


def test_who_may_change_what(phase: Phase) -> None:
    online = registered(by=siti(), phase=phase)
    counter = registered(by=rina(), phase=phase, kelurahan=Area.objects.get(pk=GAMBIR))
    for household, people in ((online, (budi(), rina(), joko())), (counter, (siti(), joko()))):
        for someone in people:
            with pytest.raises(PermissionDenied):
                services.open_edit(household=household, by=someone)
    draft = services.open_edit(household=counter, by=rina())
    assert (draft.channel, draft.kelurahan_id) == ("counter", GAMBIR)
    assert services.submit(draft=draft, by=rina()) == counter


def test_versions_tell_what_changed(client: Client, phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    draft = services.open_edit(household=household, by=siti())
    save(draft, "daya", "", {"daya": "900"})
    item, typed = person_called(sample, "Ahmad")
    save(draft, "orang", item, {**typed, "nama": "Achmad"})
    services.submit(draft=draft, by=siti())
    newest, first = versions_of(list(household.submissions.select_related("draft__phase").order_by("number")))
    assert first.changes is None
    assert newest.changes is not None
    assert [(one.before, one.after) for one in newest.changes if one.place == "Achmad"] == [("Ahmad", "Achmad")]
    assert len(newest.changes) == 2
    page = sign_in(client, siti()).get(reverse("registration:household_versions", args=[household.reference]))
    assert "Achmad" in page.content.decode()
    assert sign_in(Client(), budi()).get(page.wsgi_request.path).status_code == 404


def test_a_page_typed_after_sending_comes_back_in_a_change(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    household = services.submit(draft=draft, by=siti())
    address = reverse("registration:page_edit", kwargs={"draft_id": draft.pk, "key": "daya"})
    response = sign_in(client, siti()).post(address, {"version": "1", "daya": "900"})
    change = Draft.objects.get(edits=household)
    assert str(change.pk) in response["Location"]
    page = client.get(response["Location"])
    assert page.context["form"].data["daya"] == "900"
    assert change.pages.get(page="daya").data["typed"] == {"daya": ["450"]}


def test_a_change_takes_few_queries(phase: Phase) -> None:
    someone = siti()
    sample = Sample()
    household = registered(by=someone, phase=phase, sample=sample)
    draft = services.open_edit(household=household, by=someone)
    item, typed = person_called(sample, "Ahmad")
    save(draft, "orang", item, {**typed, "nama": "Achmad"})
    draft = Draft.objects.get(pk=draft.pk)
    with CaptureQueriesContext(connection) as queries:
        services.submit(draft=draft, by=someone)
    said = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(said) == 18
