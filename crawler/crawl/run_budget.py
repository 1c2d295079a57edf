"""The budget of a run: what it has used, and whether a further request may start."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.settings.budget import BudgetSettings

Exchange = Callable[[FetchRequest], Awaitable[Response | Failure]]

COLLECT_SHARE = 0.5
RECHECK_SHARE = 0.7
WHOLE = 1.0
_DISK_EVERY = 25  # requests between two measurements of the disk
_MEGABYTE = 1_000_000


class RunBudget:
    """The used part of the budget of one run, which starts now.

    `settings` has the limits, `state` is the folder that grows. `ended_by` is the name of the first
    budget that prevented a request, empty if none did. A step may use a share of each budget, so
    that an early step leaves some of it to the later ones.
    """

    def __init__(self, settings: BudgetSettings, state: Path, now: Callable[[], datetime]) -> None:
        self.ended_by = ""
        self.requests = 0
        self.bytes = 0
        self._share = WHOLE
        self._settings = settings
        self._state = state
        self._now = now
        self._started = now()
        self._bytes_before = _stored_bytes(state)
        self._disk_mb = 0.0
        self._is_disk_short = False
        self._measured_at = -_DISK_EVERY

    @property
    def until(self) -> datetime:
        """The time at which the budget of hours ends."""
        return self._started + timedelta(hours=self._settings.hours)

    def counted(self, exchange: Exchange) -> Exchange:
        """Return `exchange`, which counts its requests and downloaded bytes here."""

        async def count_and_exchange(request: FetchRequest) -> Response | Failure:
            self.requests += 1
            response = await exchange(request)
            if isinstance(response, Response):
                self.bytes += response.wire_bytes
            return response

        return count_and_exchange

    def add(self, requests: int, size: int) -> None:
        """Count `requests` of another machine that downloaded `size` bytes."""
        self.requests += requests
        self.bytes += size

    @contextmanager
    def step(self, share: float) -> Iterator[None]:
        """Yield while a step may use each budget up to this `share` of it (0 to 1)."""
        self._share = share
        try:
            yield
            self.is_used_up()
        finally:
            self._share = WHOLE

    def is_used_up(self) -> bool:
        """Whether no further request may start. Its first reason is stored in `ended_by`."""
        name = self._used_up()
        self.ended_by = self.ended_by or name
        return bool(name)

    def _used_up(self) -> str:
        """The name of the budget of which the current share is used up, or ''."""
        used = self.used()
        for name, limit in self.limits().items():
            if used[name] >= limit * self._share:
                return name
        return "free_mb" if self._is_disk_short else ""

    def requests_left(self) -> int | None:
        """Return how many requests the current step may start; None without a limit."""
        limit = self._settings.requests
        return max(ceil(limit * self._share) - self.requests, 0) if limit else None

    def limits(self) -> dict[str, float]:
        """Return the limit of each budget that has one."""
        settings = self._settings
        limits = {
            "requests": float(settings.requests),
            "megabytes": settings.megabytes,
            "disk_mb": settings.disk_mb,
        }
        return {"hours": settings.hours} | {name: limit for name, limit in limits.items() if limit}

    def used(self) -> dict[str, float]:
        """Return the used part of each budget."""
        self._measure_disk()
        return {
            "hours": max((self._now() - self._started).total_seconds() / 3600, 0.0),
            "requests": float(self.requests),
            "megabytes": self.bytes / _MEGABYTE,
            "disk_mb": self._disk_mb,
        }

    def _measure_disk(self) -> None:
        """Measure growth and free space again after some requests: a walk costs milliseconds."""
        if self.requests - self._measured_at < _DISK_EVERY:
            return
        self._measured_at = self.requests
        self._disk_mb = max(_stored_bytes(self._state) - self._bytes_before, 0) / _MEGABYTE
        free = shutil.disk_usage(self._state).free if self._state.is_dir() else None
        self._is_disk_short = free is not None and free < self._settings.free_mb * _MEGABYTE


def _stored_bytes(state: Path) -> int:
    """The size of the database and of the archive in `state`."""
    paths = [*state.glob("hashtrail.db*"), *state.glob("archive/*")]
    return sum(map(_file_size, paths))


def _file_size(path: Path) -> int:
    """The size of a file; 0 if it was deleted meanwhile."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
