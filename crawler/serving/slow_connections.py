"""Slow connections: close those on which no complete request arrives in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

REQUEST_SECONDS = 10.0  # for the headers and body of a request, and between two requests
RESPONSE_SECONDS = 60.0  # for reading an answer
MOST_UNREAD = 12 * 1024 * 1024  # bytes of all answers that their clients have not read yet
_BUFFER_BYTES = 64 * 1024
_LOOK_SECONDS = 0.05
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SlowConnections:
    """Knows for each connection since when it waits for its client. aiohttp has no such limit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answering: set[asyncio.BaseProtocol] = set()
        self._waiting_since: dict[asyncio.BaseProtocol, float] = {}
        self._unread = 0

    async def answer(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Run `handler` and send the whole answer, for a client that reads it in time.

        Large answers are refused with 503 while clients leave too many bytes unread.
        """
        connection = request.protocol
        self._answering.add(connection)
        try:
            response = await handler(request)
            size = len(getattr(response, "body", None) or b"")
            if size + self._unread > MOST_UNREAD:
                response, size = web.Response(status=503, headers={"Retry-After": "60"}), 0
            await self._send(request, response, size)
        finally:
            self._answering.discard(connection)
            self._waiting_since[connection] = self._clock()
        return response

    async def _send(self, request: web.Request, response: web.StreamResponse, size: int) -> None:
        self._unread += size
        try:
            async with asyncio.timeout(RESPONSE_SECONDS):
                await response.prepare(request)
                await response.write_eof()
                await _drained(request.transport)
        except TimeoutError:
            _abort(request.protocol)
        finally:
            self._unread -= size
            if isinstance(response, web.Response):
                response.body = None  # aiohttp keeps the last answer of every open connection

    def close_late(self, connections: Iterable[asyncio.BaseProtocol]) -> int:
        """Close the connections that wait for their client for too long. Returns how many."""
        now = self._clock()
        known = self._waiting_since
        self._waiting_since = {
            connection: known.get(connection, now)
            for connection in connections
            if connection not in self._answering
        }
        late = [c for c, since in self._waiting_since.items() if now - since >= REQUEST_SECONDS]
        for connection in late:
            _abort(connection)
        return len(late)


async def _drained(transport: asyncio.WriteTransport | None) -> None:
    """Wait until the client has read almost everything; aiohttp returns before."""
    while transport and transport.get_write_buffer_size() > _BUFFER_BYTES:
        await asyncio.sleep(_LOOK_SECONDS)


def _abort(connection: asyncio.BaseProtocol) -> None:
    transport = getattr(connection, "transport", None)
    if transport:
        transport.abort()
