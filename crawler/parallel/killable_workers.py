"""Child processes that can be killed, with a deadline and a memory limit for each call.

Two lanes keep hostile input from delaying other input. Every call gets a short try first. A call
that needs longer is repeated in a second lane.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from types import TracebackType
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.errors import ConfigurationError, HashtrailError
from crawler.models.outcomes import Failure, Outcome
from crawler.parallel.forkserver import forkserver_context

QUICK_SECONDS = 2.0
_CALLS_PER_CHILD = 2000  # parsers leak; a child that has read this much makes room for a fresh one
_CHILD_CPU_SECONDS = 600
_START_SECONDS = 60.0
_LOST_SECONDS = 1800.0  # a call that no child has taken by then never will be
A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Late:
    """A call that reached its deadline."""


class KillablePool:
    """Child processes for CPU work on hostile input. Use as `async with KillablePool(...) as pool`.

    `processes` 0 means one per core. `memory_mb` limits the address space of each child. `preload`
    names modules that all children share. A call that takes longer than `quick_seconds` is repeated
    in the patient lane.
    """

    def __init__(
        self,
        *,
        processes: int = 0,
        memory_mb: int = 1024,
        preload: Sequence[str] = (),
        quick_seconds: float = QUICK_SECONDS,
    ) -> None:
        context = forkserver_context(*preload, __name__)  # every child imports this module
        self._memory_mb = memory_mb
        self._quick_seconds = quick_seconds
        self._lanes = (
            _Lane(processes or os.cpu_count() or 1, memory_mb, context),
            _Lane(1, memory_mb, context),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    def stop(self) -> None:
        """End the children, without an event loop."""
        for lane in self._lanes:
            lane.stop()

    async def call(
        self,
        function: Callable[[A], T],
        argument: A,
        seconds: float,
        *,
        url: str = "",
        stage: str = "extract",
    ) -> T | Failure:
        """Return the value of `function(argument)` in a child process.

        A call that crashes or takes longer than `seconds` returns a Failure (CRASHED, TIMEOUT)
        that names `url` and `stage`. The function must be importable by name, and it may run twice:
        once in each lane. Raises ConfigurationError if no child process can be started, and
        HashtrailError if the function raises it.
        """
        try:
            value = await self._run(function, argument, seconds)
        except HashtrailError:
            raise
        except Exception as error:  # a parser may raise any error for hostile input
            return Failure(url, stage, Outcome.CRASHED, self._crash_message(error))
        if isinstance(value, _Late):
            return Failure(url, stage, Outcome.TIMEOUT, f"not read within {seconds:g} s")
        return value

    async def _run(self, function: Callable[[A], T], argument: A, seconds: float) -> T | _Late:
        """Run a call in the quick lane, and in the patient lane if it takes longer."""
        quick, patient = self._lanes
        value = await quick.run(function, argument, min(seconds, self._quick_seconds))
        if isinstance(value, _Late) and seconds > self._quick_seconds:
            return await patient.run(function, argument, seconds)
        return value

    def _crash_message(self, error: Exception) -> str:
        if isinstance(error, ProcessExpired):
            return f"the process that read it ended with code {error.exitcode}"
        if isinstance(error, MemoryError):
            return f"reading it needs more than {self._memory_mb} MB"
        return f"{type(error).__name__}: {error}"[:300]


class _Lane:
    """One pool, started when first needed and again when it broke."""

    def __init__(self, processes: int, memory_mb: int, context: ForkServerContext) -> None:
        self._processes = processes
        self._memory_mb = memory_mb
        self._context = context
        self._pool: ProcessPool | None = None
        self._starting = asyncio.Lock()

    async def run(self, function: Callable[[A], T], argument: A, seconds: float) -> T | _Late:
        pool = await self._started()
        try:
            async with asyncio.timeout(_LOST_SECONDS) as lost:
                return await asyncio.wrap_future(
                    pool.schedule(function, args=(argument,), timeout=seconds)
                )
        except TimeoutError:
            if lost.expired():
                raise ConfigurationError(
                    "Child processes can no longer be started.",
                    "Was Hashtrail changed during the run? Run the same command again.",
                ) from None
            return _Late()
        except BrokenProcessPool:
            self._pool = None
            raise

    def stop(self) -> None:
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    async def _started(self) -> ProcessPool:
        async with self._starting:
            if self._pool is None:
                self._pool = await asyncio.to_thread(self._start)
            return self._pool

    def _start(self) -> ProcessPool:
        """Start the children, and wait for a first call. Runs in a thread next to the event loop.

        The first child waits until the modules that all children share are loaded.
        """
        pool = ProcessPool(
            self._processes,
            max_tasks=_CALLS_PER_CHILD,
            initializer=_prepare,
            initargs=(self._memory_mb,),
            context=self._context,
        )
        try:
            pool.schedule(int).result(_START_SECONDS)
        except (TimeoutError, OSError, MemoryError, BrokenProcessPool) as error:
            pool.stop()  # type: ignore[no-untyped-call]
            reason = (
                f"Child processes do not start with {self._memory_mb} MB of memory: "
                f"{error or type(error).__name__}."
            )
            raise ConfigurationError(
                reason, "Change [engine] memory_mb, or the limits of this account (ulimit -v)."
            ) from None
        return pool


def _prepare(memory_mb: int) -> None:
    """Set the limits of a child before its first call.

    An allocation beyond the limit raises MemoryError. A child whose parent ended can compute for at
    most ten minutes. The modules that are already loaded are frozen: garbage collection skips them,
    and their memory remains shared with other children.
    """
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (_CHILD_CPU_SECONDS, _CHILD_CPU_SECONDS))
    gc.freeze()
