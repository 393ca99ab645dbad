"""SMS and WhatsApp through a gateway that speaks JSON over HTTPS.

One POST per message: {"id", "channel", "to", "text"} with a bearer token and an Idempotency-Key, which is the same at
every try of a message, so that a gateway that knows it sends a doubled request once. The outbox tries again; nothing
is tried twice in here. Nothing is logged of a message but its id, the host, the status and a masked number.
"""

import http.client
import json
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from identity.phones import mask_phone
from jobs.channels import OutgoingMessage, Undeliverable

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
class Gateway:
    """Where messages of one channel go. `path` holds the query, too."""

    scheme: str
    host: str
    port: int | None
    path: str
    token: str

    @property
    def is_sealed(self) -> bool:
        return self.scheme == "https"


def gateway_for(channel: str) -> Gateway:
    """The gateway of DTKS_GATEWAYS for a channel. Raises NotAllowed for a host outside DTKS_GATEWAY_HOSTS, for plain
    HTTP outside a developer's machine, and when there is none."""
    about: dict[str, str] = getattr(settings, "DTKS_GATEWAYS", {}).get(channel, {})
    try:
        parts = urlsplit(about.get("url", ""))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotAllowed("the address is no address") from None
    if host not in getattr(settings, "DTKS_GATEWAY_HOSTS", ()):
        raise NotAllowed("its host is not in DTKS_GATEWAY_HOSTS")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("the address holds a user or a password; the token has a setting of its own")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.DEBUG):
        raise NotAllowed("messages leave by HTTPS only")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Gateway(parts.scheme, host, port, path, about.get("token", ""))


def tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


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
    kind = http.client.HTTPSConnection if gateway.is_sealed else http.client.HTTPConnection
    line = kind(gateway.host, gateway.port, timeout=WAIT)
    try:
        sock = socket.create_connection((line.host, line.port), timeout=WAIT)
        with _cut_at_the_deadline(sock) as is_cut:
            line.sock = tls_context().wrap_socket(sock, server_hostname=line.host) if gateway.is_sealed else sock
            line.request("POST", gateway.path, _body(message), _headers(gateway, message))
            with line.getresponse() as answer:
                if len(answer.read(LONGEST_ANSWER + 1)) > LONGEST_ANSWER:
                    raise GatewayError("its answer is too long")
                if is_cut.is_set():
                    raise GatewayError("its answer took too long")
                return answer.status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise GatewayError(type(error).__name__) from None  # the cause may quote what was sent
    finally:
        line.close()


@contextmanager
def _cut_at_the_deadline(sock: socket.socket) -> Iterator[threading.Event]:
    """End the connection after DEADLINE, even while an answer drips in; timeouts of a socket begin anew with each
    byte. The event tells that it happened."""
    is_cut, lifeline = threading.Event(), sock.dup()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):
            lifeline.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(DEADLINE, cut)
    watch.daemon = True
    watch.start()
    try:
        yield is_cut
    finally:
        watch.cancel()
        lifeline.close()


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
