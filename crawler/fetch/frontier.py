"""Which visit comes next: those of the cell that may be asked soonest, one per cell at a time.

Pure; the shape of Mercator's frontier.
"""

from __future__ import annotations

import heapq
from collections import deque
from datetime import datetime

from crawler.fetch.fetcher import Visit


class Frontier:
    """Visits waiting for their cells. A cell that was taken from is busy until it is released."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Visit]] = {}
        self._busy: set[str] = set()
        self._ready: list[tuple[datetime, int, str]] = []
        self._turn = 0

    def __bool__(self) -> bool:
        """Whether any visit waits."""
        return bool(self._waiting)

    def add(self, visit: Visit, free_at: datetime) -> None:
        """Queue a visit behind the others of its cell, which may be asked from `free_at` on."""
        cell = visit.cell
        if cell in self._waiting:
            self._waiting[cell].append(visit)
            return
        self._waiting[cell] = deque([visit])
        if cell not in self._busy:
            self._push(free_at, cell)

    def next_at(self) -> datetime | None:
        """When the next visit may start; None while all that wait belong to busy cells."""
        return self._ready[0][0] if self._ready else None

    def take(self, now: datetime) -> Visit | None:
        """The visit whose cell has been free longest, or None when no cell is free yet."""
        if not self._ready or self._ready[0][0] > now:
            return None
        cell = heapq.heappop(self._ready)[2]
        self._busy.add(cell)
        queue = self._waiting[cell]
        visit = queue.popleft()
        if not queue:
            del self._waiting[cell]
        return visit

    def release(self, cell: str, free_at: datetime) -> None:
        """A visit of this cell is over; the next may start at `free_at`."""
        self._busy.discard(cell)
        if cell in self._waiting:
            self._push(free_at, cell)

    def _push(self, at: datetime, cell: str) -> None:
        self._turn += 1
        heapq.heappush(self._ready, (at, self._turn, cell))
