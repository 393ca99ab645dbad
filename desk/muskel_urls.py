from django.urls import URLPattern

app_name = "muskel"
urlpatterns: list[URLPattern] = []
