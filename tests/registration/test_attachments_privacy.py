"""What is kept of a photo, and who gets to see it: C9, each promise with the flaw that breaks it."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image
from pytest_django import Settings as SettingsWrapper

from areas.models import Area
from audit.models import Act
from registration import services
from registration.attachments import looking, showing
from registration.attachments.keeping import keep_photo
from registration.models import Attachment, AttachmentPicture, Draft, Household, Phase
from registration.models.household import HouseholdQuerySet
from registration.views import photos
from tests.people import GAMBIR, agus, budi, dewi, joko, rina, sign_in, siti
from tests.registration.pictures import paper, plain, sent, url, with_place
from tests.registration.samples import registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(phase: Phase) -> Draft:
    return services.open_draft(by=siti(), phase=phase)


@pytest.fixture
def household(phase: Phase) -> Household:
    return registered(by=siti(), phase=phase)


@pytest.fixture
def citizen(client: Client) -> Client:
    return sign_in(client, siti())


# What is kept (C9).
def check_nothing_of_the_sender_s_file_is_kept(draft: Draft) -> None:
    content = with_place(paper()) + b"<script>alert('RAHASIA')</script>"
    assert b"RAHASIA" in content
    photo = keep_photo(holder=draft, content=content, kind="ktp", by=siti())
    picture = AttachmentPicture.objects.get(attachment=photo)
    for kept in (picture.content, picture.preview):
        image = Image.open(io.BytesIO(kept))
        assert (image.format, dict(image.getexif())) == ("JPEG", {})
        assert b"RAHASIA" not in kept
        assert b"script" not in kept


def test_place_comments_and_hidden_scripts_are_gone(draft: Draft) -> None:
    check_nothing_of_the_sender_s_file_is_kept(draft)


def test_mutant_a_picture_that_keeps_its_exif_is_noticed(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(image: Image.Image, *, most_bytes: int | None = None) -> bytes:
        return with_place(image)

    monkeypatch.setattr(looking, "as_jpeg", careless)
    with pytest.raises(AssertionError):
        check_nothing_of_the_sender_s_file_is_kept(draft)


def rows_of(photo: Attachment) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content || preview FROM registration_attachmentpicture WHERE attachment_id = %s", [photo.pk]
        )
        return bytes(cursor.fetchone()[0])


def test_the_picture_is_sealed_in_its_row_and_bounded(draft: Draft, settings: SettingsWrapper) -> None:
    settings.DTKS_PHOTO_KEPT_BYTES = 60_000
    photo = keep_photo(holder=draft, content=sent(plain(seed=5, size=(1500, 1000))), kind="ktp", by=siti())
    assert photo.size <= 60_000
    assert b"JFIF" not in rows_of(photo)
    assert b"\xff\xd8\xff" not in rows_of(photo)


# Who sees it.
def open_pages(photo: Attachment) -> list[str]:
    return [url(name, photo=photo.pk) for name in ("photo_show", "photo_preview", "photo_remove")]


def check_strangers_see_nothing(client: Client, photo: Attachment) -> None:
    for someone in (budi, joko):
        sign_in(client, someone())
        assert [client.get(page).status_code for page in open_pages(photo)] == [404, 404, 404]
        for name in ("photo_turn", "photo_confirm", "photo_remove"):
            assert client.post(url(name, photo=photo.pk), {"arah": "kiri"}).status_code == 404
    assert Attachment.objects.present().filter(pk=photo.pk).exists()


def test_another_family_and_another_kelurahan_see_nothing(client: Client, household: Household) -> None:
    photo = keep_photo(holder=household, content=sent(paper()), kind="ktp", by=siti())
    check_strangers_see_nothing(client, photo)
    client.logout()
    for page in open_pages(photo):
        assert client.get(page)["Location"].startswith("/masuk/")


@pytest.mark.parametrize("flaw", ["view", "query"])
def test_mutant_without_the_question_who_asks_strangers_are_noticed(
    client: Client, household: Household, monkeypatch: pytest.MonkeyPatch, flaw: str
) -> None:
    photo = keep_photo(holder=household, content=sent(paper()), kind="ktp", by=siti())
    if flaw == "view":
        monkeypatch.setattr(photos, "visible_photo", lambda request, photo: Attachment.objects.get(pk=photo))
    else:
        monkeypatch.setattr(HouseholdQuerySet, "visible_to", lambda self, user: self.all())
    with pytest.raises(AssertionError):
        check_strangers_see_nothing(client, photo)


def test_drafts_are_as_private(client: Client, draft: Draft) -> None:
    photo = keep_photo(holder=draft, content=sent(paper()), kind="ktp", by=siti())
    check_strangers_see_nothing(client, photo)
    sign_in(client, rina())
    assert client.get(url("photo_show", photo=photo.pk)).status_code == 404


def check_inert(client: Client, photo: Attachment, *, reference: str) -> None:
    answer = client.get(url("photo_show", photo=photo.pk))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'inline; filename="ktp-{reference}.jpg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"\xff\xd8\xff")


def test_a_picture_is_served_as_a_picture_and_as_nothing_else(citizen: Client, household: Household) -> None:
    photo = keep_photo(holder=household, content=with_place(paper()), kind="ktp", by=siti())
    check_inert(citizen, photo, reference=household.reference)
    assert "no-store" in citizen.get(url("photo_preview", photo=photo.pk))["Cache-Control"]


def looks() -> list[tuple[uuid.UUID | None, str]]:
    return list(Act.objects.filter(verb="registration.view_photo").order_by("id").values_list("actor_id", "subject_id"))


def check_each_look_by_staff_is_recorded(client: Client, household: Household) -> None:
    photo = keep_photo(holder=household, content=sent(paper()), kind="ktp", by=siti())
    for someone in (siti, rina, rina, dewi):
        assert sign_in(client, someone()).get(url("photo_show", photo=photo.pk)).status_code == 200
    of_whom = str(household.pk)
    assert looks() == [(rina().pk, of_whom), (rina().pk, of_whom), (dewi().pk, of_whom)]


def test_each_look_by_staff_is_recorded(client: Client, household: Household) -> None:
    check_each_look_by_staff_is_recorded(client, household)


def test_mutant_a_look_that_is_not_recorded_is_noticed(
    client: Client, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "record", lambda **about: None)
    with pytest.raises(AssertionError):
        check_each_look_by_staff_is_recorded(client, household)


def test_staff_get_no_small_pictures_and_admins_change_nothing(client: Client, household: Household) -> None:
    photo = keep_photo(holder=household, content=sent(paper()), kind="ktp", by=siti())
    page = sign_in(client, rina()).get(url("household_photo_list", reference=household.reference)).content.decode()
    assert url("photo_show", photo=photo.pk) in page
    assert "<img" not in page
    assert client.get(url("photo_preview", photo=photo.pk)).status_code == 404
    sign_in(client, agus())
    assert client.get(url("household_photo_list", reference=household.reference)).status_code == 200
    assert client.get(url("household_photo_add", reference=household.reference, kind="ktp")).status_code == 403
    for name in ("photo_turn", "photo_confirm", "photo_remove"):
        assert client.post(url(name, photo=photo.pk)).status_code == 403


def test_an_officer_takes_photos_at_the_counter(client: Client, phase: Phase) -> None:
    gambir = Area.objects.get(pk=GAMBIR)
    draft = services.open_draft(by=rina(), phase=phase, kelurahan=gambir)
    sign_in(client, rina())
    photo = SimpleUploadedFile("IMG_0001.jpg", sent(paper()))
    assert client.post(url("photo_add", draft_id=draft.pk, kind="ktp"), {"foto": photo}).status_code == 302
    assert client.get(url("photo_show", photo=Attachment.objects.get().pk)).status_code == 200
    assert looks() == [(rina().pk, str(draft.pk))]
