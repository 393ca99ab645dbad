"""A number that is registered already: claimed with papers, moved in one piece, and nobody is named."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.addressing import NEWS, short_message
from accounts.models import User
from accounts.services import claim_nik, create_citizen
from areas.models import Area
from audit.models import Act
from jobs.models import OutboxMessage
from notices.models import Notice
from registration import services
from registration.claims import deciding, messages
from registration.claims.contested import contested_numbers
from registration.claims.deciding import accept_claim, refuse_claim
from registration.claims.errors import ClaimClosed, HolderChanged, NothingContested
from registration.claims.opening import drop_claim, look_again
from registration.models import Claim, ClaimState, Draft, Family, Household, Member, Phase, Slot, SlotKind, Submission
from registration.stage import Stage
from registration.state import DraftState
from tests.access.seen import keep_page
from tests.people import BUDI_NIK, GAMBIR, SITI_NIK, budi, dewi, joko, rina, sign_in, siti
from tests.registration.claiming import PAPERS, REASON, accept, claimed, registered_and_wanted, sharing
from tests.registration.samples import Sample, ready_draft, registered

pytestmark = pytest.mark.django_db


def names_of(household: Household) -> list[str]:
    return list(Member.objects.filter(household=household).order_by("name").values_list("name", flat=True))


def holders(draft: Draft) -> set[object]:
    return {slot.promised_to_id for slot in Slot.objects.filter(promised_to=draft)}


def test_the_page_says_nothing_about_whose_and_leads_to_the_claim(phase: Phase, client: Client) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    sign_in(client, budi())
    answer = client.post(reverse("registration:draft_submit", kwargs={"draft_id": draft.pk}))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert reverse("registration:claim_open", kwargs={"draft_id": draft.pk}) in page
    assert household.reference not in page
    assert "Nur" not in page


def test_ones_own_registration_is_shown_instead(phase: Phase, client: Client) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",), by=siti())
    sign_in(client, siti())
    answer = client.post(reverse("registration:draft_submit", kwargs={"draft_id": draft.pk}))
    page = answer.content.decode()
    assert household.reference in page
    assert reverse("registration:claim_open", kwargs={"draft_id": draft.pk}) not in page


def test_own_registrations_are_not_shown_when_somebody_elses_are_in_the_way_too(phase: Phase, client: Client) -> None:
    own = Sample()
    household = registered(by=budi(), phase=phase, sample=own)
    others = Sample()
    registered(by=siti(), phase=phase, sample=others)
    both = sharing(own, people=("Nur",))
    foreign = next(typed for typed in others.people.values() if typed["nama"] == "Ahmad")
    next(typed for typed in both.people.values() if typed["nama"] == "Ahmad")["nik"] = foreign["nik"]
    draft = ready_draft(by=budi(), phase=phase, sample=both)
    sign_in(client, budi())
    page = client.post(reverse("registration:draft_submit", kwargs={"draft_id": draft.pk})).content.decode()
    assert household.reference not in page


def test_an_accepted_nik_moves_and_the_draft_can_be_sent(phase: Phase) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    with pytest.raises(services.AlreadyRegistered):
        services.submit(draft=draft, by=budi())
    assert accept(claim).moved == 1
    assert names_of(household) == ["Ahmad", "Halimah", "Siti Aminah"]
    assert holders(draft) == {draft.pk}
    household.refresh_from_db()
    assert household.withdrawn_at is None
    assert "Nur" in str(Submission.objects.get(household=household).payload)
    new = services.submit(draft=draft, by=budi())
    assert "Nur" in names_of(new)
    assert Slot.objects.filter(household=new).count() == 6
    assert Slot.objects.filter(promised_to__isnull=False).count() == 0


def test_a_kk_goes_with_everybody_on_it(phase: Phase) -> None:
    household, draft = registered_and_wanted(phase, families=(0,))
    accept(claimed(draft))
    assert names_of(household) == ["Halimah"]
    assert Slot.objects.filter(household=household).count() == 2
    assert list(household.families.values_list("number", flat=True)) == [2]


def test_the_last_person_takes_the_kk_along(phase: Phase) -> None:
    household, draft = registered_and_wanted(phase, people=("Halimah",))
    accept(claimed(draft))
    assert Family.objects.filter(household=household).count() == 1
    assert Slot.objects.filter(household=household, kind=SlotKind.KK).count() == 1


def test_a_registration_without_any_kk_left_ends_by_decision_and_keeps_its_rows(phase: Phase) -> None:
    household, draft = registered_and_wanted(phase, families=(0, 1))
    claim = claimed(draft)
    accept(claim)
    household.refresh_from_db()
    assert household.withdrawn_by == rina()
    assert claim.reference in household.withdrawal_reason
    assert names_of(household) == ["Ahmad", "Halimah", "Nur", "Siti Aminah"]
    assert set(household.families.values_list("outcome", flat=True)) == {"WITHDRAWN"}
    assert Slot.objects.filter(household=household).count() == 0


@pytest.mark.parametrize(("families", "kind"), [((0,), "claim_some_left"), ((0, 1), "claim_all_left")])
def test_the_earlier_registrant_is_told_without_a_name(phase: Phase, families: tuple[int, ...], kind: str) -> None:
    household, draft = registered_and_wanted(phase, families=families)
    claim = claimed(draft)
    accept(claim)
    notice = Notice.objects.get(kind=kind)
    assert notice.household == household
    assert claim.reference in notice.body
    assert "Budi" not in notice.body
    acts = {act.verb for act in Act.objects.filter(subject_id__in=[str(claim.pk), str(household.pk)])}
    assert {"registration.open_claim", "registration.accept_claim", f"registration.{kind}"} <= acts


@translation.override("id")
def test_the_claimant_is_told_that_there_is_an_answer(phase: Phase) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",), by=budi())
    claim = claimed(draft)
    OutboxMessage.objects.all().delete()
    refuse_claim(claim=claim, papers=[], reason="KK tidak dibawa.", by=rina())
    (message,) = OutboxMessage.objects.filter(about_id=budi().pk)
    assert (message.channel, message.body) == ("sms", short_message(claim.reference))
    assert Claim.objects.get().state == ClaimState.REFUSED


def told_by_email(phase: Phase, *, verified: bool) -> tuple[str, OutboxMessage]:
    claimant = budi()
    claimant.put_email("budi@contoh.id")
    claimant.email_verified_at = timezone.now() if verified else None
    claimant.save()
    _household, draft = registered_and_wanted(phase, people=("Nur",), by=claimant)
    claim = claimed(draft)
    refuse_claim(claim=claim, papers=[], reason="KK tidak dibawa.", by=rina())
    return claim.reference, OutboxMessage.objects.get(about_id=claimant.pk)


@translation.override("id")
def test_a_verified_e_mail_reads_that_a_claim_was_decided_and_not_how(phase: Phase) -> None:
    reference, message = told_by_email(phase, verified=True)
    assert (message.recipient, message.subject) == ("budi@contoh.id", f"Klaim Anda {reference} sudah diputuskan")
    assert "KK tidak" not in (message.body or "")


@translation.override("id")
def an_unverified_e_mail_gets_the_code_alone(phase: Phase) -> None:
    reference, message = told_by_email(phase, verified=False)
    assert (message.recipient, message.subject) == ("budi@contoh.id", str(NEWS))
    assert message.body == short_message(reference)


def test_an_e_mail_nobody_has_verified_gets_the_code_of_the_claim_alone(phase: Phase) -> None:
    an_unverified_e_mail_gets_the_code_alone(phase)


def test_a_message_that_asks_nobody_who_verified_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "words_by_email", lambda user, *, subject, body, reference: (subject, body))
    with pytest.raises(AssertionError):
        an_unverified_e_mail_gets_the_code_alone(phase)


def test_what_is_not_ticked_stays(phase: Phase) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur", "Ahmad"))
    claim = claimed(draft)
    one = claim.numbers.first()
    assert one is not None
    accept_claim(claim=claim, numbers={one.pk}, papers=PAPERS, reason=REASON, by=rina())
    assert Member.objects.filter(household=household).count() == 3
    with pytest.raises(services.AlreadyRegistered):
        services.submit(draft=draft, by=budi())


def test_the_accounts_own_nik_becomes_its_own_when_the_ktp_was_seen(phase: Phase) -> None:
    sample = Sample()
    someone = next(typed for typed in sample.people.values() if typed["nama"] == "Ahmad")
    someone["nik"] = BUDI_NIK
    registered(by=siti(), phase=phase, sample=sample)
    draft = ready_draft(by=budi(), phase=phase, sample=sharing(sample, people=("Ahmad",)))
    assert accept(claimed(draft)).nik_is_theirs is True
    assert budi().nik_claimed_at is not None


def test_a_nik_shown_before_for_another_account_stays_there(phase: Phase) -> None:
    other = create_citizen(nik=BUDI_NIK, name="Bukan Budi", password=None)
    owner = User.objects.exclude(pk=other.pk).filter(nik_index=other.nik_index).first()
    claim_nik(user=other, by=rina())
    assert owner is None
    claimant = create_citizen(nik=BUDI_NIK, name="Budi", password=None)
    sample = Sample()
    next(typed for typed in sample.people.values() if typed["nama"] == "Ahmad")["nik"] = BUDI_NIK
    registered(by=siti(), phase=phase, sample=sample)
    draft = ready_draft(by=claimant, phase=phase, sample=sharing(sample, people=("Ahmad",)))
    decided = accept(claimed(draft))
    assert (decided.nik_is_theirs, decided.moved) == (False, 1)


def test_only_an_officer_of_the_kelurahan_who_is_no_party_decides(phase: Phase) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    for someone in (joko(), dewi(), budi(), siti()):
        with pytest.raises(PermissionDenied):
            accept(claim, by=someone)
    assert Claim.objects.get().state == ClaimState.OPEN


def test_an_officer_who_registered_the_earlier_household_as_a_citizen_does_not_decide(phase: Phase) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    Household.objects.filter(pk=household.pk).update(account=rina())
    with pytest.raises(PermissionDenied):
        accept(claim)


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": Stage.PENGOLAHAN_1},
        {"suspended": True},
        {"closes_at": timezone.now() - timedelta(seconds=1)},
    ],
)
def test_numbers_move_only_while_registration_is_open(phase: Phase, changes: dict[str, object]) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    Phase.objects.filter(pk=phase.pk).update(**changes)
    with pytest.raises(services.NotOpen):
        accept(claim)
    assert len(names_of(household)) == 4
    refuse_claim(claim=claim, papers=[], reason="Pendaftaran sudah tutup.", by=rina())
    assert Claim.objects.get().state == ClaimState.REFUSED


def test_a_decided_claim_is_not_decided_again(phase: Phase) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    refuse_claim(claim=claim, papers=[], reason="KK tidak dibawa.", by=rina())
    with pytest.raises(ClaimClosed):
        accept(claim)
    with pytest.raises(ClaimClosed):
        drop_claim(claim=claim, by=budi())


def check_second_of_two_claims_stops(phase: Phase) -> None:
    """Two families claim the same NIK; the first officer has decided when the second one does."""
    sample = Sample()
    registered(by=siti(), phase=phase, sample=sample)
    drafts = [ready_draft(by=one, phase=phase, sample=sharing(sample, people=("Nur",))) for one in (budi(), siti())]
    first, second = (claimed(draft) for draft in drafts)
    accept(first)
    with pytest.raises(HolderChanged):
        accept(second)
    assert holders(drafts[0]) == {drafts[0].pk}


def test_the_second_of_two_claims_stops_until_the_officer_has_looked_again(phase: Phase) -> None:
    check_second_of_two_claims_stops(phase)
    claim = Claim.objects.open().get()
    seen = look_again(claim=claim)
    number = seen.numbers.get()
    assert (number.holder, number.holder_draft_id) == (None, Claim.objects.get(state="accepted").draft_id)
    accept(seen)
    assert holders(seen.draft) == {seen.draft_id}  # type: ignore[arg-type]


def test_without_comparing_the_holder_it_would_not_stop(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw."""
    monkeypatch.setattr(deciding, "is_held_as_shown", lambda slot, number: True)
    with pytest.raises(pytest.fail.Exception):
        check_second_of_two_claims_stops(phase)


def test_a_claim_asks_for_no_less_than_sending(phase: Phase) -> None:
    sample = Sample()
    registered(by=siti(), phase=phase, sample=sample)
    empty = services.open_draft(by=budi(), phase=phase)
    with pytest.raises(services.Incomplete):
        claimed(empty)
    free = ready_draft(by=budi(), phase=phase, sample=Sample())
    with pytest.raises(NothingContested):
        claimed(free)
    assert Claim.objects.count() == 0


def test_opening_again_returns_the_open_claim_and_deleting_the_draft_frees_the_promise(phase: Phase) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    assert claimed(draft) == claim
    accept(claim)
    services.discard_draft(draft=draft, by=budi())
    assert Slot.objects.filter(promised_to__isnull=False).count() == 0
    claim.refresh_from_db()
    assert (claim.draft, claim.state) == (None, ClaimState.ACCEPTED)


def test_a_number_that_is_free_by_now_needs_no_moving(phase: Phase) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    services.withdraw(household=household, by=siti(), reason="pindah")
    assert accept(claim).moved == 0
    assert services.submit(draft=draft, by=budi()).account == budi()


def test_at_the_counter_the_officer_opens_and_decides(phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    gambir = Area.objects.get(pk=GAMBIR)
    draft = ready_draft(by=rina(), phase=phase, sample=sharing(sample, families=(0, 1)), kelurahan=gambir)
    claim = claimed(draft)
    assert (claim.claimant, claim.kelurahan) == (None, gambir)
    accept(claim)
    household.refresh_from_db()
    assert household.is_withdrawn
    assert services.submit(draft=draft, by=rina()).registered_by == rina()


def test_contested_numbers_take_two_queries(phase: Phase, django_assert_num_queries: object) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur", "Ahmad"), families=(0,))
    draft = Draft.objects.select_related("phase").get(pk=draft.pk)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(contested_numbers(DraftState.load(draft))) == 3


def test_the_claim_pages(phase: Phase, client: Client) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    sign_in(client, budi())
    address = reverse("registration:claim_open", kwargs={"draft_id": draft.pk})
    opened = client.get(address)
    assert opened.status_code == 200
    keep_page("registration:claim_open", opened.content.decode())
    assert client.post(address, {"kelurahan": GAMBIR}).status_code == 200
    answer = client.post(address, {"kelurahan": GAMBIR, "asli": "on"})
    claim = Claim.objects.get()
    shown = reverse("registration:claim_show", kwargs={"claim_id": claim.pk})
    assert answer["Location"] == shown
    assert client.get(address)["Location"] == shown
    page = client.get(shown).content.decode()
    assert claim.reference in page
    assert household.reference not in page
    client.post(reverse("registration:claim_drop", kwargs={"claim_id": claim.pk}))
    assert Claim.objects.get().state == ClaimState.DROPPED
    sign_in(client, siti())
    assert client.get(shown).status_code == 404
    assert client.get(address).status_code == 404
    assert SITI_NIK not in page


def test_the_form_leads_back_to_its_claim(phase: Phase, client: Client) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    shown = reverse("registration:claim_show", kwargs={"claim_id": claim.pk})
    sign_in(client, budi())
    for name in ("draft_detail", "draft_check"):
        assert shown in client.get(reverse(f"registration:{name}", kwargs={"draft_id": draft.pk})).content.decode()
    drop_claim(claim=claim, by=budi())
    page = client.get(reverse("registration:draft_detail", kwargs={"draft_id": draft.pk})).content.decode()
    assert shown not in page


def test_a_household_that_ended_by_a_claim_reads_why(phase: Phase, client: Client) -> None:
    household, draft = registered_and_wanted(phase, families=(0, 1))
    claim = claimed(draft)
    accept(claim)
    sign_in(client, siti())
    page = client.get(reverse("home:household_detail", kwargs={"reference": household.reference})).content.decode()
    assert claim.reference in page
    assert "Budi" not in page
