"""The portal's addresses and one more, whose view fails with somebody's number in its hands."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from dtks_portal import urls as portal

handler500 = portal.handler500


def fails(request: HttpRequest) -> HttpResponse:
    nik: Any = request.POST["nik"]
    raise ValueError(f"{nik} cannot be processed")


urlpatterns = [path("gagal/", fails), *portal.urlpatterns]
