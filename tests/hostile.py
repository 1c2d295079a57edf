"""A raw-socket server on loopback that misbehaves by name: the path (or, before HTTP begins, the port) says what it does wrong.

One thread runs one event loop. `REPLIES` are bytes sent as they stand, `ACTS` are misbehaviours that take time or look at the request,
`LISTENERS` are those that never get as far as HTTP. Add a row to add a fault.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any

import brotli
import zstandard

Act = Callable[["Visit"], Awaitable[None]]
TEXT = b"The trail of one article. " * 100
LINE = b"HTTP/1.1 200 OK\r\n"
CLOSED = b"User-agent: *\nDisallow: /\n"
DRIP_SECONDS = 0.02


class Visit:
    """One request as it came in, and the way to answer it byte by byte."""

    def __init__(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.head = head
        self.reader = reader
        self.writer = writer
        self.url = head.split(b" ", 2)[1].decode()
        self.path = self.url.partition("?")[0]
        host = self.asked("host") or ""
        if self.path == "/robots.txt" and host.endswith(".example"):  # robots-x.example has the robots file that /robots-x answers with
            self.path = "/" + host.removesuffix(".example")

    def asked(self, name: str) -> str | None:
        """The value of a request header, None when it was not sent."""
        prefix = name.lower().encode() + b":"
        return next((line.split(b":", 1)[1].strip().decode() for line in self.head.split(b"\r\n") if line.lower().startswith(prefix)), None)

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
        """Do nothing until the other side goes away."""
        await self.reader.read()


class Whole(bytes):
    """An answer after which the connection can go on."""


def whole(body: bytes = TEXT, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """A well-formed answer with a length."""
    return Whole(b"".join([b"HTTP/1.1 ", status, b"\r\n", *(line + b"\r\n" for line in (*headers, b"Content-Length: %d" % len(body))), b"\r\n", body]))


def coded(coding: bytes, body: bytes) -> bytes:
    """A well-formed answer whose body claims a coding."""
    return whole(body, b"Content-Encoding: " + coding)


def chunked(*chunks: bytes) -> bytes:
    """The head of a chunked answer and these chunks; give b"" to end it."""
    return LINE + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def raw_deflate(data: bytes) -> bytes:
    """DEFLATE without zlib's wrapper, as some servers send it."""
    press = zlib.compressobj(wbits=-15)
    return press.compress(data) + press.flush()


@cache
def bomb(coding: str, size: int = 200_000_000) -> bytes:
    """A small body that unpacks to `size` zero bytes (those of zlib without an end, so that making them is quick)."""
    zeros = bytes(1_000_000)
    if coding == "br":
        press = brotli.Compressor(quality=1)
        return b"".join([*(press.process(zeros) for _ in range(size // len(zeros))), press.finish()])
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=1).compress(zeros) * (size // len(zeros))
    deflate = zlib.compressobj(9, wbits=31 if coding == "gzip" else 15)
    start = deflate.compress(b"") + deflate.flush(zlib.Z_FULL_FLUSH)
    return start + (deflate.compress(zeros) + deflate.flush(zlib.Z_FULL_FLUSH)) * (size // len(zeros))


def redirect(location: bytes, status: bytes = b"302 Found") -> bytes:
    """A redirect without a body."""
    return whole(b"", b"Location: " + location, status=status)


REPLIES: dict[str, bytes] = {
    # bodies
    "/fine": whole(TEXT, b"Content-Type: text/html; charset=utf-8"),
    "/empty": whole(b""),
    "/until-close": LINE + b"\r\n" + TEXT,
    "/http10": b"HTTP/1.0 200 OK\r\n\r\n" + TEXT,
    "/short-body": LINE + b"Content-Length: 9999\r\n\r\n" + TEXT,
    "/no-body-at-all": LINE + b"Content-Length: 10\r\n\r\n",
    "/long-body": LINE + b"Content-Length: 10\r\n\r\n" + TEXT,
    "/ten-gigabytes": LINE + b"Content-Length: 10000000000\r\n\r\n" + TEXT,
    "/100k": whole(b"x" * 100_000),
    "/100k-plus-one": whole(b"x" * 100_001),
    # lengths
    "/length-negative": LINE + b"Content-Length: -1\r\n\r\n" + TEXT,
    "/length-text": LINE + b"Content-Length: plenty\r\n\r\n" + TEXT,
    "/length-huge": LINE + b"Content-Length: 99999999999999999999999\r\n\r\n" + TEXT,
    "/length-plus": LINE + b"Content-Length: +10\r\n\r\n0123456789",
    "/length-twice": LINE + b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n" + TEXT,
    "/length-list": LINE + b"Content-Length: 10, 20\r\n\r\n" + TEXT,
    "/length-and-chunked": LINE + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    # chunks
    "/chunked": chunked(TEXT, TEXT, b""),
    "/chunk-extension": LINE + b"Transfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\n\r\n",
    "/chunk-trailer": LINE + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n",
    "/chunk-unended": chunked(TEXT),
    "/chunk-size-text": LINE + b"Transfer-Encoding: chunked\r\n\r\nfive\r\nhello\r\n0\r\n\r\n",
    "/chunk-size-huge": LINE + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "/chunk-size-wrong": LINE + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
    "/transfer-unknown": LINE + b"Transfer-Encoding: rot13\r\n\r\n" + TEXT,
    # codings
    "/gzip": coded(b"gzip", gzip.compress(TEXT)),
    "/x-gzip": coded(b"X-GZip", gzip.compress(TEXT)),
    "/gzip-members": coded(b"gzip", gzip.compress(TEXT) + gzip.compress(TEXT)),
    "/gzip-padded": coded(b"gzip", gzip.compress(TEXT) + bytes(512)),
    "/gzip-empty": coded(b"gzip", b""),
    "/gzip-truncated": coded(b"gzip", gzip.compress(TEXT)[:-20]),
    "/gzip-without-check": coded(b"gzip", gzip.compress(TEXT)[:-8]),
    "/gzip-corrupt": coded(b"gzip", gzip.compress(TEXT)[:30] + b"\xff" * 30),
    "/gzip-wrong-check": coded(b"gzip", gzip.compress(TEXT)[:-8] + bytes(8)),
    "/gzip-trailing": coded(b"gzip", gzip.compress(TEXT) + b"and more"),
    "/gzip-one-byte": coded(b"gzip", b"\x1f"),
    "/gzip-plain": coded(b"gzip", TEXT),
    "/gzip-twice": coded(b"gzip, gzip", gzip.compress(gzip.compress(TEXT))),
    "/gzip-two-headers": whole(gzip.compress(gzip.compress(TEXT)), b"Content-Encoding: gzip", b"Content-Encoding: gzip"),
    "/gzip-five-deep": coded(b"gzip, gzip, gzip, gzip, gzip", b"x"),
    "/deflate": coded(b"deflate", zlib.compress(TEXT)),
    "/deflate-raw": coded(b"deflate", raw_deflate(TEXT)),
    "/deflate-truncated": coded(b"deflate", zlib.compress(TEXT)[:-10]),
    "/deflate-trailing": coded(b"deflate", zlib.compress(TEXT) + b"more"),
    "/br": coded(b"br", brotli.compress(TEXT)),
    "/br-truncated": coded(b"br", brotli.compress(TEXT)[:-3]),
    "/br-corrupt": coded(b"br", b"\xff" * 50),
    "/br-trailing": coded(b"br", brotli.compress(TEXT) + b"more"),
    "/zstd": coded(b"zstd", zstandard.compress(TEXT)),
    "/zstd-frames": coded(b"zstd", zstandard.compress(TEXT) + zstandard.compress(TEXT)),
    "/zstd-truncated": coded(b"zstd", zstandard.compress(TEXT)[:-4]),
    "/zstd-corrupt": coded(b"zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 50),
    "/zstd-huge-window": coded(b"zstd", b"\x28\xb5\x2f\xfd\x00\x98" + b"\x01\x00\x00"),
    "/identity": coded(b"identity", TEXT),
    "/coding-unknown": coded(b"compress", TEXT),
    "/coding-nonsense": coded(b"\xfffoo", TEXT),
    # heads
    "/no-status-line": TEXT,
    "/http09": b"<html>hello</html>",
    "/garbage": bytes(range(1, 255)),
    "/status-only": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi",
    "/status-text": b"HTTP/1.1 many OK\r\n\r\n",
    "/status-999": whole(status=b"999 No"),
    "/status-99": whole(status=b"99 No"),
    "/reason-garbage": b"HTTP/1.1 200 \xff\xfe\xfd\r\nContent-Length: 2\r\n\r\nhi",
    "/http2": b"HTTP/2 200\r\nContent-Length: 2\r\n\r\nhi",
    "/http99": b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    "/line-feeds-only": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
    "/header-without-colon": LINE + b"Nonsense\r\nContent-Length: 2\r\n\r\nhi",
    "/header-folded": LINE + b"X-Long: one\r\n two\r\nContent-Length: 2\r\n\r\nhi",
    "/header-space-name": LINE + b"Content Length: 2\r\n\r\nhi",
    "/header-nul": LINE + b"X-Nul: a\0b\r\nContent-Length: 2\r\n\r\nhi",
    "/header-latin1": whole(b"hi", b"X-Name: Z\xfcrich"),
    "/header-utf8": whole(b"hi", "X-Name: Zürich".encode()),
    "/header-1mb": whole(b"hi", b"X-Big: " + b"a" * 1_000_000),
    "/header-40kb": whole(b"hi", b"X-Big: " + b"a" * 40_000),
    "/header-70kb-in-two": whole(b"hi", b"X-Big: " + b"a" * 35_000, b"X-Big: " + b"a" * 35_000),
    "/headers-500": whole(b"hi", *(b"X-%d: 1" % n for n in range(500))),
    "/headers-50000": whole(b"hi", *(b"X-%d: 1" % n for n in range(50_000))),
    "/cookies-10000": whole(b"hi", *(b"Set-Cookie: c%d=1" % n for n in range(10_000))),
    "/interim-few": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + whole(b"hi"),
    "/interim-20000": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20_000 + whole(b"hi"),
    "/switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: irc\r\nConnection: upgrade\r\n\r\nNICK",
    "/hang-up": b"",
    "/head-only": LINE,
    # statuses
    "/204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/304": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "/304-with-body": whole(b"hi", status=b"304 Not Modified"),
    **{f"/{code}": whole(b"", status=b"%d Status" % code) for code in (400, 401, 402, 403, 404, 405, 407, 410, 418, 429, 451, 500, 502, 503, 504, 520)},
    # redirects
    "/to-nowhere": whole(b"", status=b"302 Found"),
    "/to-empty": redirect(b""),
    "/to-fine": redirect(b"/fine"),
    "/to-fine-301": redirect(b"fine", b"301 Moved Permanently"),
    "/to-fine-303": redirect(b"./fine#part", b"303 See Other"),
    "/to-fine-307": redirect(b"?q=1", b"307 Temporary Redirect"),
    "/to-fine-308": redirect(b"/a/../fine", b"308 Permanent Redirect"),
    "/to-fine-endless-body": LINE.replace(b"200 OK", b"302 Found") + b"Location: /fine\r\nContent-Length: 99999999\r\n\r\n" + TEXT,
    "/to-latin1": redirect(b"/caf\xe9"),
    "/to-utf8": redirect("/café".encode()),
    "/to-file": redirect(b"file:///etc/passwd"),
    "/to-ftp": redirect(b"ftp://ftp.example/x"),
    "/to-data": redirect(b"data:text/html,hello"),
    "/to-javascript": redirect(b"javascript:alert(1)"),
    "/to-gopher": redirect(b"gopher://127.0.0.1:70/_x"),
    "/to-broken": redirect(b"http://[::1"),
    "/to-metadata": redirect(b"http://169.254.169.254/latest/meta-data/"),
    "/to-private": redirect(b"http://10.0.0.1/"),
    "/to-userinfo": redirect(b"http://user:secret@example.org/"),
    "/to-port-22": redirect(b"http://example.org:22/"),
    "/to-itself": redirect(b"/to-itself"),
    "/loop-a": redirect(b"/loop-b"),
    "/loop-b": redirect(b"/loop-a"),
    **{f"/hops-{n}": redirect(b"/hops-%d" % (n - 1)) for n in range(2, 9)},
    "/hops-1": redirect(b"/fine"),
    **{f"/private-in-{n}": redirect(b"/private-in-%d" % (n - 1)) for n in range(2, 6)},
    "/private-in-1": redirect(b"http://192.168.0.1/"),
    # robots files
    "/robots-open": whole(b"User-agent: *\nAllow: /\n"),
    "/robots-closed": whole(CLOSED),
    "/robots-bom": whole(b"\xef\xbb\xbf" + CLOSED),
    "/robots-cr": whole(CLOSED.replace(b"\n", b"\r")),
    "/robots-crlf": whole(CLOSED.replace(b"\n", b"\r\n")),
    "/robots-nul": whole(bytes(1000) + b"\n" + CLOSED),
    "/robots-html": whole(b"<!doctype html><title>Not found</title><p>Disallow: / is not what this is.", b"Content-Type: text/html"),
    "/robots-empty": whole(b""),
    "/robots-gzip": coded(b"gzip", gzip.compress(CLOSED)),
    "/robots-gzip-broken": coded(b"gzip", gzip.compress(CLOSED)[:-9]),
    "/robots-rule-early": whole(CLOSED + b"#" * 2_000_000),
    "/robots-rule-late": whole(b"#" * 2_000_000 + b"\n" + CLOSED),
    "/robots-other": whole(b"User-agent: otherbot\nDisallow: /\n"),
    "/robots-ours": whole(b"User-agent: *\nDisallow: /\n\nUser-agent: HashTrail\nDisallow: /fine/no\n"),
    "/robots-moved": redirect(b"/robots-closed", b"301 Moved Permanently"),
    "/robots-hops": redirect(b"/hops-4"),
    "/robots-loop": redirect(b"/loop-a"),
    "/robots-private": redirect(b"http://10.0.0.1/robots.txt"),
    "/robots-hang-up": b"",
    "/robots-no-http": TEXT,
    **{f"/robots-{code}": whole(CLOSED, status=b"%d Status" % code) for code in (400, 401, 403, 404, 410, 429, 451, 500, 503)},
    # validators and directives
    "/robots-tag": whole(TEXT, b"X-Robots-Tag: noarchive, max-snippet: 50", b"X-Robots-Tag: otherbot: noindex"),
    "/tdm": whole(TEXT, b"TDM-Reservation: 1"),
}


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
    """Answers with the request it got."""
    await visit.send(whole(visit.head, b"Set-Cookie: session=1; Path=/"))


async def conditional(visit: Visit) -> None:
    """304 when the validator comes back byte for byte, 200 otherwise."""
    tag = b'W/"v1;\xc2\xb7 =,"' if visit.url.endswith("odd") else b'W/"v1"'
    same = visit.asked("if-none-match") == tag.decode()
    await visit.send(b"HTTP/1.1 304 Not Modified\r\n\r\n" if same else whole(TEXT, b"ETag: " + tag))


async def explode(visit: Visit, coding: str) -> None:
    """A bomb, sent without its length."""
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
    "/reset": reset,
    "/reset-in-body": reset_in_body,
    "/echo": echo,
    "/conditional": conditional,
    "/robots-silence": silence,
    "/robots-drip": drip_body,
    "/robots-bomb": partial(explode, coding="gzip"),
    **{f"/bomb-{coding}": partial(explode, coding=coding) for coding in ("br", "deflate", "gzip", "zstd")},
}


async def _stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def _say(words: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(words)
    await reader.read()


# Ports on which TLS never comes about.
LISTENERS: dict[str, Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]] = {
    "tls-alert": partial(_say, b"\x15\x03\x01\x00\x02\x02\x28"),
    "tls-garbage": partial(_say, bytes(range(256))),
    "tls-hang-up": _hang_up,
    "tls-http": partial(_say, whole(b"You speak TLS to a plain port.", status=b"400 Bad Request")),
    "tls-old": partial(_say, b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + bytes(32) + b"\x00\x00\x2f\x00"),
    "tls-stall": _stall,
}


def _linger_zero(visit: Visit) -> None:
    raw: socket.socket = visit.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    visit.writer.transport.abort()


class HostileServer:
    """Listens while it is entered. `url(path)` is an address on it, `accepted` counts the connections it ever took."""

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
        """The port of a listener, of HTTP (`http`) or TLS (`tls`), one that nobody listens on (`closed`), or one that never accepts (`deaf`)."""
        if name not in self._ports:
            self._ports[name] = self.listen(LISTENERS[name]) if name in LISTENERS else self._silent_port(name)
        return self._ports[name]

    def _silent_port(self, name: str) -> int:
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        port = int(listener.getsockname()[1])
        if name == "closed":
            listener.close()
            return port
        self._sockets.append(listener)
        for _ in range(4):  # a full backlog: the kernel answers no more
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
            self._sockets.append(waiting)
        return port

    def listen(self, act: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], tls: ssl.SSLContext | None = None) -> int:
        """Another port of this server, with its own misbehaviour; returns the port."""

        async def start() -> asyncio.Server:
            return await asyncio.start_server(partial(self._accepted, act), "127.0.0.1", 0, ssl=tls)

        server: asyncio.Server = self._run(start()).result(10)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _accepted(self, act: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
    """A hostile server for the length of a `with`; `tls` serves its TLS port."""
    with HostileServer(tls) as server:
        yield server
