"""Photos as a browser without scripts sends them, and who gets to see them."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as SettingsWrapper

from accounts.models import User
from areas.models import Area
from audit.models import Act
from registration import services
from registration.attachments import keeping, looking, showing
from registration.attachments.album import Album
from registration.attachments.keeping import keep_photo
from registration.models import Attachment, AttachmentPicture, Draft, Household, Phase, Submission
from registration.models.household import HouseholdQuerySet
from registration.views import photos
from tests.people import GAMBIR, agus, budi, dewi, joko, rina, sign_in, siti
from tests.registration.pictures import paper, plain, sent, with_place
from tests.registration.samples import ready_draft, registered

pytestmark = pytest.mark.django_db


def url(name: str, **kwargs: object) -> str:
    return reverse(f"registration:{name}", kwargs=kwargs)


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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", r"empty"),
        (b"%PDF-1.7 ....", "PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "JPEG"),
        (sent(plain((120, 90))), "too small"),
        (bytes(8_000_001), "8 MB"),
    ],
)
def test_what_is_no_photo_is_said_beside_the_field(citizen: Client, draft: Draft, content: bytes, words: str) -> None:
    answer = add(citizen, draft, content)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "id_foto_error" in page
    assert words in page
    assert Attachment.objects.count() == 0


def test_a_form_without_a_photo_is_answered_politely(citizen: Client, draft: Draft) -> None:
    answer = citizen.post(url("photo_add", draft_id=draft.pk, kind="ktp"))
    assert (answer.status_code, "id_foto_error" in answer.content.decode()) == (200, True)


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
        assert services.Incomplete
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


def check_inert(client: Client, photo: Attachment) -> None:
    answer = client.get(url("photo_show", photo=photo.pk))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'inline; filename="ktp-{photo.holder.reference}.jpg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"\xff\xd8\xff")


def test_a_picture_is_served_as_a_picture_and_as_nothing_else(citizen: Client, household: Household) -> None:
    photo = keep_photo(holder=household, content=with_place(paper()), kind="ktp", by=siti())
    check_inert(citizen, photo)
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
    assert add(client, draft, sent(paper())).status_code == 302
    photo = Attachment.objects.get()
    assert client.get(url("photo_show", photo=photo.pk)).status_code == 200
    assert looks() == [(rina().pk, str(draft.pk))]


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
    def cost(with_photos: bool, by: Callable[[], User]) -> int:
        draft = ready_draft(by=by(), phase=phase)
        if with_photos:
            for seed in (1, 2, 3):
                keep_photo(holder=draft, content=sent(plain(seed=seed)), kind="ktp", by=by())
        with CaptureQueriesContext(connection) as asked:
            services.submit(draft=draft, by=by())
        return len([query for query in asked if "registration_attachment" in query["sql"]])

    assert (cost(False, siti), cost(True, budi)) == (1, 1)


def test_both_languages(citizen: Client, draft: Draft) -> None:
    page = citizen.get("/en" + url("photo_add", draft_id=draft.pk, kind="ktp")).content.decode()
    assert "Send this photo" in page
