"""Serving the simulator on this machine, one thread for each call. It writes no log: questions hold numbers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connections

from matching.simulator.app import Simulator


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written about a call."""


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()  # of this thread

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is what a simulator is for."""


def server_for(simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> WSGIServer:
    """A server that is bound and not yet serving; port 0 takes a free one."""
    return make_server(host, port, simulator, server_class=ThreadingServer, handler_class=QuietHandler)


@contextmanager
def serving(simulator: Simulator) -> Iterator[int]:
    """Serve in a thread of this process; yields the port."""
    server = server_for(simulator)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        simulator.over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
