from django.urls import path

from public import family_views, receipt_views, status_views, views

app_name = "public"
urlpatterns = [
    path("", views.landing_show, name="landing_show"),
    path("cek-status/", status_views.status_check, name="status_check"),
    path("cara-mendaftar/", views.guide_show, name="guide_show"),
    path("program/", views.programmes_list, name="programmes_list"),
    path("pengumuman/", views.announcements_list, name="announcements_list"),
    path("cek-tanda-terima/", receipt_views.receipt_find, name="receipt_find"),
    path("cek-tanda-terima/<slug:code>/", receipt_views.receipt_check, name="receipt_check"),
    path("keluarga/", family_views.family_enter, name="family_enter"),
    path("keluarga/data/", family_views.family_show, name="family_show"),
    path("keluarga/foto/<uuid:photo>/", family_views.family_photo, name="family_photo"),
    path("keluarga/keberatan/", family_views.family_object, name="family_object"),
    path("keluarga/tarik/", family_views.family_withdraw, name="family_withdraw"),
    path("keluarga/ambil-alih/", family_views.family_take_over, name="family_take_over"),
    path("keluarga/tutup/", family_views.family_leave, name="family_leave"),
    path("privasi/", views.privacy_show, name="privacy_show"),
]
