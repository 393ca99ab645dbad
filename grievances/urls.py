from django.urls import path

from grievances import views

app_name = "grievances"
urlpatterns = [
    path("baru/<uuid:finding>/", views.create_objection, name="objection_create"),
    path("petugas/", views.list_objections, name="objection_list"),
    path("petugas/<uuid:objection>/", views.decide_objection, name="objection_decide"),
    path("<uuid:objection>/", views.show_objection, name="objection_show"),
    path("<uuid:objection>/foto/", views.download_picture, name="picture_download"),
]
