"""The admin's face: Django's admin, reached only through the portal's own sign-in with a second factor."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    site_header = _("DTKS portal administration")
    site_title = _("DTKS administration")
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        """Admins and the technical superuser, once they have passed their second factor."""
        from accounts import second_factor  # this module is loaded before the models are

        user: Any = request.user
        may_enter = user.is_authenticated and user.is_active and (user.is_superuser or user.is_admin)
        return bool(may_enter and second_factor.is_complete(request))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Nothing here has a page of its own outside; Django's address for it fails on ids that are none."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page leads to the control room of the phase that is on."""
        from registration.models import Phase  # this module is loaded before the models are

        return super().index(request, {"current_phase": Phase.objects.current(), **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The admin has no sign-in of its own. Somebody signed in without the right is told so, not sent in circles."""
        from django.contrib.auth.views import redirect_to_login

        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("accounts:password_change")


class PortalAdminConfig(AdminConfig):
    default_site = "dtks_portal.admin_site.PortalAdminSite"
