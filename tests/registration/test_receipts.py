"""The receipt: what it says, what it sends, and the code that tells it from a forged one."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.addressing import NEWS, short_message
from areas.models import Area
from audit.models import Act
from jobs.models import Channel, OutboxMessage
from public import receipt_views
from registration import receipts, services
from registration.models import Household, Phase, Receipt, Submission
from registration.receipts import Checked, State, check, check_address, code_of, in_groups, receipt_for, tidy_code
from tests.people import GAMBIR, budi, joko, rina, sign_in, siti
from tests.registration.samples import Sample, registered

pytestmark = pytest.mark.django_db
WHOLE_NUMBER = re.compile(r"(?<!\d)\d{16}(?!\d)")


@pytest.fixture
def household(phase: Phase) -> Household:
    return registered(by=siti(), phase=phase)


def page_of(household: Household, name: str = "receipt_show") -> str:
    return reverse(f"registration:{name}", kwargs={"reference": household.reference})


def public_page(code: str) -> str:
    return reverse("public:receipt_check", kwargs={"code": code})


def change(household: Household) -> Submission:
    """The family hands in a newer version."""
    first = Submission.objects.get(household=household, number=1)
    return Submission.objects.create(
        household=household, number=2, payload={}, submitted_at=timezone.now(), by=siti(), channel=first.channel,
        draft=first.draft,
    )  # fmt: skip


# --- The page ------------------------------------------------------------------------------------------------------


def test_the_page_says_who_was_registered_with_masked_numbers(client: Client, household: Household) -> None:
    page = sign_in(client, siti()).get(page_of(household)).content.decode()
    for part in (household.reference, "Siti Aminah", "Halimah", "Gambir", "••••"):
        assert part in page
    assert WHOLE_NUMBER.findall(page) == []
    assert page.count("<h1") == 1
    assert page_of(household, "receipt_qr") in page


def test_the_qr_is_a_picture_that_carries_the_check_address(client: Client, household: Household) -> None:
    response = sign_in(client, siti()).get(page_of(household, "receipt_qr"))
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    address = check_address(receipt_for(household), origin="http://testserver/")
    assert response.content == receipts.qr_svg(address)
    assert address == f"http://testserver/cek-tanda-terima/{code_of(receipt_for(household))}/"


def test_the_address_in_the_qr_has_no_language(household: Household) -> None:
    with translation.override("en"):
        assert "/en/" not in check_address(receipt_for(household), origin="https://dtks.example.go.id/")


def test_the_page_asks_the_database_a_fixed_number_of_times(client: Client, household: Household) -> None:
    sign_in(client, siti()).get(page_of(household))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(page_of(household))
    assert len(asked) == 8


def test_the_officer_s_look_is_recorded_and_the_family_s_own_is_not(client: Client, household: Household) -> None:
    sign_in(client, siti()).get(page_of(household))
    assert not Act.objects.filter(verb="registration.view_receipt").exists()
    sign_in(client, rina()).get(page_of(household))
    act = Act.objects.get(verb="registration.view_receipt")
    assert (act.actor_id, act.subject_id, act.area_code) == (rina().pk, str(household.pk), GAMBIR)


@pytest.mark.parametrize("stranger", [budi, joko])
@pytest.mark.parametrize("name", ["receipt_show", "receipt_qr"])
def test_a_foreign_receipt_does_not_exist(client: Client, household: Household, stranger: object, name: str) -> None:
    assert sign_in(client, stranger()).get(page_of(household, name)).status_code == 404  # type: ignore[operator]


def test_a_page_opened_twice_at_once_shows_one_receipt(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    first = receipt_for(household)
    monkeypatch.setattr(Receipt.objects, "filter", lambda **about: Receipt.objects.none())  # nobody was there before
    monkeypatch.setattr(Receipt.objects, "get", lambda **about: Receipt.objects.all().get(**about))
    assert code_of(receipt_for(household)) == code_of(first)
    assert Receipt.objects.all().count() == 1


# --- The message ---------------------------------------------------------------------------------------------------


def sent() -> OutboxMessage:
    return OutboxMessage.objects.latest("created_at")


@pytest.mark.parametrize(
    ("language", "words"), [("id", "Pendaftaran tidak dipungut biaya"), ("en", "Registration is free of charge")]
)
def test_the_code_is_sent_to_the_phone_in_the_family_s_language(phase: Phase, language: str, words: str) -> None:
    person = siti()
    person.language = language
    person.save()
    household = registered(by=person, phase=phase)
    message = sent()
    assert (message.channel, message.recipient) == (Channel.SMS, "+6281200000001")
    assert message.about_id == household.pk
    assert household.reference in (message.body or "")
    assert words.split()[0] in (message.body or "")
    assert WHOLE_NUMBER.findall(message.body or "") == []
    assert "Siti" not in (message.body or "")


def registered_without_a_phone(phase: Phase, *, verified: bool) -> tuple[Household, OutboxMessage]:
    person = siti()
    person.email_verified_at = timezone.now() if verified else None
    person.save()
    sample = Sample()
    sample.once["kontak"]["telepon"] = ""
    return registered(by=person, phase=phase, sample=sample), sent()


@translation.override("id")
def test_without_a_phone_the_receipt_goes_to_the_account_s_verified_e_mail(phase: Phase) -> None:
    household, message = registered_without_a_phone(phase, verified=True)
    assert (message.channel, message.recipient) == (Channel.EMAIL, "siti@contoh.id")
    assert message.subject == f"Tanda terima pendaftaran {household.reference}"
    assert "Pendaftaran tidak dipungut biaya" in (message.body or "")
    assert WHOLE_NUMBER.findall(f"{message.subject} {message.body}") == []


@translation.override("id")
def an_unverified_e_mail_gets_the_code_alone(phase: Phase) -> None:
    household, message = registered_without_a_phone(phase, verified=False)
    assert (message.channel, message.recipient) == (Channel.EMAIL, "siti@contoh.id")
    assert (message.subject, message.body) == (str(NEWS), short_message(household.reference))


def test_an_e_mail_nobody_has_verified_gets_the_code_alone(phase: Phase) -> None:
    an_unverified_e_mail_gets_the_code_alone(phase)


def test_a_receipt_that_asks_nobody_who_verified_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "words_by_email", lambda user, *, subject, body, reference: (subject, body))
    with pytest.raises(AssertionError):
        an_unverified_e_mail_gets_the_code_alone(phase)


def test_a_family_at_the_counter_without_a_phone_gets_the_print_alone(phase: Phase) -> None:
    registered(by=rina(), phase=phase, kelurahan=Area.objects.get(pk=GAMBIR))
    assert not OutboxMessage.objects.exists()


# --- The check -----------------------------------------------------------------------------------------------------


def checked(household: Household) -> Checked:
    found = check(code_of(receipt_for(household)))
    assert found is not None
    return found


def test_a_genuine_receipt_says_what_stands_on_it_and_nobody_s_name(client: Client, household: Household) -> None:
    page = client.get(public_page(code_of(receipt_for(household)))).content.decode()
    for part in (household.reference, "Tahap I 2026", "4 (2 KK)", "Gambir"):
        assert part in page
    for secret in ("Siti", "Aminah", "Halimah", "Contoh 1", "••••"):
        assert secret not in page
    assert checked(household).state is State.CURRENT


def test_the_code_has_at_least_eighty_random_bits_and_each_receipt_its_own(phase: Phase) -> None:
    codes = {code_of(receipt_for(registered(by=siti(), phase=phase))) for _number in range(3)}
    assert len(codes) == 3
    assert receipts.SECRET_LETTERS * 5 >= 80
    assert set("".join(codes)) <= set(receipts.ALPHABET)


def test_a_changed_registration_makes_the_old_paper_out_of_date(client: Client, household: Household) -> None:
    old = code_of(receipt_for(household))
    newer = change(household)
    found = check(old)
    assert found is not None
    assert (found.state, found.changed_at) == (State.CHANGED, newer.submitted_at)
    assert checked(household).state is State.CURRENT  # the receipt printed now
    assert code_of(receipt_for(household)) != old
    assert "Gambir" not in client.get(public_page(old)).content.decode()


def test_a_withdrawn_registration_says_so(client: Client, household: Household) -> None:
    code = code_of(receipt_for(household))
    services.withdraw(household=household, by=siti(), reason="Pindah")
    found = check(code)
    assert found is not None
    assert found.state is State.WITHDRAWN
    assert client.get(public_page(code)).status_code == 200


def test_a_forged_code_is_not_ours_and_asks_the_database_nothing(
    client: Client, household: Household, django_assert_num_queries: object
) -> None:
    code = code_of(receipt_for(household))
    forged = [code[:-1] + ("A" if code[-1] != "A" else "B"), "A" * 28, code[:27], "tanda-terima"]
    for text in forged:
        with CaptureQueriesContext(connection) as asked:
            assert check(text) is None
        assert len(asked) == 0
        response = client.get(public_page(text))
        assert response.status_code == 404
        assert household.reference not in response.content.decode()


def guesses_are_refused(secret: str) -> None:
    """A real secret with a mark somebody made up."""
    assert check(secret + "A" * receipts.MARK_LETTERS) is None


def test_the_mark_is_looked_at_and_a_check_without_it_is_noticed(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = receipt_for(household).secret
    guesses_are_refused(secret)
    monkeypatch.setattr(receipts, "is_marked", lambda code: True)
    with pytest.raises(AssertionError):
        guesses_are_refused(secret)


def test_the_code_is_read_as_people_type_it(household: Household) -> None:
    code = code_of(receipt_for(household))
    for typed in (code.lower(), in_groups(code), f" {in_groups(code).replace(' ', '-')} "):
        assert tidy_code(typed) == code
    assert check(in_groups(code).lower()) == checked(household)


@pytest.mark.parametrize("typed", ["", "0" * 28, "A" * 27, "A" * 29, "Ａ" * 27, "\x00" * 28, "A" * 27 + "\n1"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert tidy_code(typed) is None


def test_a_typed_code_leads_to_its_page(client: Client, household: Household) -> None:
    code = code_of(receipt_for(household))
    response = client.post(reverse("public:receipt_find"), {"code": in_groups(code).lower()})
    assert response["Location"] == public_page(code)
    assert client.post(reverse("public:receipt_find"), {"code": "salah"}).status_code == 200


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Counting commits by itself, which a test's transaction does not allow: the fourth question is one too many."""
    asked: list[str] = []

    def spend(bucket: str, key: bytes, **about: object) -> bool:
        asked.append(bucket)
        return len(asked) <= 3

    monkeypatch.setattr(receipt_views, "spend", spend)
    return asked


def test_a_busy_network_solves_a_captcha_before_anything_is_said(
    client: Client, household: Household, counted: list[str]
) -> None:
    genuine, forged = code_of(receipt_for(household)), "A" * 28
    assert [client.get(public_page(forged)).status_code for _try in range(3)] == [404, 404, 404]
    assert counted == ["public.receipt"] * 3  # forged ones count like all others
    answers = [client.get(public_page(code)) for code in (genuine, forged)]
    assert [answer.status_code for answer in answers] == [429, 429]
    assert household.reference not in answers[0].content.decode()


def test_a_solved_captcha_opens_the_answer(client: Client, household: Household, counted: list[str]) -> None:
    from captcha.models import CaptchaStore

    counted += ["", "", ""]
    code = code_of(receipt_for(household))
    client.get(public_page(code))
    challenge = CaptchaStore.objects.latest("id")
    solved = {"captcha_0": challenge.hashkey, "captcha_1": challenge.response}
    assert household.reference in client.post(public_page(code), solved).content.decode()
    assert client.post(public_page(code), solved).status_code == 429  # each challenge works once
