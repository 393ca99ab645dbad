"""Photos as a browser without scripts sends them, and who gets to see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as SettingsWrapper

from accounts.models import User
from audit.models import Act
from registration import services
from registration.attachments import keeping
from registration.attachments.album import Album
from registration.attachments.keeping import keep_photo
from registration.models import Attachment, AttachmentPicture, Draft, Household, Phase, Submission
from tests.people import budi, sign_in, siti
from tests.registration.pictures import paper, plain, sent, url
from tests.registration.samples import ready_draft, registered

pytestmark = pytest.mark.django_db


def upload(content: bytes, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


@pytest.fixture
def draft(phase: Phase) -> Draft:
    return services.open_draft(by=siti(), phase=phase)


@pytest.fixture
def household(phase: Phase) -> Household:
    return registered(by=siti(), phase=phase)


@pytest.fixture
def citizen(client: Client) -> Client:
    return sign_in(client, siti())


def add(client: Client, draft: Draft, content: bytes, kind: str = "ktp", **more: object):
    return client.post(url("photo_add", draft_id=draft.pk, kind=kind), {"foto": upload(content), **more})


def test_a_photo_goes_from_the_phone_to_the_list(citizen: Client, draft: Draft) -> None:
    tasks = citizen.get(url("draft_detail", draft_id=draft.pk)).content.decode()
    assert url("photo_list", draft_id=draft.pk) in tasks
    page = citizen.get(url("photo_add", draft_id=draft.pk, kind="ktp")).content.decode()
    assert 'capture="environment"' in page
    assert 'accept="image/*"' in page
    answer = add(citizen, draft, sent(paper()))
    assert (answer.status_code, answer["Location"]) == (302, url("photo_add", draft_id=draft.pk, kind="ktp"))
    photo = Attachment.objects.get()
    assert (photo.draft, photo.kind, photo.hints, photo.added_by) == (draft, "ktp", [], siti())
    page = citizen.get(answer["Location"]).content.decode()
    assert url("photo_preview", photo=photo.pk) in page
    listed = citizen.get(url("photo_list", draft_id=draft.pk)).content.decode()
    assert "tag-done" in listed
    for name in ("draft_detail", "draft_check"):
        assert re.search(r"KTP: 1 fot|KTP: 1 phot", citizen.get(url(name, draft_id=draft.pk)).content.decode())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", r"(?i)kosong|empty"),
        (b"%PDF-1.7 ....", "PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "JPEG"),
        (sent(plain((120, 90))), "(?i)terlalu kecil|too small"),
        (bytes(8_000_001), "8 MB"),
    ],
)
def test_what_is_no_photo_is_said_beside_the_field(citizen: Client, draft: Draft, content: bytes, words: str) -> None:
    answer = add(citizen, draft, content)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "id_foto_error" in page
    assert re.search(words, page)
    assert Attachment.objects.count() == 0


def test_a_form_without_a_photo_is_answered_politely(citizen: Client, draft: Draft) -> None:
    answer = citizen.post(url("photo_add", draft_id=draft.pk, kind="ktp"))
    assert (answer.status_code, "id_foto_error" in answer.content.decode()) == (200, True)


def test_a_photo_that_is_on_the_phone_already_is_as_good(citizen: Client, draft: Draft) -> None:
    address = url("photo_add", draft_id=draft.pk, kind="ktp")
    assert citizen.post(address, {"galeri": upload(sent(paper()))}).status_code == 302
    assert Attachment.objects.count() == 1
    page = citizen.post(address, {"galeri": upload(b"%PDF-1.7")}).content.decode()
    assert "id_galeri_error" in page


def test_what_looks_blurred_is_said_and_can_be_kept(citizen: Client, draft: Draft) -> None:
    add(citizen, draft, sent(paper(blurred=5)))
    photo = Attachment.objects.get()
    assert (photo.hints, photo.is_waiting) == (["blurred"], True)
    page = citizen.get(url("photo_add", draft_id=draft.pk, kind="ktp")).content.decode()
    assert url("photo_confirm", photo=photo.pk) in page
    assert "tag-warn" in citizen.get(url("photo_list", draft_id=draft.pk)).content.decode()
    citizen.post(url("photo_confirm", photo=photo.pk))
    photo.refresh_from_db()
    assert (photo.is_waiting, photo.confirmed_at is not None) == (False, True)
    assert Act.objects.get(verb="registration.confirm_photo").data["hints"] == ["blurred"]


def test_a_photo_on_its_side_is_turned_with_one_button(citizen: Client, draft: Draft) -> None:
    add(citizen, draft, sent(paper().transpose(Image.Transpose.ROTATE_90)))
    photo = Attachment.objects.get()
    assert (photo.hints, photo.height > photo.width) == (["sideways"], True)
    citizen.post(url("photo_turn", photo=photo.pk), {"arah": "kanan"})
    turned = Attachment.objects.get()
    assert (turned.hints, turned.width > turned.height, turned.pk != photo.pk) == ([], True, True)
    citizen.post(url("photo_turn", photo=turned.pk), {"arah": "ke mana-mana"})
    assert Attachment.objects.get() == turned


def test_another_photo_takes_the_place_of_a_bad_one(citizen: Client, draft: Draft) -> None:
    add(citizen, draft, sent(paper(blurred=5)))
    bad = Attachment.objects.get()
    page = citizen.get(url("photo_add", draft_id=draft.pk, kind="ktp") + f"?ganti={bad.pk}").content.decode()
    assert f'value="{bad.pk}"' in page
    add(citizen, draft, sent(paper()), instead_of=str(bad.pk))
    assert Attachment.objects.get().hints == []


def test_the_same_photo_twice_is_one_and_too_many_are_refused(citizen: Client, draft: Draft) -> None:
    for _ in range(2):
        assert add(citizen, draft, sent(plain(seed=1)), kind="sktm").status_code == 302
    assert Attachment.objects.count() == 1
    for seed in (2, 3):
        answer = add(citizen, draft, sent(plain(seed=seed)), kind="sktm")
    assert (answer.status_code, Attachment.objects.count()) == (200, 2)


def test_a_photo_is_removed_after_asking(citizen: Client, draft: Draft) -> None:
    photo = keep_photo(holder=draft, content=sent(paper()), kind="ktp", by=siti())
    assert citizen.get(url("photo_remove", photo=photo.pk)).status_code == 200
    citizen.post(url("photo_remove", photo=photo.pk))
    assert (Attachment.objects.count(), AttachmentPicture.objects.count()) == (0, 0)
    assert citizen.get(url("photo_show", photo=photo.pk)).status_code == 404


def test_a_kind_this_phase_does_not_ask_for_does_not_exist(citizen: Client, draft: Draft) -> None:
    Phase.objects.update(photos_asked=["ktp"])
    assert citizen.get(url("photo_add", draft_id=draft.pk, kind="ktp")).status_code == 200
    for kind in ("kk", "apa-saja"):
        assert citizen.get(url("photo_add", draft_id=draft.pk, kind=kind)).status_code == 404


def test_where_a_phase_needs_photos_nothing_is_sent_without_them(citizen: Client, phase: Phase) -> None:
    Phase.objects.update(photos_required=["kk", "rumah-depan"])
    draft = ready_draft(by=siti(), phase=Phase.objects.get())
    with pytest.raises(services.Incomplete) as refused:
        services.submit(draft=draft, by=siti())
    assert len(refused.value.tasks) == 2
    assert "tag-todo" in citizen.get(url("photo_list", draft_id=draft.pk)).content.decode()
    for seed in (1, 2):  # the household of the sample has two KK
        keep_photo(holder=draft, content=sent(paper(seed=seed)), kind="kk", by=siti())
    keep_photo(holder=draft, content=sent(plain(seed=3)), kind="rumah-depan", by=siti())
    assert services.submit(draft=draft, by=siti()).attachments.count() == 3


def test_a_blurred_photo_is_enough_only_once_it_is_kept(phase: Phase) -> None:
    Phase.objects.update(photos_required=["ktp"])
    draft = ready_draft(by=siti(), phase=Phase.objects.get())
    for seed in (1, 2):
        keep_photo(holder=draft, content=sent(paper(blurred=5, seed=seed)), kind="ktp", by=siti())
    assert Album.of(draft).missing != []
    for photo in Attachment.objects.all():
        keeping.confirm_photo(attachment=photo, by=siti())
    assert Album.of(draft).missing == []


def test_a_submission_takes_the_photos_along_and_names_them_in_its_copy(phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    photo = keep_photo(holder=draft, content=sent(paper()), kind="ktp", by=siti())
    household = services.submit(draft=draft, by=siti())
    photo.refresh_from_db()
    assert (photo.draft, photo.household) == (None, household)
    (kept,) = Submission.objects.get().payload["photos"]
    assert kept == {"id": str(photo.pk), "kind": "ktp", "sha256": photo.sent_sha256}


def test_after_the_submission_photos_change_while_the_window_is_open(citizen: Client, household: Household) -> None:
    address = url("household_photo_add", reference=household.reference, kind="ktp")
    assert citizen.post(address, {"foto": upload(sent(paper()))}).status_code == 302
    photo = Attachment.objects.get()
    citizen.post(url("photo_remove", photo=photo.pk))
    photo.refresh_from_db()
    assert (photo.removed_by, photo.household) == (siti(), household)  # a submission may have shown it
    assert citizen.get(url("photo_show", photo=photo.pk)).status_code == 404
    assert url("photo_preview", photo=photo.pk) not in citizen.get(address).content.decode()


def check_closed_is_closed(client: Client, household: Household) -> None:
    photo = keep_photo(holder=household, content=sent(paper()), kind="ktp", by=siti())
    Phase.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    address = url("household_photo_add", reference=household.reference, kind="ktp")
    assert 'type="file"' not in client.get(address).content.decode()
    assert client.post(address, {"foto": upload(sent(paper(seed=2)))}).status_code == 200
    client.post(url("photo_turn", photo=photo.pk), {"arah": "kiri"})
    client.post(url("photo_remove", photo=photo.pk))
    assert list(Attachment.objects.present()) == [photo]
    assert client.get(url("photo_show", photo=photo.pk)).status_code == 200


def test_when_the_window_has_closed_the_photos_stay_as_they_are(citizen: Client, household: Household) -> None:
    check_closed_is_closed(citizen, household)


def test_mutant_photos_that_ignore_the_closing_are_noticed(
    citizen: Client, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "hold_open_phase", lambda phase_id: Phase.objects.get(pk=phase_id))
    with pytest.raises(AssertionError):
        check_closed_is_closed(citizen, household)


def test_a_photo_that_arrives_while_another_tab_submits_goes_to_the_household(citizen: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    household = services.submit(draft=draft, by=siti())
    answer = add(citizen, draft, sent(paper()))
    assert answer["Location"] == url("household_photo_add", reference=household.reference, kind="ktp")
    assert Attachment.objects.get().household == household


# How much.
def test_an_account_sends_so_many_photos_in_an_hour_and_no_more(
    citizen: Client, draft: Draft, settings: SettingsWrapper
) -> None:
    settings.DTKS_PHOTOS_PER_HOUR = 1
    assert add(citizen, draft, sent(plain(seed=1))).status_code == 302
    answer = add(citizen, draft, sent(plain(seed=2)))
    assert (answer.status_code, Attachment.objects.count()) == (200, 1)
    assert "id_foto_error" in answer.content.decode()


def test_the_pages_ask_the_database_little(
    citizen: Client, household: Household, draft: Draft, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for seed in (1, 2, 3):
        keep_photo(holder=draft, content=sent(plain(seed=seed)), kind="ktp", by=siti())
        keep_photo(holder=household, content=sent(plain(seed=seed)), kind="ktp", by=siti())
    pages: list[tuple[int, str]] = [
        (5, url("photo_list", draft_id=draft.pk)),
        (5, url("photo_add", draft_id=draft.pk, kind="ktp")),
        (6, url("household_photo_list", reference=household.reference)),
        (6, url("household_photo_add", reference=household.reference, kind="ktp")),
        (5, url("photo_show", photo=Attachment.objects.filter(draft=draft)[0].pk)),
        (4, url("photo_preview", photo=Attachment.objects.filter(draft=draft)[0].pk)),
    ]
    for count, page in pages:
        with django_assert_num_queries(count):
            assert citizen.get(page).status_code == 200


def test_sending_a_registration_costs_one_query_for_its_photos(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    def cost(with_photos: bool, by: Callable[[], User]) -> tuple[int, int]:
        draft = ready_draft(by=by(), phase=phase)
        if with_photos:
            for seed in (1, 2, 3):
                keep_photo(holder=draft, content=sent(plain(seed=seed)), kind="ktp", by=by())
        with CaptureQueriesContext(connection) as asked:
            services.submit(draft=draft, by=by())
        return len([query for query in asked if "registration_attachment" in query["sql"]]), len(asked)

    (without, less), (with_photos, more) = cost(False, siti), cost(True, budi)
    assert (without, with_photos, more - less) == (1, 1, 0)


def test_both_languages(citizen: Client, draft: Draft) -> None:
    page = citizen.get("/en" + url("photo_add", draft_id=draft.pk, kind="ktp")).content.decode()
    assert "Send this photo" in page
