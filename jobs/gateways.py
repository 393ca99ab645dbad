"""SMS and WhatsApp through a gateway that speaks JSON over HTTPS.

One POST per message: {"id", "channel", "to", "text"} with a bearer token and an Idempotency-Key, which is the same at
every try of a message, so that a gateway that knows it sends a doubled request once. The outbox tries again; nothing
is tried twice in here. Nothing is logged of a message but its id, the host, the status and a masked number.
"""

import json
import logging
from dataclasses import dataclass

from django.conf import settings

from identity.phones import mask_phone
from jobs.channels import OutgoingMessage, Undeliverable
from jobs.outbound import Bounds, Lost, Place, PlaceNotAllowed, allowed_place, post, tls_context

log = logging.getLogger(__name__)

WAIT = 10.0  # seconds for a connection, and between two pieces of an answer
DEADLINE = 30.0  # seconds for the whole request, however slowly it drips; shorter than the outbox's lease
LONGEST_ANSWER = 64 * 1024  # bytes
# What no further try can change: the gateway says that this message is wrong. Everything else is tried again later.
REFUSED_FOR_GOOD = frozenset({400, 410, 413, 422})


class GatewayError(Exception):
    """This try has failed, a later one may not. Holds a status or a kind of error, nothing of the message."""


class NotAllowed(GatewayError):
    """The configuration names a place where messages must not be sent."""


@dataclass(frozen=True, repr=False)
class Gateway(Place):
    """Where messages of one channel go."""

    token: str


def gateway_for(channel: str) -> Gateway:
    """The gateway of DTKS_GATEWAYS for a channel. Raises NotAllowed for a place where messages must not be sent."""
    about: dict[str, str] = getattr(settings, "DTKS_GATEWAYS", {}).get(channel, {})
    hosts = getattr(settings, "DTKS_GATEWAY_HOSTS", ())
    try:
        place = allowed_place(about.get("url", ""), hosts=hosts, setting="DTKS_GATEWAY_HOSTS")
    except PlaceNotAllowed as error:
        raise NotAllowed(str(error)) from None
    return Gateway(place.scheme, place.host, place.port, place.path, about.get("token", ""))


class HttpGateway:
    """A `jobs.channels.MessageChannel`. Raises GatewayError to be tried again, Undeliverable to be given up."""

    def send(self, message: OutgoingMessage) -> None:
        gateway = gateway_for(message.channel)
        status = _post(gateway, message)
        log.info("Message %s to %s: %s said %d", message.id, mask_phone(message.recipient), gateway.host, status)
        if 200 <= status < 300:
            return
        if status in REFUSED_FOR_GOOD:
            raise Undeliverable(f"the gateway said {status}")
        raise GatewayError(f"the gateway said {status}")  # a redirect, too: a message goes nowhere it was not sent


def _post(gateway: Gateway, message: OutgoingMessage) -> int:
    """Send one message and return the status, once the whole answer has been read."""
    bounds = Bounds(wait=WAIT, deadline=DEADLINE, longest=LONGEST_ANSWER)
    try:
        status, _answer = post(gateway, _body(message), _headers(gateway, message), bounds=bounds, tls=tls_context)
    except Lost as error:
        raise GatewayError(str(error)) from None
    return status


def _body(message: OutgoingMessage) -> bytes:
    about = {"id": str(message.id), "channel": message.channel, "to": message.recipient, "text": message.body}
    return json.dumps(about, ensure_ascii=False).encode()


def _headers(gateway: Gateway, message: OutgoingMessage) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {gateway.token}",
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "Idempotency-Key": str(message.id),
        "User-Agent": "dtks-portal",
    }
