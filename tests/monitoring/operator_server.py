"""A loopback server that stands for the operator's webhook and ping service."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class OperatorServer:
    """The requests that the server received, and the status with which it responds.

    `hangs` makes it wait until the server is stopped.
    """

    port: int = 0
    status: int = 200
    hangs: bool = False
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hook") -> str:
        """Return the URL of a path."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def operator_server() -> Iterator[OperatorServer]:
    """Yield a server on a free port of 127.0.0.1."""
    state = OperatorServer()

    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            state.requests.append((self.command, self.path, body))
            if state.hangs:
                state.stopped.wait(30)
                return
            self.send_response(state.status)
            if 300 <= state.status < 400:
                self.send_header("Location", state.url("/elsewhere"))
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _respond

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        state.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
