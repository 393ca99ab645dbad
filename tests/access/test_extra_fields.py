"""Posting more than a form asks for changes nothing: every column of the tables behind a form is posted with it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db.models import BooleanField, DateTimeField, Field, ForeignKey, Model
from django.test import Client
from django.urls import reverse

from accounts import services as account_services
from accounts.models import User
from areas.models import Area
from registration.forms.base import PageForm
from registration.models import Draft, DraftPage, Family, Household, Phase
from registration.pages import PAGE_BY_KEY
from registration.services import open_draft
from registration.stage import Stage
from stages import meetings
from stages.models import Muskel, MuskelDecision
from tests.people import GAMBIR, PASSWORD, TEBET, budi, rina, sign_in, siti
from tests.registration.samples import ONCE, open_phase, ready_draft
from tests.stages import scenes

pytestmark = pytest.mark.django_db
PLANTED = str(uuid.UUID(int=7))
SIGN_UP = {"name": "Siti Aminah", "phone": "081200000009", "email": "", "password1": PASSWORD, "password2": PASSWORD}
OWN_OF_A_USER = {"id", "username", "password", "last_login", "date_joined", "nik", "phone"}


def every_column(*models: type[Model], but: Mapping[str, Any]) -> dict[str, str]:
    """A value for each column, under its name and its column's, unless the form itself asks for it."""
    found: dict[str, str] = {"role": "admin", "groups": "1", "user_permissions": "1", "area": GAMBIR}
    for model in models:
        for field in model._meta.concrete_fields:
            found[field.name] = found[field.attname] = _planted(field)
    return {name: value for name, value in found.items() if name not in but}


def _planted(field: "Field[Any, Any]") -> str:
    if isinstance(field, BooleanField):
        return "false" if field.default else "on"
    if isinstance(field, DateTimeField):
        return "2001-02-03 04:05"
    if isinstance(field, ForeignKey):
        return {User: str(budi().pk), Area: TEBET}.get(field.related_model, PLANTED)
    return {"outcome": "DETERMINED", "channel": "counter", "stage": "11", "reference": "JKT-2222-2222"}.get(
        field.name, "7777"
    )


def row_of(thing: Model, *, but: set[str]) -> dict[str, Any]:
    """The columns as they stand in the database, less those that may differ."""
    (row,) = type(thing)._default_manager.filter(pk=thing.pk).values()
    return {
        name: value for name, value in row.items() if name not in but and "index" not in name and "proof" not in name
    }


def signing_up_takes_only_what_it_asks(client: Client) -> None:
    rows = []
    for nik, more in (("9901015708850011", {}), ("9901015708850012", every_column(User, but={**SIGN_UP, "nik": ""}))):
        before = set(User.objects.values_list("pk", flat=True))
        client.post("/daftar/", {**SIGN_UP, "nik": nik, **more})
        user = User.objects.exclude(pk__in=before).get()
        assert str(user.pk) != PLANTED
        assert [user.active_grants, *user.groups.all(), *user.user_permissions.all()] == [()]
        rows.append(row_of(user, but=OWN_OF_A_USER))
        client.logout()
    assert rows[0] == rows[1]


def test_signing_up_takes_only_what_it_asks(client: Client) -> None:
    signing_up_takes_only_what_it_asks(client)


def test_a_sign_up_that_believes_more_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def believes(**about: Any) -> User:
        calls.append(about)
        user = honest(**about)
        User.objects.filter(pk=user.pk).update(is_staff=len(calls) == 2)
        return user

    honest = account_services.create_citizen
    monkeypatch.setattr("accounts.views.signing.services.create_citizen", believes)
    with pytest.raises(AssertionError):
        signing_up_takes_only_what_it_asks(client)


def a_page_takes_only_what_it_asks(client: Client) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    typed = ONCE["bangunan"]
    more = every_column(Draft, DraftPage, Household, Family, but=typed)
    before = row_of(draft, but={"updated_at"})
    sign_in(client, siti()).post(page_address(draft), {**more, **typed, "version": "0"})
    page = DraftPage.objects.get()
    assert (page.draft, page.page, page.item, page.version, page.complete) == (draft, "bangunan", "", 1, True)
    assert str(page.pk) != PLANTED
    assert set(page.data["typed"]) == set(page.data["answers"]) == set(typed)
    assert row_of(draft, but={"updated_at"}) == before


def page_address(draft: Draft) -> str:
    return reverse("registration:page_edit", kwargs={"draft_id": draft.pk, "key": "bangunan"})


def test_a_page_takes_only_what_it_asks(client: Client) -> None:
    a_page_takes_only_what_it_asks(client)


def test_a_page_that_keeps_more_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PageForm, "typed", lambda self, posted: {key: posted.getlist(key) for key in posted})
    with pytest.raises(AssertionError):
        a_page_takes_only_what_it_asks(client)


def test_submitting_takes_nothing_but_the_draft(client: Client) -> None:
    phase = open_phase()
    draft = ready_draft(by=siti(), phase=phase)
    more = every_column(Household, Family, Phase, but={})
    sign_in(client, siti()).post(reverse("registration:draft_submit", kwargs={"draft_id": draft.pk}), more)
    household = Household.objects.get()
    assert (household.account, household.registered_by, household.channel) == (siti(), None, "online")
    assert (household.kelurahan_id, household.phase, household.opted_out) == (GAMBIR, phase, False)
    assert household.submitted_at is not None
    assert household.submitted_at.year > 2001
    assert household.reference != "JKT-2222-2222"
    assert set(household.families.values_list("outcome", flat=True)) == {"PROCESSING"}
    phase.refresh_from_db()
    assert phase.stage == Stage.PENDAFTARAN


def two_meetings() -> tuple[Muskel, Muskel]:
    phase = scenes.in_muskel(kelurahan=(GAMBIR, TEBET))
    own, other = scenes.meeting_of(phase), scenes.meeting_of(phase, TEBET)
    scenes.write_down(own)
    own.refresh_from_db()
    return own, other


def a_meeting_takes_only_what_it_asks(client: Client) -> None:
    own, _other = two_meetings()
    typed = {**scenes.DETAILS, "held_on": date(2026, 1, 5).isoformat(), "version": str(own.version)}
    more = every_column(Muskel, but=typed)
    before = row_of(own, but={"version", *scenes.DETAILS})
    response = sign_in(client, rina()).post(reverse("muskel:meeting_edit", args=[own.pk]), {**more, **typed})
    assert response.status_code == 302
    own.refresh_from_db()
    assert own.held_on == date(2026, 1, 5)
    assert row_of(own, but={"version", *scenes.DETAILS}) == before


def test_a_meeting_takes_only_what_it_asks(client: Client) -> None:
    a_meeting_takes_only_what_it_asks(client)


def test_a_meeting_that_believes_more_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = meetings.save_meeting

    def believes(*, muskel: Muskel, **about: Any) -> Muskel:
        Muskel.objects.filter(pk=muskel.pk).update(quorum=1)
        return honest(muskel=muskel, **about)

    monkeypatch.setattr("desk.muskel_views.save_meeting", believes)
    with pytest.raises(AssertionError):
        a_meeting_takes_only_what_it_asks(client)


def rows_take_only_their_own(client: Client) -> None:
    own, other = two_meetings()
    mine, foreign = own.decisions.get(), other.decisions.get()
    posted = {"baris": [str(mine.pk), str(foreign.pk)], **every_column(MuskelDecision, Muskel, but={})}
    for row in (mine, foreign):
        posted |= {f"{row.pk}-reason": "kurang_mampu", f"{row.pk}-note": "", f"{row.pk}-version": "1"}
        posted |= {f"{row.pk}-{field.name}": _planted(field) for field in MuskelDecision._meta.concrete_fields[4:7]}
    decided = {"result", "reason", "decided_at", "decided_by_id", "version"}
    before = row_of(mine, but=decided), row_of(foreign, but=set()), row_of(own, but=set())
    sign_in(client, rina()).post(reverse("muskel:rows_edit", args=[own.pk]), posted)
    mine.refresh_from_db()
    assert (mine.reason, mine.decided_by, mine.version) == ("kurang_mampu", rina(), 2)
    assert (row_of(mine, but=decided), row_of(foreign, but=set()), row_of(own, but=set())) == before


def test_rows_of_a_meeting_take_only_their_own(client: Client) -> None:
    rows_take_only_their_own(client)


def test_a_meeting_that_decides_another_ones_rows_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = meetings.decide_rows

    def believes(**about: Any) -> meetings.Saved:
        MuskelDecision.objects.filter(reason="").update(rt="999")
        return honest(**about)

    monkeypatch.setattr("desk.muskel_views.decide_rows", believes)
    with pytest.raises(AssertionError):
        rows_take_only_their_own(client)


def test_every_page_form_is_built_from_the_table_of_pages() -> None:
    """So that the page tried above stands for all of them: one view, one way to keep what was typed."""
    assert all(issubclass(page.form, PageForm) for page in PAGE_BY_KEY.values())
    own_ways = {page.form.__name__ for page in PAGE_BY_KEY.values() if page.form.typed is not PageForm.typed}
    assert own_ways == set()
