"""Malformed requests are answered 400, never 500, before any page sees them."""

import io
from collections.abc import Callable

import pytest
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from dtks_portal import middleware
from dtks_portal.middleware import RefuseMalformedRequest

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=BOUNDARY"
PART = b'--BOUNDARY\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'


def request_of(
    *, path: bytes = b"/", query: str = "", cookie: str = "", body: bytes | None = None, kind: str = FORM
) -> WSGIRequest:
    environ = RequestFactory().request().environ
    environ |= {"PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query, "HTTP_COOKIE": cookie}
    if body is not None:
        environ |= {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
        environ["wsgi.input"] = io.BytesIO(body)
    return WSGIRequest(environ)


def answer(request: HttpRequest) -> HttpResponse:
    return RefuseMalformedRequest(lambda request: HttpResponse("the page"))(request)


MALFORMED: dict[str, Callable[[], WSGIRequest]] = {
    "NUL in the address": lambda: request_of(path=b"/a\0b"),
    "address that is not UTF-8": lambda: request_of(path=b"/a\xff"),
    "lone surrogate in the address": lambda: request_of(path=b"/\xed\xa0\x80"),
    "NUL in the query": lambda: request_of(query="q=%00"),
    "query that is not UTF-8": lambda: request_of(query="q=%FF"),
    "raw bytes in the query": lambda: request_of(query="q=\xff"),
    "lone surrogate in a query's name": lambda: request_of(query="%ED%A0%80=1"),
    "NUL in a cookie": lambda: request_of(cookie='sesi="a\\000b"'),
    "NUL in a field": lambda: request_of(body=b"nama=Siti%00"),
    "lone surrogate in a field": lambda: request_of(body=b"nama=%ED%B0%80"),
    "field that is not UTF-8": lambda: request_of(body=b"nama=%C3%28"),
    "raw bytes in a form": lambda: request_of(body=b"nama=\xff\xfe"),
    "1,001 fields": lambda: request_of(body=b"&".join(b"f%d=1" % number for number in range(1001))),
    "a form of two megabytes": lambda: request_of(body=b"nama=" + b"a" * 2_000_000),
    "another character set": lambda: request_of(body=b"nama=Siti", kind=f"{FORM}; charset=utf-7"),
    "a character set that is none": lambda: request_of(
        body=PART % (b"nama", b"Siti") + b"--BOUNDARY--\r\n", kind=f"{MULTIPART}; charset=hex"
    ),
    "multipart without a boundary": lambda: request_of(body=b"x", kind="multipart/form-data"),
    "multipart with an odd boundary": lambda: request_of(body=b"x", kind="multipart/form-data; boundary=\xe9"),
    "multipart with NUL": lambda: request_of(body=PART % (b"nama", b"a\0") + b"--BOUNDARY--\r\n", kind=MULTIPART),
    "multipart with NUL in a name": lambda: request_of(
        body=PART % (b"n\0", b"a") + b"--BOUNDARY--\r\n", kind=MULTIPART
    ),
    "1,001 parts": lambda: request_of(
        body=b"".join(PART % (b"f%d" % number, b"1") for number in range(1001)) + b"--BOUNDARY--\r\n", kind=MULTIPART
    ),
    "11 files": lambda: request_of(
        body=b"".join(
            b'--BOUNDARY\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n1\r\n' for _ in range(11)
        )
        + b"--BOUNDARY--\r\n",
        kind=MULTIPART,
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(BadRequest):
        answer(MALFORMED[name]())


@pytest.mark.parametrize(
    "fine",
    [
        {"path": "/wilayah/Cempaka Putih é".encode()},
        {"query": "q=Siti%20Nurhaliza&q=%C3%A9&kosong"},
        {"cookie": "sesi=abc; bahasa=id"},
        {"body": "nama=Siti+Nur‘aini&alamat=Jl.%20Kwitang%20%F0%9F%8F%A0".encode()},
        {"body": b"nama=Siti", "kind": f"{FORM}; charset=UTF-8"},
        {"body": PART % (b"nama", "Siti é 🏠".encode()) + b"--BOUNDARY--\r\n", "kind": MULTIPART},
        {"body": b"\xff\0", "kind": "application/octet-stream"},
        {"body": b"", "kind": FORM},
    ],
)
def test_what_browsers_send_passes(fine: dict[str, object]) -> None:
    assert answer(request_of(**fine)).content == b"the page"  # type: ignore[arg-type]


def test_without_the_check_a_nul_reaches_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "check_address", lambda request: None)
    monkeypatch.setattr(middleware, "check_form", lambda request: None)
    for name in ("NUL in the address", "NUL in a field", "multipart with NUL"):
        with pytest.raises(pytest.fail.Exception):
            test_it_is_refused(name)


@pytest.mark.parametrize("address", ["/?q=%00", "/%00", "/cek-status/?x=%FF", "/livez%00"])
def test_the_person_sees_a_400_page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


def test_a_posted_nul_is_a_400_page(client: Client) -> None:
    assert client.post("/", {"nama": "a\0"}).status_code == 400
    assert client.generic("POST", "/", b"nama=%00", content_type=FORM).status_code == 400
