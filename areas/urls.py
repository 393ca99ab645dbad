from django.urls import path

from areas import views

app_name = "areas"
urlpatterns = [
    path("kelurahan/", views.kelurahan_search, name="kelurahan_search"),
]
