"""The port the demo listens on: chosen by PORT, looked at before anything is started."""

import http.client
import socket
from collections.abc import Mapping

DEFAULT = 8000
HOST = "127.0.0.1"


class PortProblem(Exception):
    """The port cannot be used; the message says which other to take."""


def choose_port(environment: Mapping[str, str]) -> int:
    return check_port(environment.get("PORT") or str(DEFAULT), name="PORT", example=DEFAULT)


def check_port(given: str, *, name: str, example: int) -> int:
    """A free port by its number, as the variable `name` gives it. Raises PortProblem."""
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:6]) <= 65535:
        raise PortProblem(f"{name} must be a number from 1 to 65535, for example {example}; it is {given!r}.")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise PortProblem(
                f"Port {port} is reserved for root: choose another one, make demo {name}={example}."
            ) from None
        except OSError:
            raise PortProblem(
                f"Port {port} is in use by another program: stop it or choose another one, make demo {name}={port + 1}."
            ) from None
    return port


def answers(port: int, path: str = "/readyz") -> bool:
    """Whether the web process says that it is ready."""
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
