"""A small gateway on this machine, over HTTP or HTTPS, that answers as a test asks."""

import datetime
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Gateway:
    """`replies` are statuses given in turn, the last one from then on; `manner` is how the answer comes."""

    port: int = 0
    replies: list[int] = field(default_factory=lambda: [200])
    manner: str = "whole"
    seen: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def next_reply(self) -> int:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def handler_for(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.seen.append((self.path, dict(self.headers), json.loads(body)))
            getattr(self, f"answer_{gateway.manner}")(gateway.next_reply())

        def do_GET(self) -> None:
            gateway.seen.append((self.path, dict(self.headers), {}))
            self.answer_whole(200)

        def answer_whole(self, status: int, body: bytes = b"{}") -> None:
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{gateway.port}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer_huge(self, status: int) -> None:
            self.answer_whole(status, b"x" * 200_000)

        def answer_late(self, status: int) -> None:
            """A second is longer than the tests' wait for one piece of an answer."""
            gateway.over.wait(1)
            self.answer_whole(status)

        def answer_dripping(self, status: int) -> None:
            """A byte now and then: each is within the wait for one piece, all of them take longer than the deadline."""
            self.send_response(status)
            self.end_headers()
            for _piece in range(40):
                gateway.over.wait(0.03)
                self.wfile.write(b".")

        def answer_nothing(self, status: int) -> None:
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    return Handler


@contextmanager
def gateway_server(*, certificate: Path | None = None, **about: Any) -> Iterator[Gateway]:
    gateway = Gateway(**about)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(gateway))
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # the client hangs up on purpose
    gateway.port = server.server_address[1]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.over.set()
        server.shutdown()
        server.server_close()


def self_signed(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 in one file; nobody trusts it unless told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "gateway.pem"
    form = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(form)
    )
    return path
