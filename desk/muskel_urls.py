from django.urls import path

from desk import muskel_views as views

app_name = "muskel"
urlpatterns = [
    path("", views.meeting_list, name="meeting_list"),
    path("<uuid:pk>/", views.rows_edit, name="rows_edit"),
    path("<uuid:pk>/rapat/", views.meeting_edit, name="meeting_edit"),
    path("<uuid:pk>/kunci/", views.meeting_lock, name="meeting_lock"),
    path("<uuid:pk>/berita-acara/", views.minutes_show, name="minutes_show"),
]
