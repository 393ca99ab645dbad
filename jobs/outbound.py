"""One POST to a machine outside: to an allowed host, sealed, in bounded time and size, and following nobody.

Errors hold the kind of what went wrong and nothing of what was sent.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")  # as hosts of the demo's registers


class PlaceNotAllowed(Exception):
    """The configuration names a place where nothing must be sent; the message says why and holds no address."""


class Lost(Exception):
    """No whole answer came: no connection, too slow, cut off or too long."""


@dataclass(frozen=True, repr=False)
class Place:
    """An address that has passed `allowed_place`. `path` holds the query, too."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def is_sealed(self) -> bool:
        return self.scheme == "https"


@dataclass(frozen=True)
class Bounds:
    """Seconds for a connection and between two pieces, seconds for the whole request, bytes of the longest answer."""

    wait: float
    deadline: float
    longest: int


def allowed_place(url: str, *, hosts: Collection[str], setting: str) -> Place:
    """The parts of an address. Raises PlaceNotAllowed for a host outside `hosts` (named `setting` in the reason), for
    plain HTTP outside a developer's machine and the demo's, for credentials inside the address, and for what is no
    address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise PlaceNotAllowed(_("the address is no address")) from None
    if host not in hosts:
        raise PlaceNotAllowed(_("its host is not in %(setting)s") % {"setting": setting})
    if parts.username is not None or parts.password is not None:
        raise PlaceNotAllowed(_("the address holds a user or a password; these have settings of their own"))
    if parts.scheme != "https" and not (parts.scheme == "http" and _may_be_plain(host)):
        raise PlaceNotAllowed(_("messages leave by HTTPS only"))
    return Place(parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _may_be_plain(host: str) -> bool:
    return settings.DEBUG or (settings.DTKS_DEMO and host in THIS_MACHINE)


def tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(
    place: Place,
    body: bytes,
    headers: Mapping[str, str],
    *,
    bounds: Bounds,
    tls: Callable[[], ssl.SSLContext] = tls_context,
) -> tuple[int, bytes]:
    """Send `body` and return status and whole answer. Redirects are answers like any other. Raises Lost."""
    kind = http.client.HTTPSConnection if place.is_sealed else http.client.HTTPConnection
    line = kind(place.host, place.port, timeout=bounds.wait)
    try:
        sock = socket.create_connection((line.host, line.port), timeout=bounds.wait)
        with _cut_after(bounds.deadline, sock) as is_cut:
            line.sock = tls().wrap_socket(sock, server_hostname=line.host) if place.is_sealed else sock
            line.request("POST", place.path, body, dict(headers))
            with line.getresponse() as answer:
                content = answer.read(bounds.longest + 1)
                if len(content) > bounds.longest:
                    raise Lost("its answer is too long")
                if is_cut.is_set():
                    raise Lost("its answer took too long")
                if answer.length:  # bytes that were announced and never came
                    raise Lost("its answer was cut off")
                return answer.status, content
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Lost(type(error).__name__) from None  # the cause may quote what was sent
    finally:
        line.close()


@contextmanager
def _cut_after(seconds: float, sock: socket.socket) -> Iterator[threading.Event]:
    """End the connection after so many seconds, even while an answer drips in; timeouts of a socket begin anew with
    each byte. The event tells that it happened."""
    is_cut, lifeline = threading.Event(), sock.dup()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):
            lifeline.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        yield is_cut
    finally:
        watch.cancel()
        lifeline.close()
