"""Where each room's pages live. The words in the addresses are Indonesian; /en/ serves English."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from dtks_portal import style_guide

handler500 = "dtks_portal.failures.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("captcha/", include("public.captcha_urls")),
    path("", include("dtks_portal.health_urls")),
    path("", include("dtks_portal.machine_urls")),
]
urlpatterns += i18n_patterns(
    path("admin/", admin.site.urls),
    path("gaya/", style_guide.style_show, name="style_show"),
    path("wilayah/", include("areas.urls")),
    path("praperiksa/", include("eligibility.urls")),
    path("usulan/", include("home.urls")),
    path("usulan/", include("registration.urls")),
    path("keberatan/", include("grievances.urls")),
    path("pemberitahuan/", include("notices.urls")),
    path("petugas/muskel/", include("desk.muskel_urls")),
    path("petugas/", include("desk.urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.allauth_urls")),
    path("", include("public.urls")),
    prefix_default_language=False,
)
