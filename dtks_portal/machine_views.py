"""What machines ask of a website: which pages a search engine may list, how a phone keeps it on its first screen."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.translation import gettext, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dtks_portal.context import PRODUCT, PUBLIC_PAGES, origin_of

# Below the root of a language: pages of accounts and of the office. They are closed to strangers anyway.
CLOSED = ("usulan/", "pemberitahuan/", "keberatan/", "akun/", "petugas/", "admin/", "keluarga/", "gaya/", "captcha/")
ONE_DAY = 24 * 3600


@require_safe
@cache_control(public=True, max_age=ONE_DAY)
def robots(request: HttpRequest) -> HttpResponse:
    closed = [f"Disallow: {home}{below}" for home in _homes().values() for below in CLOSED]
    lines = ["User-agent: *", *closed, f"Sitemap: {origin_of(request)}{reverse('sitemap')}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=ONE_DAY)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Each public page once for each language, and beside it the same page in the others."""
    origin, homes = origin_of(request), _homes()
    pages = [{code: f"{origin}{home}{below}" for code, home in homes.items()} for below in PUBLIC_PAGES]
    context = {"pages": pages, "first": settings.LANGUAGE_CODE}
    return render(request, "dtks_portal/sitemap.xml", context, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=ONE_DAY)
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("img/mark-192.png"), "sizes": "192x192", "type": "image/png"},
    ]
    with override(settings.LANGUAGE_CODE):
        described = gettext("Social welfare data of Jakarta")
    return JsonResponse(
        {
            "name": f"{PRODUCT} – {described}", "short_name": PRODUCT, "lang": settings.LANGUAGE_CODE, "dir": "ltr",
            "start_url": "/", "scope": "/", "display": "minimal-ui", "background_color": "#f8f6f0",
            "theme_color": "#073f3c", "icons": icons,
        },
        content_type="application/manifest+json",
    )  # fmt: skip


def _homes() -> dict[str, str]:
    """The root of each language: {"id": "/", "en": "/en/"}."""
    with override(settings.LANGUAGE_CODE):
        home = reverse("public:landing_show")
        return {code: translate_url(home, code) for code, _name in settings.LANGUAGES}
