"""For families whose data somebody else entered: in with a code, limits before the look-up, numbers covered."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from audit.models import Act
from public import family_views
from public.family import preview_for
from registration.attachments.keeping import keep_photo
from registration.attachments.kinds import PhotoKind
from registration.family_codes import issue_code, new_code
from registration.models import Attachment, FamilyCode, FamilyObjection, Household, Phase
from registration.stage import Stage
from tests.access.seen import keep_page
from tests.people import budi, rina, sign_in, siti
from tests.registration.pictures import paper, plain, sent
from tests.registration.samples import open_phase
from tests.registration.test_representation import helped

pytestmark = pytest.mark.django_db
ENTER, SHOW = reverse("public:family_enter"), reverse("public:family_show")
OBJECT, WITHDRAW = reverse("public:family_object"), reverse("public:family_withdraw")
TAKE_OVER, LEAVE = reverse("public:family_take_over"), reverse("public:family_leave")


@pytest.fixture
def phase(db: None) -> Phase:
    return open_phase()


@pytest.fixture
def household(phase: Phase) -> Household:
    return helped(phase)


@pytest.fixture
def family(client: Client, household: Household) -> Client:
    """A browser without an account in which the code was typed."""
    code = issue_code(household=household, by=siti())
    assert client.post(ENTER, {"kode": code.lower().replace("-", " ")})["Location"] == SHOW
    return client


def test_it_shows_everything_with_numbers_covered(family: Client, household: Household) -> None:
    page = family.get(SHOW).content.decode()
    for shown in ("Halimah", "Siti Aminah", "Jl. Contoh 1", "450"):
        assert shown in page
    numbers = [member.nik or "" for member in household.members.all()] + [one.kk for one in household.families.all()]
    for hidden in (*numbers, "0812 0000 0001", "+6281200000001"):
        assert hidden not in page
    assert Act.objects.filter(verb="registration.family_view", subject_id=str(household.pk)).count() == 1


def test_it_says_that_it_goes_on_while_the_registers_are_asked(family: Client, phase: Phase) -> None:
    said = "beberapa minggu"
    assert said not in family.get(SHOW).content.decode()
    Phase.objects.update(stage=Stage.PEMADANAN_DUKCAPIL)
    assert said in family.get(SHOW).content.decode()
    Phase.objects.update(stage=Stage.MUSKEL)
    assert said not in family.get(SHOW).content.decode()


@translation.override("id")
def photo_of(household: Household, kind: PhotoKind = PhotoKind.HOUSE_FRONT) -> str:
    """The address of a photo that the helper sent."""
    picture = plain() if kind == PhotoKind.HOUSE_FRONT else paper()
    kept = keep_photo(holder=household, content=sent(picture), kind=kind, by=siti())
    return reverse("public:family_photo", kwargs={"photo": kept.pk})


def test_it_shows_the_house_and_names_the_papers(family: Client, household: Household) -> None:
    house, card = photo_of(household), photo_of(household, PhotoKind.KTP)
    page = family.get(SHOW).content.decode()
    assert f'src="{house}"' in page
    assert card not in page
    assert "KTP, foto 1" in page
    answer = family.get(house)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    private = {name: answer[name] for name in ("Cache-Control", "Content-Security-Policy", "X-Content-Type-Options")}
    assert private == {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }


def no_photo_leaves_its_family(family: Client, household: Household, other: Household) -> None:
    own, card, foreign = photo_of(household), photo_of(household, PhotoKind.KTP), photo_of(other)
    removed = photo_of(household, PhotoKind.HOUSE_INSIDE)
    Attachment.objects.filter(kind=PhotoKind.HOUSE_INSIDE).update(removed_at=timezone.now(), removed_by=siti())
    assert [family.get(address).status_code for address in (own, card, foreign, removed)] == [200, 404, 404, 404]
    assert family.post(own).status_code == 405
    FamilyCode.objects.filter(household=household).update(ended_at=timezone.now())
    assert family.get(own)["Location"] == ENTER
    assert Client().get(own)["Location"] == ENTER


def test_no_photo_leaves_its_family(family: Client, household: Household, phase: Phase) -> None:
    no_photo_leaves_its_family(family, household, helped(phase))


def of_whoever_sent_it(_household: Household, photo: UUID) -> bytes | None:
    return preview_for(Household.objects.get(attachments=photo), photo)


@pytest.mark.parametrize("flaw", ["every household", "papers too"])
def test_a_picture_that_anybody_s_code_opens_is_noticed(
    family: Client, household: Household, phase: Phase, monkeypatch: pytest.MonkeyPatch, flaw: str
) -> None:
    if flaw == "papers too":
        monkeypatch.setattr("public.family.SHOWN", set(PhotoKind.values))
    else:
        monkeypatch.setattr(family_views, "preview_for", of_whoever_sent_it)
    with pytest.raises(AssertionError):
        no_photo_leaves_its_family(family, household, helped(phase))


def test_its_pages_are_kept_for_the_checker(family: Client, household: Household) -> None:
    photo_of(household)
    for name, address in (("show", SHOW), ("object", OBJECT), ("withdraw", WITHDRAW)):
        answer = family.get(address)
        assert answer.status_code == 200
        keep_page(f"public:family_{name}", answer.content.decode())


def test_the_code_stands_in_no_address_and_not_in_the_session(family: Client) -> None:
    assert set(family.session.keys()) == {family_views.OPENED}
    assert set(family.session[family_views.OPENED]) == {"code", "until"}
    assert family.session[family_views.OPENED]["code"] == str(FamilyCode.objects.get().pk)


@pytest.mark.parametrize("address", [SHOW, OBJECT, WITHDRAW])
def test_without_a_code_there_is_nothing_to_see(client: Client, household: Household, address: str) -> None:
    assert client.get(address)["Location"] == ENTER
    assert client.post(address)["Location" if address != SHOW else "Allow"] in (ENTER, "GET")


def test_after_half_an_hour_it_is_asked_for_again(family: Client) -> None:
    session = family.session
    session[family_views.OPENED] = {**session[family_views.OPENED], "until": timezone.now().timestamp() - 1}
    session.save()
    assert family.get(SHOW)["Location"] == ENTER


def test_an_ended_code_opens_nothing(family: Client, household: Household) -> None:
    FamilyCode.objects.update(ended_at=timezone.now())
    assert family.get(SHOW)["Location"] == ENTER


@pytest.mark.parametrize("typed", ["", "x", "\x00", "1" * 5000, "7K2M-Q4XH-9PJZ-B6SB-2345", "７Ｋ２Ｍ"])
def test_what_opens_nothing(client: Client, household: Household, typed: str) -> None:
    answer = client.post(ENTER, {"kode": typed})
    assert answer.status_code in (200, 400)
    assert family_views.OPENED not in client.session


def check_limits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """One code is looked up so often an hour and no more, right or wrong."""
    monkeypatch.setattr(family_views, "PER_CODE", 2)
    code = new_code()
    answers = [client.post(ENTER, {"kode": code}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_a_code_is_tried_so_often_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    check_limits(client, monkeypatch)


def test_without_counting_it_would_be_tried_for_ever(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw."""
    monkeypatch.setattr(family_views, "spend", lambda *args, **kwargs: True)
    with pytest.raises(AssertionError):
        check_limits(client, monkeypatch)


def test_a_busy_network_solves_a_captcha_and_is_not_shut_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family_views, "PER_NETWORK", 0)
    answer = client.post(ENTER, {"kode": new_code()})
    assert answer.status_code == 429
    assert "captcha_1" in answer.content.decode()


def test_the_family_objects(family: Client, household: Household) -> None:
    assert family.post(OBJECT, {"alasan": ""}).status_code == 200
    assert family.post(OBJECT, {"alasan": "NIK saya 9901015708850001"}).status_code == 200
    assert FamilyObjection.objects.count() == 0
    assert family.post(OBJECT, {"alasan": "Kami tidak diberi tahu."})["Location"] == SHOW
    assert FamilyObjection.objects.get().household == household
    assert "Kami tidak diberi tahu." not in family.get(SHOW).content.decode()


def test_the_family_withdraws_and_still_sees_that_it_has(family: Client, household: Household) -> None:
    assert family.post(WITHDRAW).status_code == 200
    assert family.post(WITHDRAW, {"yakin": "on"})["Location"] == SHOW
    household.refresh_from_db()
    assert household.withdrawn_with_code
    assert family.get(SHOW).status_code == 200


def test_too_late_to_withdraw_is_said(family: Client, phase: Phase, household: Household) -> None:
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.PENETAPAN_DTKS)
    assert family.post(WITHDRAW, {"yakin": "on"})["Location"] == SHOW
    household.refresh_from_db()
    assert not household.is_withdrawn


def test_taking_over_needs_an_account_of_its_own(family: Client, household: Household) -> None:
    assert family.get(TAKE_OVER)["Location"].startswith("/masuk/")
    session = dict(family.session.items())
    for someone in (siti(), rina()):
        sign_in(family, someone)
        opened = family.session
        opened.update(session)
        opened.save()
        assert family.post(TAKE_OVER, {"penolong": "status"}).status_code == 200
    sign_in(family, budi())
    opened = family.session
    opened.update(session)
    opened.save()
    assert household.reference in family.post(TAKE_OVER, {"penolong": "status"})["Location"]
    household.refresh_from_db()
    assert household.account == budi()
    assert family.get(SHOW)["Location"] == ENTER


def test_leaving_forgets_the_code(family: Client) -> None:
    assert family.get(LEAVE).status_code == 405
    family.post(LEAVE)
    assert family.get(SHOW)["Location"] == ENTER


def test_the_page_takes_a_fixed_number_of_queries(family: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        family.get(SHOW)
    assert len(queries) == 14
