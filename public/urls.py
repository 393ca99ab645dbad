from django.urls import path

from public import views

app_name = "public"
urlpatterns = [
    path("", views.landing_show, name="landing_show"),
    path("cara-mendaftar/", views.guide_show, name="guide_show"),
    path("program/", views.programmes_list, name="programmes_list"),
    path("pengumuman/", views.announcements_list, name="announcements_list"),
    path("privasi/", views.privacy_show, name="privacy_show"),
]
