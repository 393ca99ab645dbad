"""Requests that no browser sends are refused before they reach a page, and health checks pass by everything."""

from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation

from dtks_portal import health

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
HEALTH_PAGES = {"/livez": health.live, "/readyz": health.ready}

GetResponse = Callable[[HttpRequest], HttpResponse]


class AnswerHealthChecks:
    """Stands first: a load balancer knows neither host names nor https, and a broken session store is no illness."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = HEALTH_PAGES.get(request.path_info)
        return page(request) if page else self.get_response(request)


class RefuseMalformedRequest:
    """Answer 400 where text cannot be text: what is not UTF-8, NUL characters, broken or endless forms.

    PostgreSQL stores neither NUL nor lone surrogates, so anything let through here would end as an error 500 there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # What is refused here never reaches LocaleMiddleware, and must not speak the language of the reader before.
        translation.activate(translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE)
        check_address(request)
        is_form = request.method == "POST" and request.content_type in FORM_TYPES
        if is_form and request.path_info not in settings.DTKS_STREAMED_FORMS:
            check_form(request)
        return self.get_response(request)


def check_address(request: HttpRequest) -> None:
    """Raise BadRequest if path, query or cookies are no text."""
    check_bytes(unquote_to_bytes(request.path_info), "The address")  # Django leaves %FF there for what is no UTF-8
    check_bytes(unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace")), "The query")
    check_texts([request.path, *request.COOKIES, *request.COOKIES.values()])
    check_texts(text for name, values in request.GET.lists() for text in (name, *values))


def check_form(request: HttpRequest) -> None:
    """Raise BadRequest if the posted form cannot be read as a form of UTF-8 text."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise BadRequest("The form is not UTF-8.")
    try:
        if request.content_type == FORM_TYPES[0]:
            check_bytes(unquote_to_bytes(request.body), "The form")
        posted, files = request.POST, request.FILES
    except (MultiPartParserError, UnreadablePostError) as error:
        raise BadRequest("The form cannot be read.") from error
    except SuspiciousOperation as error:  # too many fields or files, or too long
        raise BadRequest("The form is too large.") from error
    check_texts(text for name, values in posted.lists() for text in (name, *values))
    check_texts(text for name, uploads in files.lists() for text in (name, *(file.name or "" for file in uploads)))


def check_bytes(raw: bytes, what: str) -> None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{what} is not UTF-8.") from error


def check_texts(texts: Iterable[str]) -> None:
    for text in texts:
        if "\0" in text:
            raise BadRequest("NUL is no text.")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise BadRequest("Half a character is no text.") from error
