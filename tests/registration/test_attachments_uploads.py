"""Photos in pieces over a line that breaks: every step may be repeated, and nothing is lost or doubled."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as SettingsWrapper

from registration import services
from registration.attachments import uploads
from registration.attachments.keeping import keep_photo
from registration.models import Attachment, Draft, Household, Phase, Upload, UploadPiece
from registration.tasks import forget_abandoned_uploads
from tests.people import budi, joko, rina, sign_in, siti
from tests.registration.pictures import paper, plain, sent, url, with_place
from tests.registration.samples import ready_draft, registered

pytestmark = pytest.mark.django_db
PIECE = 20_000
PHOTO = sent(paper())


@pytest.fixture
def draft(phase: Phase) -> Draft:
    return services.open_draft(by=siti(), phase=phase)


@pytest.fixture
def citizen(client: Client) -> Client:
    return sign_in(client, siti())


def announce(client: Client, draft: Draft, content: bytes = PHOTO, **changes: Any):
    about = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **changes}
    return client.post(url("upload_start", draft_id=draft.pk, kind="ktp"), about)


def put(client: Client, upload: dict[str, Any], start: object, content: bytes):
    header = {"Upload-Offset": str(start)}
    return client.put(upload["url"], content, content_type="application/octet-stream", headers=header)


def pieces(content: bytes = PHOTO) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(content), PIECE):
        yield start, content[start : start + PIECE]


def send_all(client: Client, draft: Draft, content: bytes = PHOTO) -> dict[str, Any]:
    upload = announce(client, draft, content).json()
    for start, piece in pieces(content):
        assert put(client, upload, start, piece).json()["offset"] == start + len(piece)
    return upload


def test_pieces_become_the_photo(citizen: Client, draft: Draft) -> None:
    upload = send_all(citizen, draft)
    done = citizen.post(upload["finish"]).json()
    assert (done["state"], done["url"]) == ("kept", url("photo_add", draft_id=draft.pk, kind="ktp"))
    photo = Attachment.objects.get()
    assert photo.sent_sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert UploadPiece.objects.count() == 0


def check_a_broken_line_loses_and_doubles_nothing(client: Client, draft: Draft) -> None:
    upload = announce(client, draft).json()
    sends = list(pieces())
    assert len(sends) >= 3
    put(client, upload, *sends[0])
    put(client, upload, *sends[1])
    assert put(client, upload, *sends[0]).json()["offset"] == 2 * PIECE  # the answer to it had been lost
    assert put(client, upload, *sends[1]).json()["offset"] == 2 * PIECE
    again = announce(client, draft).json()  # the page was opened anew, and the same photo chosen
    assert (again["url"], again["offset"]) == (upload["url"], 2 * PIECE)
    assert client.get(upload["url"]).json()["offset"] == 2 * PIECE
    for send in sends[2:]:
        put(client, upload, *send)
    assert UploadPiece.objects.count() == len(sends)
    for _ in range(2):  # and finished twice
        assert client.post(upload["finish"]).json()["state"] == "kept"
    assert Attachment.objects.count() == 1
    assert announce(client, draft).json()["state"] == "kept"  # and announced once more
    assert Upload.objects.count() == 1


def test_a_broken_line_loses_and_doubles_nothing(citizen: Client, draft: Draft) -> None:
    check_a_broken_line_loses_and_doubles_nothing(citizen, draft)


def test_mutant_pieces_that_are_appended_blindly_are_noticed(
    citizen: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = uploads.add_piece

    def blindly(*, upload: Upload, start: int, content: bytes) -> int:
        received = Upload.objects.get(pk=upload.pk).received
        return honest(upload=upload, start=received, content=content)

    monkeypatch.setattr(uploads, "add_piece", blindly)
    with pytest.raises(AssertionError):
        check_a_broken_line_loses_and_doubles_nothing(citizen, draft)


def test_a_gap_is_answered_with_where_to_go_on(citizen: Client, draft: Draft) -> None:
    upload = announce(citizen, draft).json()
    gap = put(citizen, upload, PIECE, PHOTO[PIECE : 2 * PIECE])
    assert (gap.status_code, gap.json()["offset"]) == (409, 0)
    early = citizen.post(upload["finish"])
    assert (early.status_code, early.json()["offset"]) == (409, 0)


@pytest.mark.parametrize(
    ("start", "size"),
    [(0, 0), (0, 100), (0, 262_145), (0, 250_000), ("", 1), ("-1", 1), ("٣", 1), ("9" * 5000, 1)],
)
def test_pieces_of_a_wrong_length_or_place_are_refused(citizen: Client, draft: Draft, start: object, size: int) -> None:
    upload = announce(citizen, draft).json()
    assert put(citizen, upload, start, b"x" * size).status_code == 400
    assert UploadPiece.objects.count() == 0


def test_a_piece_that_broke_off_is_not_kept(citizen: Client, draft: Draft) -> None:
    upload = announce(citizen, draft).json()
    about: dict[str, Any] = {"CONTENT_LENGTH": str(PIECE + 10), "wsgi.input": io.BytesIO(PHOTO[:PIECE])}
    cut = citizen.generic(
        "PUT", upload["url"], PHOTO[:PIECE], content_type="application/octet-stream", HTTP_UPLOAD_OFFSET="0", **about
    )
    assert (cut.status_code, UploadPiece.objects.count()) == (400, 0)


WRONG_SIZES = ("", "0", "-1", "8000001", "9" * 5000, "１２３")
WRONG_CHECKSUMS = ("", "g" * 64, "a" * 65, "a" * 64 + "\n")


@pytest.mark.parametrize(
    "about", [*({"size": size} for size in WRONG_SIZES), *({"sha256": sha256} for sha256 in WRONG_CHECKSUMS)]
)
def test_what_cannot_be_announced(citizen: Client, draft: Draft, about: dict[str, Any]) -> None:
    assert announce(citizen, draft, **about).status_code == 400
    assert Upload.objects.count() == 0


def check_other_bytes_are_refused(client: Client, draft: Draft) -> None:
    upload = announce(client, draft, sha256="0" * 64).json()
    for start, piece in pieces():
        put(client, upload, start, piece)
    answer = client.post(upload["finish"])
    assert (answer.status_code, answer.json()["state"]) == (409, "again")
    assert (Attachment.objects.count(), UploadPiece.objects.count()) == (0, 0)
    assert client.get(upload["url"]).json()["offset"] == 0


def test_bytes_that_are_not_those_announced_are_thrown_away(citizen: Client, draft: Draft) -> None:
    check_other_bytes_are_refused(citizen, draft)


def test_mutant_without_the_checksum_they_are_kept(
    citizen: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "checksum", lambda content: "0" * 64)
    with pytest.raises(AssertionError):
        check_other_bytes_are_refused(citizen, draft)


def test_what_is_no_photo_is_refused_in_words_and_again(citizen: Client, draft: Draft) -> None:
    content = b"%PDF-1.7" + bytes(30_000)
    upload = send_all(citizen, draft, content)
    for _ in range(2):
        answer = citizen.post(upload["finish"])
        assert (answer.status_code, answer.json()["state"]) == (422, "refused")
        assert "PDF" in answer.json()["message"]
    assert (Attachment.objects.count(), UploadPiece.objects.count()) == (0, 0)


def check_pieces_are_sealed(client: Client, draft: Draft) -> None:
    content = with_place(paper())
    send_all(client, draft, content)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(content, ''::bytea ORDER BY start) FROM registration_uploadpiece")
        stored = bytes(cursor.fetchone()[0])
    assert b"RAHASIA" in content
    assert b"RAHASIA" not in stored


def test_what_has_arrived_lies_sealed(citizen: Client, draft: Draft) -> None:
    check_pieces_are_sealed(citizen, draft)


def test_mutant_pieces_in_the_clear_are_noticed(citizen: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.fields.seal", lambda plain, context: plain)
    with pytest.raises(AssertionError):
        check_pieces_are_sealed(citizen, draft)


def test_nobody_else_goes_on_with_an_upload(client: Client, draft: Draft) -> None:
    upload = announce(sign_in(client, siti()), draft).json()
    for someone in (budi, joko, rina):
        sign_in(client, someone())
        assert client.get(upload["url"]).status_code == 404
        assert put(client, upload, 0, PHOTO[:PIECE]).status_code == 404
        assert client.post(upload["finish"]).status_code == 404
        assert announce(client, draft).status_code == 404
    client.logout()
    assert client.get(upload["url"]).status_code == 302


def test_an_upload_begun_before_the_submission_ends_at_the_household(citizen: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    upload = send_all(citizen, draft)
    household = services.submit(draft=draft, by=siti())
    done = citizen.post(upload["finish"]).json()
    assert done["url"] == url("household_photo_add", reference=household.reference, kind="ktp")
    assert household.attachments.count() == 1
    assert citizen.post(upload["finish"]).json()["state"] == "kept"


def test_after_the_window_nothing_is_announced_or_finished(citizen: Client, phase: Phase) -> None:
    household: Household = registered(by=siti(), phase=phase)
    address = url("household_upload_start", reference=household.reference, kind="ktp")
    about = {"size": len(PHOTO), "sha256": hashlib.sha256(PHOTO).hexdigest()}
    upload = citizen.post(address, about).json()
    for start, piece in pieces():
        put(citizen, upload, start, piece)
    Phase.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert citizen.post(upload["finish"]).json()["state"] == "refused"
    assert citizen.post(address, {**about, "sha256": "1" * 64}).status_code == 409
    assert Attachment.objects.count() == 0


def test_a_new_photo_takes_the_place_of_another(citizen: Client, draft: Draft) -> None:
    bad = keep_photo(holder=draft, content=sent(plain(seed=9)), kind="ktp", by=siti())
    upload = send_all(citizen, draft)
    citizen.post(upload["finish"], {"instead_of": str(bad.pk)})
    assert Attachment.objects.get().pk != bad.pk


def test_the_oldest_uploads_make_room(citizen: Client, draft: Draft) -> None:
    for number in range(6):
        assert announce(citizen, draft, sha256=f"{number}" * 64).status_code == 201
    assert Upload.objects.count() == uploads.MOST_UNDER_WAY
    for number in range(6, 9):
        assert announce(citizen, draft, sha256=f"{number}" * 64, size=8_000_000).status_code == 201
    assert sum(Upload.objects.values_list("size", flat=True)) <= uploads.MOST_BYTES_UNDER_WAY


def test_announcing_counts_towards_the_hour(citizen: Client, draft: Draft, settings: SettingsWrapper) -> None:
    settings.DTKS_PHOTOS_PER_HOUR = 2
    assert [announce(citizen, draft, sha256=f"{number}" * 64).status_code for number in range(3)] == [201, 201, 429]


def test_what_was_given_up_is_deleted_when_its_time_is_over(citizen: Client, draft: Draft) -> None:
    upload = announce(citizen, draft).json()
    put(citizen, upload, 0, PHOTO[:PIECE])
    forget_abandoned_uploads()
    assert UploadPiece.objects.count() == 1
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert put(citizen, upload, PIECE, PHOTO[PIECE : 2 * PIECE]).status_code == 410
    assert citizen.post(upload["finish"]).status_code in (409, 410)
    forget_abandoned_uploads()
    assert (Upload.objects.count(), UploadPiece.objects.count()) == (0, 0)


def test_a_discarded_draft_takes_uploads_and_photos_with_it(citizen: Client, draft: Draft) -> None:
    announce(citizen, draft)
    keep_photo(holder=draft, content=sent(plain(seed=9)), kind="ktp", by=siti())
    services.discard_draft(draft=draft, by=siti())
    assert (Upload.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_piece_costs_few_queries(
    citizen: Client, draft: Draft, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    upload = announce(citizen, draft).json()
    with django_assert_num_queries(10):
        put(citizen, upload, 0, PHOTO[:PIECE])


# B9: whatever is sent instead of a photo, no page breaks.
FORM = "multipart/form-data; boundary=x"


def part(about: str, content: bytes = b"abc", end: bytes = b"\r\n--x--\r\n") -> bytes:
    return f"--x\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + content + end


BROKEN = [
    (b"", FORM),
    (b"--x\r\n", FORM),
    (part('name="foto"; filename="a.jpg"', end=b""), FORM),
    (part('name="foto"; filename="../../etc/passwd"'), FORM),
    (part('name="foto"; filename="a\0b"'), FORM),
    (part("name=foto; filename*=UTF-8''%ff%fe"), FORM),
    (part('name="instead_of"', b"\xff\xfe"), FORM),
    (b"abc", "multipart/form-data"),
    (b"abc", "multipart/form-data; boundary="),
    (b"foto=x", "application/x-www-form-urlencoded"),
    (b"abc", "image/jpeg"),
    (b"abc", ""),
]


@pytest.mark.parametrize(("body", "kind_of_body"), BROKEN)
@pytest.mark.parametrize("page", ["photo_add", "upload_start"])
def test_a_broken_form_is_never_an_error_of_the_portal(draft: Draft, page: str, body: bytes, kind_of_body: str) -> None:
    client = sign_in(Client(raise_request_exception=False), siti())
    answer = client.generic("POST", url(page, draft_id=draft.pk, kind="ktp"), body, content_type=kind_of_body)
    assert answer.status_code in (200, 400)
    assert Attachment.objects.count() == 0


def test_other_forms_are_as_limited_as_before(citizen: Client, draft: Draft) -> None:
    page = url("page_edit", draft_id=draft.pk, key="bangunan")
    assert citizen.post(page, {"luas_lantai": "9" * 1_100_000}).status_code == 400
    assert citizen.post(page, {f"f{number}": "1" for number in range(1_001)}).status_code == 400
    files = {f"f{number}": PHOTO[:10] for number in range(11)}
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a"\r\n\r\n%s\r\n' % (name.encode(), content)
        for name, content in files.items()
    )
    answer = citizen.generic("POST", page, body + b"--x--\r\n", content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400
