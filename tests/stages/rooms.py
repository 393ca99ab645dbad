"""Addresses and words of the control room."""

from typing import Any

from django.test import Client
from django.urls import reverse

from registration.models import Phase


def url(name: str, phase: Phase, *more: object) -> str:
    return reverse(f"admin:stages_{name}", args=[phase.pk, *more])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def messages_of(client: Client, phase: Phase) -> str:
    return text(client.get(url("control", phase)))
