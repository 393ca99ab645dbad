"""Gateways that could not work, or that could leak, said at the start and not with the first message."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.translation import override

from jobs.gateways import NotAllowed, gateway_for


@register(Tags.security)
def gateways_are_allowed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each gateway named in DTKS_GATEWAYS has an HTTPS address on a host that is allowed, and a token."""
    found: list[CheckMessage] = []
    for channel in getattr(settings, "DTKS_GATEWAYS", {}):
        try:
            with override("en"):  # as everything else that is said at the start
                gateway = gateway_for(channel)
        except NotAllowed as error:
            found.append(Error(f"The gateway for {channel} cannot be used: {error}.", id="jobs.E001"))
        else:
            if not gateway.token:
                found.append(Error(f"The gateway for {channel} has no token.", id="jobs.E002"))
    return found
