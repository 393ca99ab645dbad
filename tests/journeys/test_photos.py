"""A photo from a phone: in pieces over a line that breaks, and in one piece where there are no scripts."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Request, Route, expect

from registration.models import Attachment, Draft, Upload
from registration.services import open_draft
from tests.journeys.doors import visit_as
from tests.journeys.visitor import Portal, Visitor
from tests.people import siti
from tests.registration.pictures import paper, sent, url, with_place
from tests.registration.samples import open_phase

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEND = "form[data-photo] button"
BROKEN_LINE = "net::ERR_"


@pytest.fixture
def draft(transactional_db: None) -> Draft:
    return open_draft(by=siti(), phase=open_phase())


def choose(visitor: Visitor, content: bytes) -> None:
    photo: Any = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": content}
    visitor.page.set_input_files("input[name=foto]", photo)


def breaking_line(visitor: Visitor) -> list[Request]:
    """A line that loses the second piece, and the question after it; returns the pieces as they are sent."""
    pieces: list[Request] = []
    lost: list[Request] = []

    def pass_on(route: Route) -> None:
        is_piece = route.request.method == "PUT"
        if is_piece:
            pieces.append(route.request)
        if len(pieces) == 2 and len(lost) < 2:
            lost.append(route.request)
            route.abort("connectionfailed")
        else:
            route.continue_()

    visitor.page.route("**/unggahan/**", pass_on)
    return pieces


def send_over_a_breaking_line(visitor: Visitor, draft: Draft) -> None:
    visitor.go(url("photo_add", draft_id=draft.pk, kind="ktp"))
    pieces = breaking_line(visitor)
    choose(visitor, with_place(paper(size=(1600, 1010))))
    visitor.page.click(SEND)
    expect(visitor.page.locator("main li.card img")).to_be_visible(timeout=30_000)
    offsets = [int(piece.headers["upload-offset"]) for piece in pieces]
    assert offsets == [0, 65_536, *range(65_536, offsets[-1] + 1, 65_536)]  # only the lost piece was sent twice
    whole = b"".join(piece.post_data_buffer or b"" for number, piece in enumerate(pieces) if number != 1)
    assert Attachment.objects.get().sent_sha256 == hashlib.sha256(whole).hexdigest()
    assert b"RAHASIA" not in whole  # the phone has taken out where the photo was taken


def test_a_photo_goes_on_where_the_line_broke(portal: Portal, draft: Draft) -> None:
    visitor = visit_as(portal, siti())
    visitor.go(url("photo_list", draft_id=draft.pk))
    visitor.look("photos")
    visitor.go(url("photo_add", draft_id=draft.pk, kind="ktp"))
    visitor.look("no-photo")
    send_over_a_breaking_line(visitor, draft)
    photo = Attachment.objects.get()
    assert (photo.hints, Upload.objects.get().attachment) == ([], photo)
    visitor.look("one-photo")
    portal.complaints[:] = [said for said in portal.complaints if BROKEN_LINE not in said]


@pytest.mark.long
def test_a_script_that_begins_anew_after_a_break_is_noticed(portal: Portal, draft: Draft) -> None:
    visitor = visit_as(portal, siti())
    honest = (settings.BASE_DIR / "static" / "js" / "photo.js").read_text()
    flawed = honest.replace("offset = sent.said.offset;", "offset = failed ? 0 : sent.said.offset;")
    assert flawed != honest
    visitor.page.route("**/js/photo*.js", lambda route: route.fulfill(body=flawed, content_type="text/javascript"))
    with pytest.raises(AssertionError):
        send_over_a_breaking_line(visitor, draft)
    portal.complaints[:] = [said for said in portal.complaints if BROKEN_LINE not in said]


def test_what_is_no_photo_is_said_beside_the_field(portal: Portal, draft: Draft) -> None:
    visitor = visit_as(portal, siti())
    visitor.go(url("photo_add", draft_id=draft.pk, kind="kk"))
    choose(visitor, b"%PDF-1.7 " + bytes(30_000))
    visitor.page.click(SEND)
    expect(visitor.page.locator("[data-photo-error]")).to_contain_text("PDF", timeout=15_000)
    visitor.look("no-photo-but-a-pdf")


def test_without_scripts_the_form_sends_it_in_one_piece(portal: Portal, draft: Draft) -> None:
    visitor = visit_as(portal, siti(), java_script_enabled=False)
    visitor.go(url("photo_add", draft_id=draft.pk, kind="ktp"))
    visitor.press(SEND)
    visitor.look("mistake")
    choose(visitor, sent(paper(blurred=5)))
    visitor.press(SEND)
    visitor.look("blurred")
    visitor.press("form[action$='/pakai/'] button")
    assert Attachment.objects.get().confirmed_at is not None
    visitor.follow("a[href$='/hapus/']")
    visitor.look()
    visitor.press("main form button")
    assert Attachment.objects.count() == 0
