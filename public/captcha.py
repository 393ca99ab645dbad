"""The captcha of the public pages: digits that work exactly once, right or wrong.

The library's own field reads a challenge and then deletes it, so that several requests at once can use one solved
captcha. Here one statement takes the challenge out of the database and returns its answer: whoever gets the row has
the one try there is, whether the answer was right or not.
"""

import hmac
import secrets
from collections.abc import Sequence
from typing import Any

from captcha.conf import settings as captcha_settings
from captcha.models import CaptchaStore
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LONG = 9  # digits of the harder challenge a busy network has to solve
TAKE = "DELETE FROM captcha_captchastore WHERE hashkey = %s AND expiration > now() RETURNING response"
PURGE_ONE_IN = 20  # expired challenges are swept once in so many new ones


def digits_challenge(length: int | None = None) -> tuple[str, str]:
    """What is drawn and what is expected, from the system's random source. Named by CAPTCHA_CHALLENGE_FUNCT."""
    count = length or captcha_settings.CAPTCHA_LENGTH
    digits = "".join(secrets.choice("0123456789") for _digit in range(count))
    return digits, digits


def long_challenge() -> tuple[str, str]:
    return digits_challenge(LONG)


def new_challenge(*, is_long: bool = False) -> str:
    """Store a challenge and return its key."""
    if secrets.randbelow(PURGE_ONE_IN) == 0:
        CaptchaStore.remove_expired()
    return str(CaptchaStore.generate_key(long_challenge if is_long else None))


def take_answer(key: str) -> str | None:
    """The expected answer of an open challenge, which is gone afterwards; None if it was taken or has expired."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [key])
        row = cursor.fetchone()
    return str(row[0]) if row else None


class CaptchaWidget(forms.MultiWidget):
    """The hidden key and the box for the digits. Each rendering shows a new challenge and an empty box."""

    template_name = "public/_partials/captcha_input.html"
    use_fieldset = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false", "maxlength": "20"}
        super().__init__([forms.HiddenInput(), forms.TextInput(attrs=box)], attrs)
        self.is_long = False

    def decompress(self, value: Any) -> list[str]:
        return ["", ""]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_1" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        key = new_challenge(is_long=self.is_long)
        context = super().get_context(name, [key, ""], attrs)
        hidden = context["widget"]["subwidgets"][0]
        hidden["attrs"] = {"id": hidden["attrs"]["id"]} if "id" in hidden["attrs"] else {}
        context["widget"]["image_url"] = reverse("captcha_image", args=[key])
        context["widget"]["audio_url"] = reverse("captcha_audio", args=["en" if get_language() == "en" else "id", key])
        return context


class CaptchaField(forms.MultiValueField):
    """Cleans to the number of digits that were solved, so that a page can ask for the longer kind."""

    widget = CaptchaWidget
    default_error_messages = {
        "required": _("Type the digits you see in the picture."),
        "wrong": _("The digits did not match, or the picture was too old. Type the digits of the new picture."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Digits in the picture"))
        super().__init__(fields=(forms.CharField(), forms.CharField()), **kwargs)

    def compress(self, data_list: Sequence[str]) -> str:
        return ",".join(data_list)

    def clean(self, value: Any) -> int:
        key, typed = self._parts(value)
        if not typed:
            raise ValidationError(self.error_messages["required"], code="required")
        answer = take_answer(key)
        if answer is None or not hmac.compare_digest(answer.encode(), typed.encode()):
            raise ValidationError(self.error_messages["wrong"], code="wrong")
        return len(answer)

    @staticmethod
    def _parts(value: Any) -> tuple[str, str]:
        """Key and digits as posted; spaces between the digits do not matter, nor do characters no database holds."""
        parts = [str(part or "") for part in value] if isinstance(value, list | tuple) else []
        key, typed = [*parts, "", ""][:2]
        plain = key.isascii() and key.isalnum()
        return (key if plain else ""), "".join(typed.split())
