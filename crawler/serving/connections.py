"""Slow connections: close those on which no complete request arrives in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

REQUEST_SECONDS = 10.0  # for the headers and body of a request, and between two requests
RESPONSE_SECONDS = 60.0  # for reading an answer
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SlowConnections:
    """Knows for each connection since when it waits for its client. aiohttp has no such limit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answering: set[asyncio.BaseProtocol] = set()
        self._waiting_since: dict[asyncio.BaseProtocol, float] = {}

    async def answer(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Run `handler` and send the whole answer, for a client that reads it in time."""
        connection = request.protocol
        self._answering.add(connection)
        try:
            response = await handler(request)
            async with asyncio.timeout(RESPONSE_SECONDS):
                await response.prepare(request)
                await response.write_eof()
        except TimeoutError:
            _abort(connection)
        finally:
            self._answering.discard(connection)
            self._waiting_since[connection] = self._clock()
        return response

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


def _abort(connection: asyncio.BaseProtocol) -> None:
    transport = getattr(connection, "transport", None)
    if transport:
        transport.abort()
