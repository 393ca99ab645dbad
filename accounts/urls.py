"""Pages of the account. django-allauth's own pages are not mounted; a few of its names are, see `allauth_urls`."""

from django.contrib.auth.decorators import login_required
from django.urls import path

from accounts.views import account, passwords, signing

app_name = "accounts"
urlpatterns = [
    path("daftar/", signing.account_create, name="account_create"),
    path("masuk/", signing.session_start, name="session_start"),
    path("masuk/kode/", signing.second_factor_check, name="second_factor_check"),
    path("keluar/", signing.session_end, name="session_end"),
    path("lupa-kata-sandi/", passwords.password_recover, name="password_recover"),
    path("lupa-kata-sandi/kode/", passwords.password_recover_code, name="password_recover_code"),
    path("akun/", account.account_detail, name="account_detail"),
    path("akun/ke-beranda/", signing.landing, name="landing"),
    path("akun/tidak-aktif/", signing.account_inactive, name="account_inactive"),
    path("akun/kata-sandi/", passwords.password_change, name="password_change"),
    path("akun/aplikasi-kode/", login_required(account.SecondFactorEnrol.as_view()), name="second_factor_enrol"),
    path("akun/kode-cadangan/", account.recovery_codes_detail, name="recovery_codes_detail"),
]
