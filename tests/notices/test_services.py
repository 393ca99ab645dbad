"""Who is told what, on which way, in which language."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.utils import translation
from pytest_django import Settings

from accounts.models import User
from audit.models import Act
from jobs.models import Channel, OutboxMessage
from notices.models import Notice
from notices.services import Message, hand_over, mark_read, notify, notify_all
from notices.texts import KINDS, UnknownKind, words_for
from registration.models import Phase
from registration.stage import Stage
from tests.assessment.families import household_of
from tests.people import BUDI_PHONE, budi, dewi, joko, rina, siti

PHONE = "+6281200000099"


def test_an_account_with_a_verified_e_mail_gets_the_full_text(phase: Phase):
    household = household_of(phase)
    User.objects.filter(households=household).update(email_verified_at=Now())
    notice = notify(household=household, kind="findings", params={"count": 2})
    message = OutboxMessage.objects.get()
    assert (message.channel, message.recipient) == (Channel.EMAIL, "siti@contoh.id")
    assert household.reference in message.body
    assert (notice.on_paper, notice.params) == (False, {"count": 2, "reference": household.reference})


def test_an_e_mail_that_nobody_has_verified_gets_nothing_but_the_reference_code(phase: Phase):
    household = household_of(phase)
    notify(household=household, kind="objection_rejected", params={"reason": "Mobil masih atas nama Siti"})
    message = OutboxMessage.objects.get()
    assert (message.channel, message.recipient) == (Channel.EMAIL, "siti@contoh.id")
    assert household.reference in (message.body or "")
    for secret in ("Mobil", "Siti", "keberatan"):
        assert secret not in f"{message.subject} {message.body}"


def test_a_family_whose_account_is_closed_gets_its_letters_on_paper(phase: Phase):
    household = household_of(phase)
    User.objects.filter(households=household).update(is_active=False)
    notice = notify(household=household, kind="submitted", params={})
    assert (notice.on_paper, OutboxMessage.objects.count()) == (True, 0)


def test_without_e_mail_an_sms_says_nothing_but_the_reference_code(phase: Phase):
    household = household_of(phase, account=budi(), address="Jalan Rahasia 7")
    notify(household=household, kind="objection_rejected", params={"reason": "Mobil masih atas nama Budi"})
    message = OutboxMessage.objects.get()
    assert (message.channel, message.recipient) == (Channel.SMS, BUDI_PHONE)
    assert household.reference in message.body
    for secret in ("Budi", "Mobil", "Rahasia", "keberatan"):
        assert secret not in message.body
    assert len(message.body) <= 160


def test_the_phone_of_the_household_goes_before_the_accounts(phase: Phase):
    household = household_of(phase, account=budi(), contact_phone=PHONE)
    notify(household=household, kind="submitted", params={})
    assert OutboxMessage.objects.get().recipient == PHONE


def test_a_walk_in_family_with_a_phone_gets_an_sms(phase: Phase):
    household = household_of(phase, walk_in_by=rina(), contact_phone=PHONE)
    notice = notify(household=household, kind="submitted", params={})
    assert (OutboxMessage.objects.get().channel, notice.on_paper) == (Channel.SMS, False)


def test_a_family_with_neither_account_nor_phone_is_put_on_the_print_list(phase: Phase):
    household = household_of(phase, walk_in_by=rina())
    notice = notify(household=household, kind="submitted", params={})
    assert not OutboxMessage.objects.exists()
    assert list(Notice.objects.to_be_printed()) == [notice]


def test_many_notices_keep_their_order_and_cost_few_queries(phase: Phase, django_assert_num_queries):
    households = [household_of(phase, walk_in_by=rina()) for _ in range(20)]
    with django_assert_num_queries(3):
        notices = notify_all(messages=[Message(h, "findings", {"count": n}) for n, h in enumerate(households)])
    assert [n.household_id for n in notices] == [h.pk for h in households]
    assert [n.params["count"] for n in notices] == list(range(20))


def test_the_words_follow_the_reader_and_the_kept_ones_are_indonesian(phase: Phase):
    household = household_of(phase)
    notice = notify(household=household, kind="stage_moved", params={"stage": int(Stage.MUSKEL)})
    with translation.override("en"):
        assert "Kelurahan deliberation meeting" in notice.words.body
    with translation.override("id"):
        assert (notice.words.subject, notice.words.body) == (notice.subject, notice.body)


def test_a_notice_of_a_kind_nobody_knows_any_more_says_what_it_said(phase: Phase):
    notice = notify(household=household_of(phase), kind="submitted", params={})
    notice.kind = "gone"
    assert notice.words.body == notice.body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_kind_can_be_read_even_with_parameters_missing(kind: str, language: str):
    with translation.override(language):
        subject, body = words_for(kind, {"reference": "JKT-AAAA-AAAA"})
    assert subject
    assert "JKT-AAAA-AAAA" in body
    assert "%(" not in body


def test_an_unknown_kind_is_an_error(phase: Phase):
    with pytest.raises(UnknownKind):
        notify(household=household_of(phase), kind="surprise", params={})


@pytest.mark.parametrize(("language", "said"), [("id", "Alamat kosong."), ("en", "No address.")])
def test_a_reason_may_be_given_in_both_languages(language: str, said: str):
    with translation.override(language):
        _subject, body = words_for("returned", {"reason": {"id": "Alamat kosong.", "en": "No address."}})
    assert body.endswith(said)


def test_dates_and_stages_are_words():
    with translation.override("en"):
        _subject, body = words_for("stage_moved", {"stage": 7, "reference": "X"})
    assert "Kelurahan deliberation meeting" in body


def test_reading_marks_ones_own_notices_only(phase: Phase):
    own = notify(household=household_of(phase), kind="submitted", params={})
    other = notify(household=household_of(phase, account=budi()), kind="submitted", params={})
    assert mark_read(notices=[own, other], by=siti()) == 1
    assert list(Notice.objects.unread()) == [other]


def test_handing_over_is_an_act_and_happens_once(phase: Phase):
    notice = notify(household=household_of(phase, walk_in_by=rina()), kind="submitted", params={})
    for stranger in (siti, joko):
        with pytest.raises(PermissionDenied):
            hand_over(notice=notice, by=stranger())
    assert [hand_over(notice=notice, by=rina()), hand_over(notice=notice, by=dewi())] == [True, False]
    assert not Notice.objects.to_be_printed().exists()
    assert Act.objects.about(notice).get().actor_id == rina().pk


def test_where_no_gateway_sends_to_phones_a_family_with_only_a_phone_gets_paper(phase: Phase, settings: Settings):
    settings.DTKS_CHANNELS = {"sms": "jobs.channels.NoGateway"}
    walk_in = household_of(phase, walk_in_by=rina(), contact_phone=PHONE)
    assert notify(household=walk_in, kind="findings", params={"count": 1}).on_paper is True
    assert OutboxMessage.objects.count() == 0
    settings.DTKS_CHANNELS = {"sms": "jobs.channels.LogChannel"}
    assert notify(household=walk_in, kind="findings", params={"count": 2}).on_paper is False
