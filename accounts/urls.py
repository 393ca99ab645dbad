"""Pages of the account. django-allauth's own pages are not mounted; a few of its names are, see `allauth_urls`."""

from django.contrib.auth.decorators import login_required
from django.urls import path

from accounts.views import (
    account,
    consents,
    contacts,
    helping,
    leaving,
    open_sessions,
    passwords,
    sign_in_code,
    signing,
)

app_name = "accounts"
urlpatterns = [
    path("daftar/", signing.account_create, name="account_create"),
    path("masuk/", signing.session_start, name="session_start"),
    path("masuk/kode/", signing.second_factor_check, name="second_factor_check"),
    path("masuk/kode-pesan/", sign_in_code.sign_in_code_check, name="sign_in_code_check"),
    path("keluar/", signing.session_end, name="session_end"),
    path("lupa-kata-sandi/", passwords.password_recover, name="password_recover"),
    path("lupa-kata-sandi/kode/", passwords.password_recover_code, name="password_recover_code"),
    path("lupa-kata-sandi/lembar/", passwords.password_recover_slip, name="password_recover_slip"),
    path("akun/", account.account_detail, name="account_detail"),
    path("akun/ke-beranda/", signing.landing, name="landing"),
    path("akun/tidak-aktif/", signing.account_inactive, name="account_inactive"),
    path("akun/persetujuan/", consents.consent_give, name="consent_give"),
    path("akun/kata-sandi/", passwords.password_change, name="password_change"),
    path("akun/aplikasi-kode/", login_required(account.SecondFactorEnrol.as_view()), name="second_factor_enrol"),
    path("akun/kode-cadangan/", account.recovery_codes_detail, name="recovery_codes_detail"),
    path("akun/kode-masuk/", sign_in_code.sign_in_code_choose, name="sign_in_code_choose"),
    path("akun/nomor-hp/", contacts.contact_edit, {"kind": "phone"}, name="phone_edit"),
    path("akun/nomor-hp/kode/", contacts.contact_verify, {"kind": "phone"}, name="phone_verify"),
    path("akun/email/", contacts.contact_edit, {"kind": "email"}, name="email_edit"),
    path("akun/email/kode/", contacts.contact_verify, {"kind": "email"}, name="email_verify"),
    path("akun/perangkat/", open_sessions.session_list, name="session_list"),
    path("akun/perangkat/lainnya/keluar/", open_sessions.sessions_close_others, name="sessions_close_others"),
    path("akun/perangkat/<uuid:session>/keluar/", open_sessions.session_close, name="session_close"),
    path("akun/lembar-pemulihan/batal/", passwords.slip_cancel, name="slip_cancel"),
    path("akun/hapus/", leaving.account_delete, name="account_delete"),
    path("akun/tetap/", leaving.account_keep, name="account_keep"),
    path("petugas/akun/", helping.helped_find, name="helped_find"),
    path("petugas/akun/<uuid:account>/", helping.helped_account, name="helped_account"),
    path("petugas/akun/<uuid:account>/ktp/", helping.helped_activate, name="helped_activate"),
    path("petugas/akun/<uuid:account>/lembar/", helping.helped_slip, name="helped_slip"),
]
