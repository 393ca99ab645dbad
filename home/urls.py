from django.urls import path

from home import earlier_views, helped, my_data_views, views

app_name = "home"
urlpatterns = [
    path("", views.household_list, name="household_list"),
    path("riwayat/", earlier_views.earlier_list, name="earlier_list"),
    path("riwayat/<uuid:draft_id>/", earlier_views.earlier_compare, name="earlier_compare"),
    path("dibantu/<reference:reference>/", helped.helped_show, name="helped_show"),
    path("data-saya/", my_data_views.my_data_show, name="my_data_show"),
    path("data-saya/unduh/", my_data_views.my_data_download, name="my_data_download"),
    path("data-saya/pdf/<uuid:document>/", my_data_views.my_data_pdf_wait, name="my_data_pdf_wait"),
    path("data-saya/pdf/<uuid:document>/unduh/", my_data_views.my_data_pdf_download, name="my_data_pdf_download"),
    path("<reference:reference>/", views.household_detail, name="household_detail"),
    path("<reference:reference>/cek-status/", views.status_check_choose, name="status_check_choose"),
]
