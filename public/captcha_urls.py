"""Mounted without a language prefix: a picture is the same in every language."""

from django.urls import path, re_path

from public import captcha_views

urlpatterns = [
    path("<slug:key>.png", captcha_views.captcha_image, name="captcha_image"),
    re_path(r"^(?P<language>id|en)/(?P<key>[0-9a-f]{40})\.wav$", captcha_views.captcha_audio, name="captcha_audio"),
]
