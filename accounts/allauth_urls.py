"""The names django-allauth looks up while it signs somebody in, on the portal's own pages."""

from django.urls import path

from accounts.views import signing

urlpatterns = [
    path("masuk/", signing.session_start, name="account_login"),
    path("masuk/kode/", signing.second_factor_check, name="mfa_authenticate"),
    path("akun/tidak-aktif/", signing.account_inactive, name="account_inactive"),
]
