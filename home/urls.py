from django.urls import path

from home import earlier_views, helped, views

app_name = "home"
urlpatterns = [
    path("", views.household_list, name="household_list"),
    path("riwayat/", earlier_views.earlier_list, name="earlier_list"),
    path("riwayat/<uuid:draft_id>/", earlier_views.earlier_compare, name="earlier_compare"),
    path("dibantu/<reference:reference>/", helped.helped_show, name="helped_show"),
    path("<reference:reference>/", views.household_detail, name="household_detail"),
    path("<reference:reference>/cek-status/", views.status_check_choose, name="status_check_choose"),
]
