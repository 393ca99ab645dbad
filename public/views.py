"""Everybody's pages. They answer without a session, and without the database as far as they can."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def landing_show(request: HttpRequest) -> HttpResponse:
    return render(request, "public/landing_show.html")


def guide_show(request: HttpRequest) -> HttpResponse:
    return render(request, "public/guide_show.html")


def programmes_list(request: HttpRequest) -> HttpResponse:
    return render(request, "public/programmes_list.html")


def announcements_list(request: HttpRequest) -> HttpResponse:
    return render(request, "public/announcements_list.html")


def privacy_show(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy_show.html")
