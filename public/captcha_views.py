"""The picture and the sound of an open challenge. 410 once it has been used or has expired."""

import random
import threading

from captcha.models import CaptchaStore
from captcha.views import _captcha_image as draw
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from public.captcha_sound import speak

DRAWING = threading.Lock()  # the library draws with Python's one shared generator


@require_safe
@never_cache
def captcha_image(request: HttpRequest, key: str) -> HttpResponse:
    """A PNG. Its noise hangs on a secret, so that nobody can redraw candidates from the public key alone."""
    challenge = _open_challenge(key)
    if challenge is None:
        return HttpResponse(status=410)
    with DRAWING:
        random.seed(salted_hmac("public.captcha_image", key, algorithm="sha256").digest())
        try:
            drawn: HttpResponse = draw(challenge, scale=1)
        finally:
            random.seed()
    return drawn


@require_safe
@never_cache
def captcha_audio(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """A WAV file in the language of the page that links it."""
    challenge = _open_challenge(key)
    if challenge is None:
        return HttpResponse(status=410)
    return HttpResponse(speak(challenge.challenge, language=language, seed=key), content_type="audio/wav")


def _open_challenge(key: str) -> CaptchaStore | None:
    found: CaptchaStore | None = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
    return found
