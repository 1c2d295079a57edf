"""The hooks into private attributes of aiohttp, all in one module.

| hook | purpose |
|---|---|
| `TCPConnector._resolve_host` | check IP addresses written in URLs; resolvers only get names |
| `BaseConnector._factory`, `_loop` | parse responses with bounds on their heads |
| `ResponseHandler._payload` | end a body that is broken after its head |
| `ClientSession._retry_connection` | no immediate retry: PolitenessPolicy decides when |

pyproject.toml bounds the version of aiohttp, and tests/conventions/test_private_hooks.py names a
hook that an upgrade removes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.client_proto import ResponseHandler

from crawler.fetch.deadlines_and_tls import Deadline
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.ssrf_guard import SsrfGuard


def disable_retries(session: aiohttp.ClientSession) -> None:
    """Make a `session` report a lost connection instead of sending the request again at once.

    aiohttp has no public option. PolitenessPolicy decides when the host gets the next request.
    """
    session._retry_connection = False


class GuardedConnector(aiohttp.TCPConnector):
    """A connector that checks every connection with the SSRF guard, twice.

    The guard checks the IP addresses of a name, and the IP address of the socket that connects.
    """

    def __init__(self, guard: SsrfGuard, limits: HttpLimits, tls: ssl.SSLContext) -> None:
        super().__init__(
            ssl=tls, limit=0, socket_factory=self._admitted_socket, use_dns_cache=False
        )
        self._guard = guard
        self._limits = limits
        self._factory = partial(_BoundedHandler, limits, self._loop)  # type: ignore[assignment]

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Return a connection, new or reused, for the request `req`.

        `traces` and `timeout` are those of aiohttp.
        """
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
    """A response that is not valid HTTP or exceeds a limit."""


class _BoundedHandler(ResponseHandler):
    """aiohttp's response parser with bounds on everything outside the body.

    The bounds apply to status lines, headers, interim responses and chunk extensions. Bytes are fed
    head by head until the final head is complete. So bytes after the end of a body do not
    invalidate the response. A body that is broken after its head ends at once, where aiohttp waits
    for more.
    """

    def __init__(self, limits: HttpLimits, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._limits = limits
        self._has_head = False
        self._head_left = limits.header_bytes
        self._wire_left = limits.wire_bytes

    def set_response_params(self, **options: Any) -> None:
        """Begin the next exchange on this connection."""
        self._has_head = False
        self._head_left = self._limits.header_bytes
        self._wire_left = self._limits.wire_bytes
        super().set_response_params(**options)

    def feed_data(self, data: Any, size: int = 0) -> None:
        self._has_head = self._has_head or data[0].code >= 200
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        self._wire_left -= len(data)
        data = self._feed_heads(data)
        if data and self.exception() is None:
            super().data_received(data)
        wire_bytes = self._limits.wire_bytes
        self._end_if(self._wire_left < 0, f"the response has more than {wire_bytes:,} bytes")
        self._end_broken_body()

    def _feed_heads(self, data: bytes) -> bytes:
        """Feed heads until the final one is complete; return the data after it."""
        header_bytes = self._limits.header_bytes
        while data and not self._has_head and self.exception() is None:
            end = data.find(b"\r\n\r\n") + 4
            head, data = (data[:end], data[end:]) if end > 3 else (data, b"")
            super().data_received(head)
            self._head_left -= len(head)
            message = f"the response head is larger than {header_bytes:,} bytes"
            self._end_if(self._head_left < 0, message)
        return data

    def _end_broken_body(self) -> None:
        broken = self.exception()
        if broken and self._payload and not self._payload.is_eof():
            reason = getattr(broken, "message", "") or broken
            self._payload.set_exception(ProtocolError(f"the body is broken: {reason}"))

    def _end_if(self, is_exceeded: bool, message: str) -> None:
        if is_exceeded and self.transport is not None and self.exception() is None:
            self.transport.abort()
            self.set_exception(ProtocolError(message))
