"""A draft handed to the desk of a kelurahan with a code, and back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from areas.models import Area
from audit.models import Act
from registration import handing, services
from registration.models import Draft, DraftChange, Handover, Household, Phase
from registration.models.draft import DraftQuerySet
from registration.models.handover import LETTERS
from registration.pages import PAGE_BY_KEY
from tests.people import GAMBIR, TEBET, budi, dewi, joko, rina, sign_in, siti
from tests.registration.samples import Sample, fill, post, ready_draft, registered

pytestmark = pytest.mark.django_db


def hand(draft: Draft, kelurahan: str = GAMBIR) -> str:
    """The code for a kelurahan."""
    code: str = services.open_handover(draft=draft, kelurahan=Area.objects.get(pk=kelurahan), by=siti()).code
    return code


def url(name: str, draft: Draft, **more: object) -> str:
    return reverse(f"registration:{name}", kwargs={"draft_id": draft.pk, **more})


def address(draft: Draft) -> str:
    return url("page_edit", draft, key="daya")


def only_the_kelurahan_with_the_code_sees_it(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    code = hand(draft)
    assert sign_in(client, rina()).get(address(draft)).status_code == 404
    for someone in (joko(), budi(), dewi()):
        with pytest.raises(services.NotHandedOver):
            services.take_handover(code=code, by=someone)
    services.take_handover(code=code.lower().replace("-", " "), by=rina())
    assert sign_in(client, rina()).get(address(draft)).status_code == 200
    for someone in (joko(), budi(), dewi()):
        assert sign_in(client, someone).get(address(draft)).status_code == 404
    with pytest.raises(services.NotHandedOver):
        services.take_handover(code=code, by=rina())


def test_only_the_kelurahan_with_the_code_sees_it(client: Client, phase: Phase) -> None:
    only_the_kelurahan_with_the_code_sees_it(client, phase)


@pytest.mark.parametrize(
    ("owner", "name", "flaw"),
    [
        (DraftQuerySet, "visible_to", lambda self, user: self.all()),
        (DraftQuerySet, "visible_to", lambda self, user: self.filter(owner=user)),
    ],
)
def test_a_hand_over_to_everybody_or_nobody_is_noticed(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, flaw: object
) -> None:
    monkeypatch.setattr(owner, name, flaw)
    with pytest.raises(AssertionError):
        only_the_kelurahan_with_the_code_sees_it(client, phase)


def test_taking_back_and_giving_back_end_it(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    services.take_handover(code=hand(draft), by=rina())
    services.revoke_handover(draft=draft, by=siti())
    assert sign_in(client, rina()).get(address(draft)).status_code == 404
    with pytest.raises(PermissionDenied):
        services.save_page(
            draft=draft, page=PAGE_BY_KEY["daya"], item="", posted=post({"daya": "900"}), version=1, by=rina()
        )
    services.take_handover(code=hand(draft), by=rina())
    assert sign_in(client, rina()).post(url("handover_return", draft)).status_code == 302
    assert client.get(address(draft)).status_code == 404
    assert [one.end for one in Handover.objects.order_by("opened_at")] == ["revoked", "returned"]
    assert sign_in(client, siti()).get(address(draft)).status_code == 200


def test_codes_are_long_expire_and_are_kept_sealed(phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    codes = [hand(draft) for _ in range(3)]
    assert len(set(codes)) == 3
    assert 30**LETTERS > 2**50
    for old in codes[:2]:
        with pytest.raises(services.NotHandedOver):
            services.take_handover(code=old, by=rina())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM registration_handover t")
        assert [row for row in cursor.fetchall() if codes[2] in row[0]] == []
    Handover.objects.filter(ended_at=None).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(services.NotHandedOver):
        services.take_handover(code=codes[2], by=rina())


def guessing_has_an_end() -> None:
    for _ in range(handing.TRIES):
        with pytest.raises(services.NotHandedOver):
            services.take_handover(code="2222-2222-222", by=rina())
    with pytest.raises(services.TooManyTries):
        services.take_handover(code="2222-2222-222", by=rina())


def test_guessing_has_an_end(phase: Phase) -> None:
    guessing_has_an_end()


def test_endless_guessing_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "spend", lambda *args, **about: True)
    with pytest.raises(services.NotHandedOver):
        guessing_has_an_end()


def test_both_see_who_changed_what(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    services.take_handover(code=hand(draft), by=rina())
    sign_in(client, rina()).post(address(draft), {"version": "1", "daya": "900"})
    assert [(one.by, one.page, one.fields) for one in DraftChange.objects.all()] == [(rina(), "daya", ["daya"])]
    for someone in (siti(), rina()):
        assert "Rina Wulandari" in sign_in(client, siti()).get(url("draft_history", draft)).content.decode(), someone
    assert Draft.objects.get().pages.get(page="daya").saved_by == rina()


def test_without_a_hand_over_no_change_is_noted(phase: Phase) -> None:
    ready_draft(by=siti(), phase=phase)
    assert DraftChange.objects.count() == 0


def an_officer_sends_only_with_the_citizens_word(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    services.take_handover(code=hand(draft), by=rina())
    with pytest.raises(services.ConsentNeeded):
        services.submit(draft=draft, by=rina())
    sign_in(client, rina())
    assert client.post(url("draft_submit", draft))["Location"] == url("draft_check", draft)
    assert 'name="setuju"' in client.get(url("draft_check", draft)).content.decode()
    client.post(url("draft_submit", draft), {"setuju": "on"})
    household = Household.objects.get()
    assert (household.account, household.registered_by, household.channel) == (siti(), rina(), "online")
    assert household.consent_given_at is not None
    copy = household.submissions.get()
    assert (copy.by, copy.channel) == (rina(), "counter")
    handover = Handover.objects.get()
    assert (handover.end, handover.consent_by) == ("submitted", rina())
    assert services.submit(draft=draft, by=rina()) == household
    verbs = Act.objects.filter(subject_id=str(draft.pk)).order_by("id").values_list("verb", flat=True)
    assert [verb.removeprefix("registration.") for verb in verbs] == [
        "open_handover",
        "take_handover",
        "view_draft",
        "record_consent",
    ]


def test_an_officer_sends_only_with_the_citizens_word(client: Client, phase: Phase) -> None:
    an_officer_sends_only_with_the_citizens_word(client, phase)


def test_a_submission_without_the_citizens_word_is_noticed(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registration.submitting.has_consent", lambda draft, by: True)
    with pytest.raises(pytest.fail.Exception):
        an_officer_sends_only_with_the_citizens_word(client, phase)


def test_an_officer_helps_with_a_change_of_what_was_sent(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    draft = services.open_edit(household=household, by=siti())
    services.take_handover(code=hand(draft), by=rina())
    services.save_page(
        draft=draft, page=PAGE_BY_KEY["daya"], item="", posted=post({"daya": "900"}), version=1, by=rina()
    )
    services.record_consent(draft=draft, by=rina())
    assert services.submit(draft=draft, by=rina()) == household
    household.refresh_from_db()
    assert (household.account, household.dwelling["daya"]) == (siti(), "900")
    assert household.submissions.count() == 2


def test_a_helper_does_not_delete_the_draft(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    services.take_handover(code=hand(draft), by=rina())
    assert sign_in(client, rina()).post(url("draft_discard", draft)).status_code == 403
    assert Draft.objects.count() == 1


def test_the_pages_lead_through_it(client: Client, phase: Phase) -> None:
    draft = fill(services.open_draft(by=siti(), phase=phase), Sample(), by=siti(), but=("daya",))
    sign_in(client, siti())
    form = client.get(url("handover_open", draft))
    assert form.context["form"].initial == {"kelurahan": GAMBIR}
    client.post(url("handover_open", draft), {"kelurahan": GAMBIR})
    code = Handover.objects.get().code
    assert code in client.get(url("handover_open", draft)).content.decode()
    sign_in(client, rina())
    wrong = client.post(reverse("desk:handover_take"), {"kode": "2222-2222-222"})
    assert (wrong.status_code, "2222-2222-222" in wrong.content.decode()) == (400, True)
    taken = client.post(reverse("desk:handover_take"), {"kode": code})
    assert taken["Location"] == url("draft_detail", draft)
    page = client.get(taken["Location"]).content.decode()
    assert url("handover_return", draft) in page
    assert "Siti Aminah" in page
    assert url("draft_detail", draft) in client.get(reverse("desk:home_show")).content.decode()
    shown = sign_in(client, siti()).get(url("handover_open", draft)).content.decode()
    assert ("Rina Wulandari" in shown, code in shown) == (True, False)
    client.post(url("handover_revoke", draft))
    assert Handover.objects.open().count() == 0
    assert hand(draft, TEBET)


def test_who_changed_what_is_there_after_the_hand_over_too(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    history = f'href="{url("draft_history", draft)}"'
    assert history not in sign_in(client, siti()).get(url("draft_detail", draft)).content.decode()
    services.take_handover(code=hand(draft), by=rina())
    services.return_handover(draft=draft, by=rina())
    assert history in client.get(url("draft_detail", draft)).content.decode()


def test_an_officer_who_signed_in_again_gives_back_on_the_page_of_the_draft(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    services.take_handover(code=hand(draft), by=rina())
    assert sign_in(client, rina()).get(url("handover_return", draft))["Location"] == url("draft_detail", draft)
    assert Handover.objects.get().is_taken
    assert sign_in(client, siti()).get(url("handover_return", draft)).status_code == 403


def test_a_code_and_a_kelurahan_come_back_after_signing_in(client: Client, phase: Phase) -> None:
    """Also where the kelurahan is another one than that of the home."""
    draft = ready_draft(by=siti(), phase=phase)
    for who, path, name, typed in (
        (siti(), url("handover_open", draft), "form", {"kelurahan": TEBET}),
        (rina(), reverse("desk:handover_take"), "handover_form", {"kode": "7k2m-q4xh-3pw"}),
    ):
        client.logout()
        asked = client.post(path, typed)
        back = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
        shown = sign_in(client, who).get(back)
        form = shown.context[name]
        assert (shown.status_code, {box: form[box].value() for box in typed}) == (200, typed)
        assert f'value="{shown.context["brought"]}"' in shown.content.decode()
