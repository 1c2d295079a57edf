"""A cache of responses: the same request gets the same bytes while the snapshot is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from crawler.explorer.worker_process import WorkerRequest, WorkerResponse

MAX_RESPONSE_BYTES = 200_000  # bytes
MAX_CACHE_BYTES = 4_000_000  # bytes


class ResponseCache:
    """Successful responses to one snapshot; the least recently used are dropped first."""

    def __init__(self) -> None:
        self._snapshot: Hashable = None
        self._responses: OrderedDict[WorkerRequest, WorkerResponse] = OrderedDict()
        self._bytes = 0

    def follow(self, snapshot: Hashable) -> None:
        """Drop the responses of other snapshots; with None drop all."""
        if snapshot != self._snapshot:
            self._snapshot, self._bytes = snapshot, 0
            self._responses.clear()

    def get(self, request: WorkerRequest) -> WorkerResponse | None:
        """Return the stored response to `request`, or None."""
        if request in self._responses:
            self._responses.move_to_end(request)
        return self._responses.get(request)

    def put(self, request: WorkerRequest, response: WorkerResponse, snapshot: Hashable) -> None:
        """Store the response to a request, unless the cache follows another `snapshot`."""
        size = len(response.body)
        if snapshot != self._snapshot or response.status != 200 or size > MAX_RESPONSE_BYTES:
            return
        if request not in self._responses:
            self._responses[request] = response
            self._bytes += size
        while self._bytes > MAX_CACHE_BYTES:
            self._bytes -= len(self._responses.popitem(last=False)[1].body)
