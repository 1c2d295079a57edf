"""Slow connections: close those on which no complete request arrives in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

REQUEST_SECONDS = 10.0  # for the headers and body of a request, and between two requests
RESPONSE_SECONDS = 60.0  # for reading a response
MOST_UNREAD = 12 * 1024 * 1024  # bytes of all responses that clients have not read yet
_BUFFER_BYTES = 64 * 1024
_POLL_SECONDS = 0.05
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SlowConnections:
    """The time since when each connection waits for its client. aiohttp has no such limit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._responding: set[asyncio.BaseProtocol] = set()
        self._waiting_since: dict[asyncio.BaseProtocol, float] = {}
        self._unread = 0

    async def respond(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Run `handler` for a request, send its whole response and return it.

        The client must read it in time: in `longest_seconds` of the response, if it has this
        attribute. Large responses are refused with 503 while clients leave too many bytes unread.
        """
        connection = request.protocol
        self._responding.add(connection)
        try:
            response = await handler(request)
            size = len(getattr(response, "body", None) or b"")
            if size + self._unread > MOST_UNREAD:
                response, size = web.Response(status=503, headers={"Retry-After": "60"}), 0
            await self._send(request, response, size)
        finally:
            self._responding.discard(connection)
            self._waiting_since[connection] = self._clock()
        return response

    async def _send(self, request: web.Request, response: web.StreamResponse, size: int) -> None:
        self._unread += size
        try:
            seconds = getattr(response, "longest_seconds", RESPONSE_SECONDS)
            async with asyncio.timeout(seconds):
                await response.prepare(request)
                await response.write_eof()
                await _drained(request.transport)
        except TimeoutError:
            _abort(request.protocol)
        finally:
            self._unread -= size
            if isinstance(response, web.Response):
                response.body = None  # aiohttp keeps the last response of every open connection

    def close_late(self, connections: Iterable[asyncio.BaseProtocol]) -> int:
        """Close the connections that wait for their client for too long. Returns how many."""
        now = self._clock()
        waiting_since = self._waiting_since
        self._waiting_since = {
            connection: waiting_since.get(connection, now)
            for connection in connections
            if connection not in self._responding
        }
        late = [c for c, since in self._waiting_since.items() if now - since >= REQUEST_SECONDS]
        for connection in late:
            _abort(connection)
        return len(late)


async def _drained(transport: asyncio.WriteTransport | None) -> None:
    """Wait until the client has read almost everything; aiohttp returns before that."""
    while transport and transport.get_write_buffer_size() > _BUFFER_BYTES:
        await asyncio.sleep(_POLL_SECONDS)


def _abort(connection: asyncio.BaseProtocol) -> None:
    transport = getattr(connection, "transport", None)
    if transport:
        transport.abort()
