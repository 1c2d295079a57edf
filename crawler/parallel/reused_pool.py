"""The killable child processes of a worker, kept between batches, because their start is slow."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Coroutine
from threading import Lock
from typing import Any, TypeVar

from crawler.parallel.killable_workers import KillablePool
from crawler.settings.engine import EngineSettings

T = TypeVar("T")
_loop: asyncio.AbstractEventLoop | None = None
_pool: KillablePool | None = None
_settings: EngineSettings | None = None  # of the pool
_lock = Lock()


def run_in_reused_pool(
    open_pool: Callable[[EngineSettings], KillablePool],
    settings: EngineSettings,
    work: Callable[[KillablePool], Coroutine[Any, Any, T]],
) -> T:
    """Return the value of `work(pool)` in this process's event loop for batches.

    The pool is `open_pool(settings)`. It stays open while the `settings` are equal, until
    `end_reused_pool`. One batch runs at a time.
    """
    global _loop, _pool, _settings
    with _lock:
        if settings != _settings:
            _end()
        if _loop is None or _pool is None:
            _loop, _pool, _settings = asyncio.new_event_loop(), open_pool(settings), settings
        return _loop.run_until_complete(work(_pool))


def end_reused_pool() -> None:
    """End the child processes and the event loop of this process."""
    with _lock:
        _end()


def _end() -> None:
    global _loop, _pool, _settings
    if _loop and _pool:
        _pool.stop()
        _loop.close()
    _loop = _pool = _settings = None


atexit.register(end_reused_pool)
