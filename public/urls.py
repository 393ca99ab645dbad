from django.urls import path

from public import receipt_views, status_views, views

app_name = "public"
urlpatterns = [
    path("", views.landing_show, name="landing_show"),
    path("cek-status/", status_views.status_check, name="status_check"),
    path("cara-mendaftar/", views.guide_show, name="guide_show"),
    path("program/", views.programmes_list, name="programmes_list"),
    path("pengumuman/", views.announcements_list, name="announcements_list"),
    path("cek-tanda-terima/", receipt_views.receipt_find, name="receipt_find"),
    path("cek-tanda-terima/<slug:code>/", receipt_views.receipt_check, name="receipt_check"),
    path("privasi/", views.privacy_show, name="privacy_show"),
]
