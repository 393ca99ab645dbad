from django.urls import path

from home import views

app_name = "home"
urlpatterns = [
    path("", views.household_list, name="household_list"),
    path("<reference:reference>/", views.household_detail, name="household_detail"),
    path("<reference:reference>/cek-status/", views.status_check_choose, name="status_check_choose"),
]
