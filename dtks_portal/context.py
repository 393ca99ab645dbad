"""What every page shell needs to know: the menu of who is asking, the page in the other language, where help is."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

PRODUCT = "Portal DTKS"

# Addresses below the root of a language; the words are the same in both languages.
MENU = {
    "anyone": (("praperiksa/", _("Pre-check")), ("cek-status/", _("Check status"))),
    "known": (("cek-status/", _("Check status")),),  # a family that has signed in has no use for the pre-check
    "stranger": (("masuk/", _("Sign in")), ("daftar/", _("Sign up"))),
    "citizen": (("usulan/", _("My proposals")), ("pemberitahuan/", _("Messages"))),
    "officer": (("petugas/", _("Officers")),),
    "admin": (("admin/", _("Admin")),),
    "account": (("akun/", _("Account")),),
}
FOOTER = (
    ("cara-mendaftar/", _("How to register")),
    ("program/", _("Assistance programmes")),
    ("pengumuman/", _("Announcements")),
    ("privasi/", _("Privacy notice")),
)
# Below the root of a language: what search engines may list, with title and description for them and for whoever
# passes the address on. Every other page is somebody's own, or a step on the way.
PUBLIC_PAGES = {
    "": (
        _("Register your family, and see where it stands"),
        _("Propose or update your family's data for social assistance in Jakarta, and follow it through every stage."),
    ),
    "praperiksa/": (
        _("Pre-check"),
        _("Six questions show whether something stands in the way. No account, no name; nothing is stored."),
    ),
    "cek-status/": (
        _("Check status"),
        _("See with NIK, name and date of birth whether somebody is registered or determined, and in which stage."),
    ),
    "cara-mendaftar/": (
        _("How to register"),
        _("Step by step, online or at the kelurahan: what to have ready and who can be proposed. It is free."),
    ),
    "program/": (
        _("Assistance programmes"),
        _("Which programmes may use the data as a reference, who provides them and what they give."),
    ),
    "pengumuman/": (
        _("Announcements"),
        _("When registration opens and closes, and in which of the eleven stages each phase is."),
    ),
    "privasi/": (
        _("Privacy notice"),
        _("Which data are asked for and why, who sees them, how they are protected, and your rights."),
    ),
    "daftar/": (_("Sign up"), _("One account for all the families you register. Free, with a NIK and a phone number.")),
    "masuk/": (_("Sign in"), _("Go on with your proposals, read messages and see what has been decided.")),
}


@dataclass(frozen=True)
class Link:
    """`is_current` is the value of aria-current: "page", "true" (a page below it) or nothing."""

    url: str
    label: str
    is_current: str = ""
    to_end: bool = False


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Shell:
    """One page's frame. `sign_out` is the address a POST goes to, empty for a stranger; `origin` is "https://host" on
    a public page and empty elsewhere, as are `title` and `description`; `address` is the path without its query."""

    product: str
    language: str
    languages: tuple[LanguageLink, ...]
    home: str
    menu: tuple[Link, ...]
    sign_out: str
    footer: tuple[Link, ...]
    channels: tuple[dict[str, Any], ...]
    address: str
    origin: str
    title: str
    description: str


def shell(request: HttpRequest) -> dict[str, Any]:
    roles = roles_of(request)
    home = reverse("public:landing_show")
    listed = PUBLIC_PAGES.get(request.path.removeprefix(home))
    frame = Shell(
        product=PRODUCT,
        language=get_language() or settings.LANGUAGE_CODE,
        languages=language_links(request),
        home=home,
        menu=menu_for(roles, home=home, path=request.path),
        sign_out="" if "stranger" in roles else f"{home}keluar/",
        footer=tuple(Link(home + path, str(label)) for path, label in FOOTER),
        channels=settings.DTKS_HELP_CHANNELS,
        address=request.path,
        origin=origin_of(request) if listed else "",
        title=str(listed[0]) if listed else "",
        description=str(listed[1]) if listed else "",
    )
    return {"is_demo": getattr(settings, "DTKS_DEMO", False), "shell": frame}


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def roles_of(request: HttpRequest) -> tuple[str, ...]:
    """Whose menu to show, in order. Without a database everybody is a stranger, so that the page still answers."""
    user = getattr(request, "user", None)
    try:
        if user is None or not user.is_authenticated:
            return ("anyone", "stranger")
        if user.is_officer or user.is_admin:
            officer = ("officer",) if user.is_officer else ()
            admin = ("admin",) if user.is_admin else ()
            return (*officer, *admin, "anyone", "account")
    except DatabaseError:
        return ("anyone", "stranger")
    return ("citizen", "known", "account")


def menu_for(roles: tuple[str, ...], *, home: str, path: str) -> tuple[Link, ...]:
    end = "stranger" if "stranger" in roles else "account"
    return tuple(
        _link(home + below, label, path, to_end=role == end and position == 0)
        for role in roles
        for position, (below, label) in enumerate(MENU[role])
    )


def language_links(request: HttpRequest) -> tuple[LanguageLink, ...]:
    """The same page in each language, without its query; a page that does not exist leads to the landing page."""
    current = get_language() or settings.LANGUAGE_CODE
    names = {"id": "Bahasa Indonesia", "en": "English"}
    path = request.path if getattr(request, "resolver_match", None) else reverse("public:landing_show")
    return tuple(
        LanguageLink(code, names.get(code, gettext(str(label))), translate_url(path, code), code == current)
        for code, label in settings.LANGUAGES
    )


def _link(url: str, label: str | Promise, path: str, *, to_end: bool) -> Link:
    current = "page" if path == url else "true" if path.startswith(url) else ""
    return Link(url, str(label), current, to_end)
