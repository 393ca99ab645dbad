from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.public.registry import check_status


@pytest.fixture
def check(client: Client) -> Callable[..., HttpResponse]:
    """Fill in the status check with the right digits of its captcha and send it."""

    def send(**typed: Any) -> HttpResponse:
        return check_status(client, **typed)

    return send
