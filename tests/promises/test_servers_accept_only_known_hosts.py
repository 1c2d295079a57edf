"""`explore` and `serve` answer under known host names, and close connections that never finish."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from crawler.serving.allowed_hosts import accepted_hosts, host_of, is_accepted
from crawler.serving.http_server import create_application
from crawler.serving.http_server import running_server as running_application
from crawler.serving.slow_connections import SlowConnections
from tests.explorer.processes import Server, running
from tests.explorer.request_fuzz import sample_workspace

SETTINGS = """
[site]
base_url = "https://trail.example.org/"
explorer_url = "https://trail.example.org/data/"
[explorer]
hosts = ["explorer.example.org"]
"""


@pytest.fixture(scope="module", params=["explore", "serve"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    here = sample_workspace(Path(tmp_path_factory.mktemp("kb")))
    (here.data / "hashtrail.toml").write_text(SETTINGS)
    here.public.mkdir(parents=True)
    (here.public / "index.html").write_text("<h1>Site</h1>")
    (here.public / "404.html").write_text("<h1>Nothing</h1>")
    (here.public / ".secret").write_text("secret")
    with running(here.root, request.param) as started:
        yield started


def exchange(server: Server, data: bytes) -> bytes:
    """Send bytes and read the whole answer."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(data)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def status(server: Server, head: str) -> int:
    data = f"{head}\r\nConnection: close\r\n\r\n".encode("latin-1")
    return int(exchange(server, data).split()[1])


def test_loopback_names_and_configured_names_are_accepted(server: Server) -> None:
    names = ["127.0.0.1", f"127.0.0.1:{server.port}", "localhost", "LOCALHOST:80", "[::1]:80"]
    for name in (*names, "explorer.example.org", "Explorer.Example.org.:443"):
        assert status(server, f"GET / HTTP/1.1\r\nHost: {name}") == 200, name


def test_other_names_return_421_and_are_not_reflected(server: Server) -> None:
    names = ["e.example", "explorer.example.org.e.example", "e.example:8001", "10.0.0.1", "[::2]"]
    for name in (*names, "localhost.e.example", "127.0.0.1.e.example", "trail.example.org"):
        answer = exchange(
            server, f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
        )
        assert answer.split()[1] == b"421", name
        assert b"e.example" not in answer


def test_missing_double_and_invalid_host_headers_return_400(server: Server) -> None:
    for head in (
        "GET / HTTP/1.1",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: e.example",
        "GET / HTTP/1.1\r\nHost: ",
        "GET / HTTP/1.1\r\nHost: a b",
        "GET / HTTP/1.1\r\nHost: user@localhost",
        "GET / HTTP/1.1\r\nHost: localhost/x",
    ):
        assert status(server, head) == 400, head


def test_whole_url_in_the_request_line_must_name_a_known_host_too(server: Server) -> None:
    assert status(server, "GET http://e.example/ HTTP/1.1\r\nHost: localhost") == 421
    assert status(server, "GET http://localhost/ HTTP/1.1\r\nHost: localhost") == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "OPTIONS", "CONNECT"])
def test_other_methods_return_405(server: Server, method: str) -> None:
    assert status(server, f"{method} / HTTP/1.1\r\nHost: localhost") == 405


@pytest.mark.parametrize("path", ["/" + "a" * 300, "/" + "a/" * 600, "/%ff", "/%00", "/.secret"])
def test_overlong_and_malformed_paths_return_404(server: Server, path: str) -> None:
    assert status(server, f"GET {path} HTTP/1.1\r\nHost: localhost") == 404


def test_overlong_request_lines_are_refused_and_the_next_request_works(server: Server) -> None:
    long = "a" * 40_000
    assert status(server, f"GET /?{long} HTTP/1.1\r\nHost: localhost") in (400, 414)
    assert status(server, f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}") in (400, 431)
    assert status(server, "GET / HTTP/1.1\r\nHost: localhost") == 200


def test_default_hosts_are_those_of_the_published_urls() -> None:
    hosts = accepted_hosts((), "https://a.example/data/", "https://b.example:8443/", "")
    assert hosts == {"a.example", "b.example"}
    assert is_accepted(host_of("A.EXAMPLE:443"), hosts)
    assert not is_accepted(host_of("c.example"), hosts)


def test_connection_without_a_request_is_closed_after_10_seconds() -> None:
    now = [0.0]
    slow = SlowConnections(clock=lambda: now[0])
    ours, theirs = _Connection(), _Connection()
    assert slow.close_late([ours]) == 0
    now[0] = 5.0
    assert slow.close_late([ours, theirs]) == 0
    now[0] = 10.0
    assert slow.close_late([ours, theirs]) == 1
    assert (ours.closed, theirs.closed) == (True, False)
    now[0] = 15.0
    assert slow.close_late([theirs]) == 1


def test_unread_responses_are_limited_in_total() -> None:
    async def respond(request: web.Request) -> web.StreamResponse:
        return web.Response(body=bytes(4_000_000))

    async def statuses() -> list[bytes]:
        loop = asyncio.get_running_loop()
        async with running_application(
            create_application(respond, frozenset()), "127.0.0.1", 0
        ) as port:
            clients = []
            for _ in range(8):
                client = socket.socket()
                client.setblocking(False)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                await loop.sock_connect(client, ("127.0.0.1", port))
                await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                clients.append((client, await loop.sock_recv(client, 12)))
            for client, _ in clients:
                client.close()
            return [status[9:] for _, status in clients]

    found = asyncio.run(statuses())
    assert found[0] == b"200"
    assert found[-1] == b"503"


class _Connection:
    """The part of a connection that the guard uses."""

    def __init__(self) -> None:
        self.closed = False
        self.transport = self

    def abort(self) -> None:
        self.closed = True


@pytest.mark.parametrize("server", ["explore"], indirect=True)
def test_slow_clients_are_closed_and_others_get_responses(server: Server) -> None:
    """The only test here that waits: the promise is about real seconds of a real server."""
    parts = [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc",
    ]
    connections = [socket.create_connection(("127.0.0.1", server.port), 50) for _ in parts]
    for connection, part in zip(connections, parts, strict=True):
        connection.sendall(part)
    for connection in connections:
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        connection.close()
    assert status(server, "GET / HTTP/1.1\r\nHost: localhost") == 200
