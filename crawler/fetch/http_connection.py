"""TCP and TLS under one exchange: every connection through the guard, every stage under its
deadline, every response head of bounded size.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.client_proto import ResponseHandler

from crawler.errors import ConfigurationError
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.ssrf_guard import SsrfGuard


class Deadline:
    """The time left to one exchange: the end of its stage (dns, connect, tls, answer) or the end of
    everything, whichever comes first.
    """

    current: ContextVar[Deadline] = ContextVar("deadline")

    def __init__(self, timer: asyncio.Timeout, total: float) -> None:
        self.stage = "dns"
        self.seconds = total
        self._total = total
        self._timer = timer
        self._end = asyncio.get_running_loop().time() + total

    def enter(self, stage: str, seconds: float | None = None) -> None:
        """A new stage begins, with `seconds` of its own or with all that is left."""
        if stage == self.stage:  # a second address of the same name gets no second helping
            return
        self.stage, self.seconds = (
            stage,
            self._total if seconds is None else min(seconds, self._total),
        )
        now = asyncio.get_running_loop().time()
        self._timer.reschedule(self._end if seconds is None else min(self._end, now + seconds))


class GuardedConnector(aiohttp.TCPConnector):
    """aiohttp's connector, asking the guard where a name leads and, once more, at the very socket
    about to connect.

    aiohttp has public hooks for names (a resolver) but not for literal addresses, hence
    `_resolve_host`; the socket factory is public and stands alone.
    """

    def __init__(self, guard: SsrfGuard, limits: HttpLimits, tls: ssl.SSLContext) -> None:
        super().__init__(
            ssl=tls, limit=0, socket_factory=self._admitted_socket, use_dns_cache=False
        )
        self._guard = guard
        self._limits = limits
        self._factory = partial(_BoundedHandler, limits, self._loop)  # type: ignore[assignment]

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        """A connection for a request, new or used before."""
        connection = await super().connect(req, traces, timeout)
        Deadline.current.get().enter("answer")
        return connection

    async def _resolve_host(self, host: str, port: int, traces: Any = None) -> list[ResolveResult]:
        endpoints = await self._guard.endpoints(host, port)
        Deadline.current.get().enter("connect", self._limits.connect)
        flags = socket.AI_NUMERICHOST
        return [
            ResolveResult(hostname=host, host=address, port=real, family=0, proto=0, flags=flags)
            for address, real in endpoints
        ]

    def _admitted_socket(self, address: Any) -> socket.socket:
        family, kind, protocol, _, sockaddr = address
        self._guard.admit(sockaddr[0])
        return socket.socket(family, kind, protocol)


class ProtocolError(aiohttp.ClientError):
    """A server that does not keep to the protocol, or goes on about itself without coming to the
    point.
    """


class _BoundedHandler(ResponseHandler):
    """aiohttp's reader of responses, with a bound on everything that is not body: status lines,
    headers, interim replies, chunk extensions.

    Bytes are fed head by head until the answer is there, so that what follows a body which should
    have ended does not take the answer with it; and a body
    that turns out broken after its head is told so, where aiohttp would wait for more.
    """

    def __init__(self, limits: HttpLimits, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._limits = limits
        self._answered = False
        self._head_left = limits.header_bytes
        self._wire_left = limits.wire_bytes

    def set_response_params(self, **options: Any) -> None:
        """The next exchange on this connection begins."""
        self._answered, self._head_left, self._wire_left = (
            False,
            self._limits.header_bytes,
            self._limits.wire_bytes,
        )
        super().set_response_params(**options)

    def feed_data(self, data: Any, size: int = 0) -> None:
        self._answered = self._answered or data[0].code >= 200
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        self._wire_left -= len(data)
        while data and not self._answered and self.exception() is None:
            end = data.find(b"\r\n\r\n") + 4
            head, data = (data[:end], data[end:]) if end > 3 else (data, b"")
            super().data_received(head)
            self._head_left -= len(head)
            self._end_if(
                self._head_left < 0,
                f"the response head is larger than {self._limits.header_bytes:,} bytes",
            )
        if data and self.exception() is None:
            super().data_received(data)
        self._end_if(
            self._wire_left < 0, f"more than {self._limits.wire_bytes:,} bytes came over the wire"
        )
        broken = self.exception()
        if broken and self._payload and not self._payload.is_eof():
            self._payload.set_exception(
                ProtocolError(f"the body is broken: {getattr(broken, 'message', '') or broken}")
            )

    def _end_if(self, too_much: bool, message: str) -> None:
        if too_much and self.transport is not None and self.exception() is None:
            self.transport.abort()
            self.set_exception(ProtocolError(message))


class _TimedContext(ssl.SSLContext):
    """A TLS context that says when a handshake begins: asyncio wraps its buffers at that moment."""

    handshake_seconds = 5.0

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        Deadline.current.get().enter("tls", self.handshake_seconds)
        return super().wrap_bio(*arguments, **options)


@lru_cache(maxsize=8)
def tls_context(ca_bundle: str, handshake_seconds: float) -> ssl.SSLContext:
    """Return a TLS context (1.2 or newer) that checks certificates and host names.

    It trusts the authorities in `ca_bundle` (a PEM file), or those of the system if that is empty.
    A handshake may take `handshake_seconds`. Raises ConfigurationError for an unusable file.
    """
    context = _TimedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.handshake_seconds = handshake_seconds
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if not ca_bundle:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(Path(ca_bundle))
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"[fetch] ca_bundle: {ca_bundle}: {error}.", "Name a PEM file with certificates."
        ) from None
    return context
