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
    """One page's frame. `sign_out` is the address a POST goes to, empty for a stranger."""

    product: str
    language: str
    languages: tuple[LanguageLink, ...]
    home: str
    menu: tuple[Link, ...]
    sign_out: str
    footer: tuple[Link, ...]
    channels: tuple[dict[str, Any], ...]


def shell(request: HttpRequest) -> dict[str, Any]:
    roles = roles_of(request)
    home = reverse("public:landing_show")
    frame = Shell(
        product=PRODUCT,
        language=get_language() or settings.LANGUAGE_CODE,
        languages=language_links(request),
        home=home,
        menu=menu_for(roles, home=home, path=request.path),
        sign_out="" if "stranger" in roles else f"{home}keluar/",
        footer=tuple(Link(home + path, str(label)) for path, label in FOOTER),
        channels=settings.DTKS_HELP_CHANNELS,
    )
    return {"is_demo": getattr(settings, "DTKS_DEMO", False), "shell": frame}


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
    return ("citizen", "anyone", "account")


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
