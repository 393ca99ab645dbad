"""The admin's face: Django's admin, reached only through the portal's own sign-in with a second factor."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    site_header = _("DTKS portal administration")
    site_title = _("DTKS administration")
    index_title = _("Control room")


class PortalAdminConfig(AdminConfig):
    default_site = "dtks_portal.admin_site.PortalAdminSite"
