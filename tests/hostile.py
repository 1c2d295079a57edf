"""A raw-socket server on loopback whose fault is selected by the path, or by the port before HTTP.

One thread runs one event loop. `REPLIES` are bytes that are sent unchanged. `ACTS` are faults that
take time or depend on the request. `LISTENERS` are faults before HTTP begins. Add a row to add a
fault.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from tests.hostile_replies import LINE, REPLIES, TEXT, Whole, bomb, chunked, redirect, whole

Act = Callable[["Visit"], Awaitable[None]]
DRIP_SECONDS = 0.02


class Visit:
    """One received request, with methods to send a response byte by byte."""

    def __init__(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.head = head
        self.reader = reader
        self.writer = writer
        self.url = head.split(b" ", 2)[1].decode()
        self.path = self.url.partition("?")[0]
        host = self.header("host") or ""
        if self.path == "/robots.txt" and host.endswith(
            ".example"
        ):  # robots-x.example has the robots file that /robots-x answers with
            self.path = "/" + host.removesuffix(".example")

    def header(self, name: str) -> str | None:
        """Return the value of the request header `name`, or None."""
        prefix = name.lower().encode() + b":"
        return next(
            (
                line.split(b":", 1)[1].strip().decode()
                for line in self.head.split(b"\r\n")
                if line.lower().startswith(prefix)
            ),
            None,
        )

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes) -> None:
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(DRIP_SECONDS)

    async def forever(self, data: bytes) -> None:
        while True:
            await self.send(data)

    async def wait(self) -> None:
        """Wait until the client closes the connection."""
        await self.reader.read()


async def silence(visit: Visit) -> None:
    await visit.wait()


async def drip_head(visit: Visit) -> None:
    await visit.drip(LINE + b"X-Slow: " + b"a" * 100_000)


async def drip_body(visit: Visit) -> None:
    await visit.send(LINE + b"Content-Length: 100000\r\n\r\n")
    await visit.drip(b"a" * 100_000)


async def drip_chunks(visit: Visit) -> None:
    await visit.send(chunked())
    while True:
        await visit.send(b"1\r\na\r\n")
        await asyncio.sleep(DRIP_SECONDS)


async def drip_gzip(visit: Visit) -> None:
    await visit.send(LINE + b"Content-Encoding: gzip\r\n\r\n")
    await visit.drip(gzip.compress(bytes(range(256)) * 1000))


async def drip_interim(visit: Visit) -> None:
    while True:
        await visit.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        await asyncio.sleep(DRIP_SECONDS)


async def pause_in_body(visit: Visit) -> None:
    await visit.send(LINE + b"Content-Length: 100\r\n\r\nabc")
    await visit.wait()


async def pause_in_head(visit: Visit) -> None:
    await visit.send(LINE + b"Content-Le")
    await visit.wait()


async def slow_but_fine(visit: Visit) -> None:
    await visit.drip(whole(b"slow"))


async def endless_body(visit: Visit) -> None:
    await visit.send(LINE + b"\r\n")
    await visit.forever(b"a" * 8192)


async def endless_chunks(visit: Visit) -> None:
    await visit.send(chunked())
    await visit.forever(b"2000\r\n" + b"a" * 8192 + b"\r\n")


async def endless_chunk_extension(visit: Visit) -> None:
    await visit.send(chunked() + b"5;")
    await visit.forever(b"a" * 8192)


async def endless_trailers(visit: Visit) -> None:
    await visit.send(chunked(b"hello") + b"0\r\n")
    await visit.forever(b"X-More: trailer\r\n" * 500)


async def endless_status_line(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 ")
    await visit.forever(b"O" * 8192)


async def endless_headers(visit: Visit) -> None:
    await visit.send(LINE)
    await visit.forever(b"X-More: header\r\n" * 500)


async def endless_interim(visit: Visit) -> None:
    await visit.forever(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)


async def endless_redirects(visit: Visit) -> None:
    number = int(visit.url.partition("=")[2] or 0)
    await visit.send(redirect(b"/endless-redirects?n=%d" % (number + 1)))


async def reset(visit: Visit) -> None:
    _linger_zero(visit)


async def reset_in_body(visit: Visit) -> None:
    await visit.send(LINE + b"Content-Length: 1000\r\n\r\nabc")
    _linger_zero(visit)


async def echo(visit: Visit) -> None:
    """Return the received request as the body."""
    await visit.send(whole(visit.head, b"Set-Cookie: session=1; Path=/"))


async def send_hex(visit: Visit) -> None:
    """Send the bytes that the query contains in hexadecimal, and close the connection."""
    await visit.send(bytes.fromhex(visit.url.partition("?")[2]))
    visit.writer.close()


async def conditional(visit: Visit) -> None:
    """Return 304 if the validator comes back byte for byte, otherwise 200.

    The validator is the date if the query contains `since`, otherwise the ETag.
    """
    validator = (
        visit.header("if-modified-since")
        if visit.url.endswith("since")
        else visit.header("if-none-match")
    )
    same = validator in ('W/"v1"', "Fri, 01 May 2026 00:00:00 GMT")
    await visit.send(b"HTTP/1.1 304 Not Modified\r\n\r\n" if same else whole(TEXT, b'ETag: W/"v1"'))


async def explode(visit: Visit, coding: str) -> None:
    """Send a decompression bomb without its length."""
    await visit.send(LINE + b"Content-Encoding: " + coding.encode() + b"\r\n\r\n" + bomb(coding))
    visit.writer.close()


ACTS: dict[str, Act] = {
    "/silence": silence,
    "/drip-head": drip_head,
    "/drip-body": drip_body,
    "/drip-chunks": drip_chunks,
    "/drip-gzip": drip_gzip,
    "/drip-interim": drip_interim,
    "/pause-in-body": pause_in_body,
    "/pause-in-head": pause_in_head,
    "/slow-but-fine": slow_but_fine,
    "/endless-body": endless_body,
    "/endless-chunks": endless_chunks,
    "/endless-chunk-extension": endless_chunk_extension,
    "/endless-trailers": endless_trailers,
    "/endless-status-line": endless_status_line,
    "/endless-headers": endless_headers,
    "/endless-interim": endless_interim,
    "/endless-redirects": endless_redirects,
    "/say": send_hex,
    "/reset": reset,
    "/reset-in-body": reset_in_body,
    "/echo": echo,
    "/conditional": conditional,
    "/robots-silence": silence,
    "/robots-drip": drip_body,
    "/robots-bomb": partial(explode, coding="gzip"),
    **{
        f"/bomb-{coding}": partial(explode, coding=coding)
        for coding in ("br", "deflate", "gzip", "zstd")
    },
}


async def _stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def _send_and_wait(
    words: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.read(1)
    writer.write(words)
    await reader.read()


# Ports on which TLS never comes about.
LISTENERS: dict[str, Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]] = {
    "tls-alert": partial(_send_and_wait, b"\x15\x03\x01\x00\x02\x02\x28"),
    "tls-garbage": partial(_send_and_wait, bytes(range(256))),
    "tls-hang-up": _hang_up,
    "tls-http": partial(
        _send_and_wait, whole(b"You speak TLS to a plain port.", status=b"400 Bad Request")
    ),
    "tls-old": partial(
        _send_and_wait,
        b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + bytes(32) + b"\x00\x00\x2f\x00",
    ),
    "tls-stall": _stall,
}


def _linger_zero(visit: Visit) -> None:
    raw: socket.socket = visit.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    visit.writer.transport.abort()


class HostileServer:
    """A server that listens inside its `with` block.

    `url(path)` is a URL on it, `accepted` counts all connections that it accepted.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.accepted = 0
        self.requests: list[str] = []
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hostile", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._sockets: list[socket.socket] = []
        self._ports: dict[str, int] = {}

    def __enter__(self) -> HostileServer:
        self._thread.start()
        self.port = self._ports["http"] = self.listen(self._http)
        if self._tls:
            self._ports["tls"] = self.listen(self._http, self._tls)
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        for each in self._sockets:
            each.close()
        self._loop.close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def port_of(self, name: str) -> int:
        """The port of a listener, of HTTP (`http`) or TLS (`tls`), one that nobody listens on
        (`closed`), or one that never accepts (`deaf`).
        """
        if name not in self._ports:
            self._ports[name] = (
                self.listen(LISTENERS[name]) if name in LISTENERS else self._silent_port(name)
            )
        return self._ports[name]

    def _silent_port(self, name: str) -> int:
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        port = int(listener.getsockname()[1])
        if name == "closed":
            listener.close()
            return port
        self._sockets.append(listener)
        for _ in range(4):  # a full backlog: the kernel no longer answers
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
            self._sockets.append(waiting)
        return port

    def listen(
        self,
        act: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        tls: ssl.SSLContext | None = None,
    ) -> int:
        """Open another port with its own fault and return the port."""

        async def start() -> asyncio.Server:
            return await asyncio.start_server(partial(self._accepted, act), "127.0.0.1", 0, ssl=tls)

        server: asyncio.Server = self._run(start()).result(10)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _accepted(
        self, act: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.accepted += 1
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await act(reader, writer)
        with suppress(OSError):
            writer.close()

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            visit = Visit(await reader.readuntil(b"\r\n\r\n"), reader, writer)
            path = visit.path
            self.requests.append(visit.url)
            if path in ACTS:
                await ACTS[path](visit)
            else:
                await visit.send(REPLIES.get(path, whole(b"", status=b"404 Not Found")))
            if not isinstance(REPLIES.get(path, Whole()), Whole):
                return

    def _run(self, coroutine: Any) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def hostile_server(tls: ssl.SSLContext | None = None) -> Iterator[HostileServer]:
    """Run a hostile server inside a `with` block; `tls` is the context of its TLS port."""
    with HostileServer(tls) as server:
        yield server
