"""Registers that could not be asked, or to which people's data would leak, said at the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.translation import override

from matching.sources.configured import NotConfigured, is_configured, service_for
from matching.vocabulary import ASKED_KINDS


@register(Tags.security)
def registers_are_allowed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each register of DTKS_REGISTERS has an HTTPS address on an allowed host, credentials and a daily budget."""
    found: list[CheckMessage] = []
    for kind in ASKED_KINDS:
        if not is_configured(kind):
            continue
        try:
            with override("en"):  # as everything else that is said at the start
                service_for(kind)
        except NotConfigured as error:
            found.append(Error(f"The register {kind.value} cannot be asked: {error}.", id="matching.E001"))
    return found
