"""The receipt as PDF: asked for in a request, made by a worker, sealed; the print page where there is no pango."""

import contextlib
import re
import uuid
import zlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ImageFile

from audit.models import Act
from jobs.models import Document, DocumentState
from jobs.printing import making, pdf
from jobs.printing.making import MAX_TRIES, ask, forget_expired, make_waiting
from jobs.tasks import make_documents
from registration import receipt_page, services
from registration.models import Household, Phase
from tests.people import budi, rina, sign_in, siti
from tests.registration.samples import registered

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(not pdf.can_write(), reason="this machine has no pango")


@pytest.fixture
def household(phase: Phase) -> Household:
    return registered(by=siti(), phase=phase)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that needs no pango: what is under test is what stands around it."""
    monkeypatch.setattr(making, "can_write", lambda: True)
    monkeypatch.setattr("registration.views.receipts.can_write", lambda: True)
    monkeypatch.setattr(making, "write_pdf", lambda html: b"%PDF-1.7 " + html.encode())


def asked(household: Household, **about: object) -> Document:
    about = {"by_id": siti().pk, "language": "id", "params": {"origin": "https://dtks.example.go.id/"}, **about}
    return ask(kind=receipt_page.KIND, about_id=household.pk, **about)  # type: ignore[arg-type]


def address(household: Household, name: str, document: Document | None = None) -> str:
    about = {"document": document.pk} if document else {}
    return reverse(f"registration:{name}", kwargs={"reference": household.reference, **about})


def made(household: Household, **about: object) -> Document:
    document = asked(household, **about)
    assert make_waiting() == 1
    document.refresh_from_db()
    return document


def unpacked(content: bytes) -> bytes:
    """A PDF with its compressed parts opened."""
    parts = [content]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(packed))
    return b"\n".join(parts)


@needs_pango
@pytest.mark.parametrize(("language", "title"), [("id", "Tanda terima"), ("en", "Receipt")])
def test_the_pdf_is_tagged_and_says_its_language_and_title(household: Household, language: str, title: str) -> None:
    document = made(household, language=language)
    assert document.pdf().startswith(b"%PDF-1.7")
    content = unpacked(document.pdf())
    assert re.search(rb"/Lang\s*\(" + language.encode() + rb"\)", content)
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"/DisplayDocTitle true", b"pdfuaid", b"/Alt"):
        assert part in content, part
    assert document.file_name == f"tanda-terima-{household.reference}.pdf"
    assert f"/Title ({title} {household.reference})".encode() in content


@needs_pango
def test_nothing_is_fetched_while_a_pdf_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*args: object) -> None:
        raise AssertionError("somebody opened a line")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    pictures = "<img src='http://127.0.0.1:9/x.png' alt=x><img src='file:///etc/passwd' alt=y>"
    html = f"<html lang=id><title>x</title><body>{pictures}"
    assert pdf.write_pdf(html).startswith(b"%PDF")
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False, "broken photos would pass as whole ones after the first PDF"


def test_the_way_from_asking_to_the_file(client: Client, household: Household, quick: None) -> None:
    sign_in(client, siti())
    response = client.post(address(household, "receipt_pdf_ask"))
    document = Document.objects.get()
    wait = address(household, "receipt_pdf_wait", document)
    download = address(household, "receipt_pdf_download", document)
    assert response["Location"] == wait
    assert client.get(download).status_code == 404  # not made yet
    assert download not in client.get(wait).content.decode()
    assert client.get(wait, headers={"accept": "application/json"}).json() == {"state": "waiting"}
    assert make_documents() == 1
    assert client.get(wait, headers={"accept": "application/json"}).json() == {"state": "ready"}
    assert download in client.get(wait).content.decode()
    file = client.get(download)
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == f'attachment; filename="tanda-terima-{household.reference}.pdf"'
    text = file.content.decode()
    assert "https://" not in text
    assert "http://testserver/cek-tanda-terima/" in text
    assert re.search(r"(?<!\d)\d{16}(?!\d)", text) is None


def test_the_file_is_sealed_for_its_row(household: Household, quick: None) -> None:
    document, other = made(household), made(household, language="en")
    assert b"Siti" not in bytes(document.content or b"")
    document.content = other.content
    with pytest.raises(ValueError, match="another place"):
        document.pdf()


def test_somebody_else_s_document_does_not_exist(client: Client, household: Household, quick: None) -> None:
    document = made(household)
    for person in (budi, rina):
        sign_in(client, person())
        for name in ("receipt_pdf_wait", "receipt_pdf_download"):
            assert client.get(address(household, name, document)).status_code == 404


def test_a_document_of_another_household_does_not_exist(client: Client, household: Household, quick: None) -> None:
    other = registered(by=siti(), phase=household.phase)
    assert sign_in(client, siti()).get(address(other, "receipt_pdf_wait", made(household))).status_code == 404


def test_the_officer_s_copy_is_recorded(client: Client, household: Household, quick: None) -> None:
    document = made(household, by_id=rina().pk)
    assert sign_in(client, rina()).get(address(household, "receipt_pdf_download", document)).status_code == 200
    assert Act.objects.filter(verb="registration.view_receipt", actor_id=rina().pk).count() == 1


def test_who_may_no_longer_see_the_household_gets_no_paper(household: Household, quick: None) -> None:
    document = asked(household, by_id=budi().pk)
    assert make_waiting() == 0
    document.refresh_from_db()
    assert (document.state, document.error) == (DocumentState.FAILED, "NothingToPrint")


def test_asking_again_while_it_waits_gives_the_same_document(household: Household, quick: None) -> None:
    first = asked(household)
    assert asked(household).pk == first.pk
    make_waiting()
    assert asked(household).pk != first.pk


def test_a_failing_document_is_tried_again_and_given_up_in_the_end(
    household: Household, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(html: str) -> bytes:
        raise OSError("disk")

    monkeypatch.setattr(making, "write_pdf", fails)
    document = asked(household)
    for _try in range(MAX_TRIES):
        assert make_waiting() == 0
        Document.objects.update(available_at=timezone.now() - timedelta(seconds=1))
    document.refresh_from_db()
    assert (document.state, document.attempts, document.error) == (DocumentState.FAILED, MAX_TRIES, "OSError")


def a_dead_worker_s_document_is_taken_over(household: Household) -> None:
    """The first worker took it and never came back; when it does after all, it changes nothing."""
    document = asked(household)
    slow = making._take()
    assert slow is not None
    assert make_waiting() == 0  # held
    Document.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert make_waiting() == 1
    document.refresh_from_db()
    before = document.pdf()
    assert making._held(slow).update(state=DocumentState.FAILED, content=None, ready_at=None) == 0
    document.refresh_from_db()
    assert document.pdf() == before


def test_a_dead_worker_s_document_is_taken_over(household: Household, quick: None) -> None:
    a_dead_worker_s_document_is_taken_over(household)


def test_a_lease_that_nobody_looks_at_is_noticed(
    household: Household, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "TAKE", making.TAKE.replace("lease_until IS NULL OR", "TRUE OR lease_until IS NULL OR"))
    with pytest.raises(AssertionError):
        a_dead_worker_s_document_is_taken_over(household)


def test_what_has_expired_is_gone(client: Client, household: Household, quick: None) -> None:
    document = made(household)
    Document.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = sign_in(client, siti()).get(address(household, "receipt_pdf_download", document))
    assert page.status_code == 404
    assert forget_expired() == 1
    assert not Document.objects.exists()


def test_a_page_that_waits_long_says_so_and_points_at_the_print_page(
    client: Client, household: Household, quick: None
) -> None:
    """Without a broker nobody is woken; the page answers all the same, and a worker that looks by itself does it."""
    document = asked(household)
    Document.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    page = sign_in(client, siti()).get(address(household, "receipt_pdf_wait", document)).content.decode()
    assert address(household, "receipt_show") in page
    assert "<strong>" in page
    assert make_waiting() == 1


def test_without_pango_the_print_page_is_the_way(
    client: Client, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registration.views.receipts.can_write", lambda: False)
    sign_in(client, siti())
    ask_address = address(household, "receipt_pdf_ask")
    page = client.get(address(household, "receipt_show")).content.decode()
    assert ask_address not in page
    assert "data-print" in page
    assert client.post(ask_address)["Location"] == address(household, "receipt_show")
    assert not Document.objects.exists()


def test_with_pango_the_page_offers_a_pdf(client: Client, household: Household, quick: None) -> None:
    page = sign_in(client, siti()).get(address(household, "receipt_show")).content.decode()
    assert address(household, "receipt_pdf_ask") in page


def test_a_worker_without_pango_leaves_documents_to_others(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = asked(household)
    monkeypatch.setattr(making, "can_write", lambda: False)
    assert make_waiting() == 0
    document.refresh_from_db()
    assert (document.state, document.attempts) == (DocumentState.WAITING, 0)


@pytest.mark.parametrize("missing", ["libpango-1.0.so.0", "libpangoft2-1.0.so.0"])
def test_a_missing_library_is_noticed_before_anything_is_imported(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(pdf, "_loads", lambda name: name != missing and not name.endswith(".dylib"))
    assert pdf.can_write.__wrapped__() is False
    monkeypatch.setattr(pdf, "can_write", lambda: False)
    with pytest.raises(pdf.NoWriter):
        pdf.write_pdf("<html></html>")


def test_a_withdrawn_household_s_paper_says_so(household: Household, quick: None) -> None:
    services.withdraw(household=household, by=siti(), reason="Pindah")
    text = made(household).pdf().decode()
    assert "ditarik" in text or "withdrawn" in text


def test_no_more_than_a_few_documents_an_hour(
    client: Client, household: Household, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registration.views.receipts.spend", lambda *args, **about: False)
    response = sign_in(client, siti()).post(address(household, "receipt_pdf_ask"))
    assert response["Location"] == address(household, "receipt_show")
    assert not Document.objects.filter(asked_by_id=siti().pk).exists()
    assert not Document.objects.filter(pk=uuid.uuid4()).exists()
