"""What every page shell needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"is_demo": getattr(settings, "DTKS_DEMO", False)}
