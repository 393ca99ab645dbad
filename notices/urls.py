from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.list_notices, name="notice_list"),
    path("cetak/", views.choose_print_list, name="paper_choose"),
    path("cetak/<str:kelurahan>/", views.print_list, name="paper_list"),
    path("serah/<uuid:notice>/", views.mark_handed_over, name="paper_hand_over"),
]
