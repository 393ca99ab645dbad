"""Addresses of other rooms' pages, which stand in the settings as paths of the default language."""

from django.conf import settings
from django.utils.translation import get_language


def in_present_language(path: str) -> str:
    """The address of a page in the language of the present request; only other languages have a prefix."""
    language = get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"
