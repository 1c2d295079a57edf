"""The queue of visits: the bucket with the earliest free time is next, one visit at a time.

No I/O. The design is that of Mercator's frontier.
"""

from __future__ import annotations

import heapq
from collections import deque
from datetime import datetime

from crawler.fetch.fetcher import Visit


class Frontier:
    """Queued visits by host bucket. A bucket is busy from `take` until `release`."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Visit]] = {}
        self._busy: set[str] = set()
        self._ready: list[tuple[datetime, int, str]] = []
        self._sequence = 0

    def __bool__(self) -> bool:
        """Whether a visit is queued."""
        return bool(self._waiting)

    def add(self, visit: Visit, free_at: datetime, *, is_first: bool = False) -> None:
        """Queue a visit behind the others of its bucket, or before them if it `is_first`.

        Requests may start at `free_at`.
        """
        bucket = visit.bucket
        if bucket in self._waiting:
            queue = self._waiting[bucket]
            (queue.appendleft if is_first else queue.append)(visit)
            return
        self._waiting[bucket] = deque([visit])
        if bucket not in self._busy:
            self._push(free_at, bucket)

    def next_at(self) -> datetime | None:
        """Return the time of the next visit; None while all queued visits have busy buckets."""
        return self._ready[0][0] if self._ready else None

    def take(self, now: datetime) -> Visit | None:
        """Return the visit of the bucket that is free longest; None when none is free yet."""
        if not self._ready or self._ready[0][0] > now:
            return None
        bucket = heapq.heappop(self._ready)[2]
        self._busy.add(bucket)
        queue = self._waiting[bucket]
        visit = queue.popleft()
        if not queue:
            del self._waiting[bucket]
        return visit

    def release(self, bucket: str, free_at: datetime) -> None:
        """Mark the visit to a `bucket` as finished; the next may start at `free_at`."""
        self._busy.discard(bucket)
        if bucket in self._waiting:
            self._push(free_at, bucket)

    def _push(self, at: datetime, bucket: str) -> None:
        self._sequence += 1
        heapq.heappush(self._ready, (at, self._sequence, bucket))
