"""An event loop whose clock jumps to the next timer, so that waiting takes no real time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
T = TypeVar("T")


class _Jump(selectors.SelectSelector):
    elapsed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(timeout if timeout is None else 0)
        if not ready and timeout:
            self.elapsed += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jump = _Jump()
        super().__init__(self.jump)

    def time(self) -> float:
        return self.jump.elapsed


def now() -> datetime:
    """Return the virtual time inside `run`, which starts at START."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(coroutine)
