"""Answers of the current snapshot: the same request gets the same bytes until the file changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from crawler.explorer.worker_process import WorkerRequest, WorkerResponse

LARGEST_ANSWER = 200_000  # bytes
LARGEST_CACHE = 4_000_000  # bytes


class ResponseCache:
    """Successful answers, the least recently used dropped first. Holds one snapshot only."""

    def __init__(self) -> None:
        self._snapshot: Hashable = None
        self._answers: OrderedDict[WorkerRequest, WorkerResponse] = OrderedDict()
        self._bytes = 0

    def follow(self, snapshot: Hashable) -> None:
        """Drop the answers of other snapshots; None drops all."""
        if snapshot != self._snapshot:
            self._snapshot, self._bytes = snapshot, 0
            self._answers.clear()

    def get(self, request: WorkerRequest) -> WorkerResponse | None:
        """The answer to `request`, if it is known."""
        if request in self._answers:
            self._answers.move_to_end(request)
        return self._answers.get(request)

    def put(self, request: WorkerRequest, answer: WorkerResponse, snapshot: Hashable) -> None:
        """Store an answer that was read from `snapshot`, unless another one is followed."""
        size = len(answer.body)
        if snapshot != self._snapshot or answer.status != 200 or size > LARGEST_ANSWER:
            return
        if request not in self._answers:
            self._answers[request] = answer
            self._bytes += size
        while self._bytes > LARGEST_CACHE:
            self._bytes -= len(self._answers.popitem(last=False)[1].body)
