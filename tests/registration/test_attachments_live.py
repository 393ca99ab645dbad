"""C9 against a live gunicorn: what is kept of a photo is a new picture, and it is served as nothing else."""

import io

import pytest
from PIL import Image

from registration import services
from registration.models import Attachment
from tests.live import Live, live_server, session_of
from tests.people import siti
from tests.registration.pictures import paper, url, with_place
from tests.registration.samples import open_phase

pytestmark = [pytest.mark.fault, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def check_a_photo_is_made_anew(server: Live) -> None:
    draft = services.open_draft(by=siti(), phase=open_phase())
    session = session_of(siti())
    address = url("photo_add", draft_id=draft.pk, kind="ktp")
    for active in (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"<script></script>"):
        assert server.send_file(address, "foto", active, session=session).status == 200  # the form, with a sentence
    assert Attachment.objects.count() == 0
    assert server.send_file(address, "foto", with_place(paper()) + b"<script>", session=session).status == 302
    photo = Attachment.objects.get()
    shown = server.get(url("photo_show", photo=photo.pk), session=session)
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert dict(Image.open(io.BytesIO(shown.content)).getexif()) == {}
    assert b"RAHASIA" not in shown.content
    assert b"<script>" not in shown.content
    assert server.get(url("photo_show", photo=photo.pk)).status == 302  # to the sign-in


def test_a_photo_is_made_anew_and_served_as_a_picture() -> None:
    with live_server() as server:
        check_a_photo_is_made_anew(server)


def test_a_server_that_keeps_the_sender_s_file_is_noticed() -> None:
    with live_server(mutants=("keeps_the_sender_s_file",)) as server, pytest.raises(AssertionError, match="assert"):
        check_a_photo_is_made_anew(server)
