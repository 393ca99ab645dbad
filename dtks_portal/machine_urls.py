from django.urls import path

from dtks_portal import machine_views

urlpatterns = [
    path("robots.txt", machine_views.robots, name="robots"),
    path("sitemap.xml", machine_views.sitemap, name="sitemap"),
    path("manifest.webmanifest", machine_views.manifest, name="manifest"),
]
