"""The engine: run one function over batches of work, on this machine or on a cluster.

The caller is the only writer: it makes the batches, and stores the results in the order it wants.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from crawler.parallel.process_pool import open_process_pool
from crawler.parallel.reused_pool import end_reused_pool
from crawler.settings.engine import EngineSettings

_AHEAD = 2  # submitted batches per worker: one running, one waiting
_FAR_AHEAD = 8  # for a caller that has other work
A = TypeVar("A")
A_contra = TypeVar("A_contra", contravariant=True)
T = TypeVar("T")


def nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Job(Generic[A, T]):
    """The `function` that runs over batches, importable by name. Running it twice is harmless.

    `prepare(*prepared_with)` runs first in each process. With `files`, a file or folder by name,
    its first argument is their place there by name. With `starts_children`, the function starts
    child processes itself, so that the local engine runs it in this process.
    """

    function: Callable[[A], T]
    prepare: Callable[..., None] = nothing
    prepared_with: tuple[Any, ...] = ()
    starts_children: bool = False
    files: Mapping[str, Path] = field(default_factory=dict)

    def arguments(self, files: Mapping[str, Path]) -> tuple[Any, ...]:
        """Return the arguments of `prepare` in a process that has the `files` of the job."""
        return (files, *self.prepared_with) if self.files else self.prepared_with


class Engine(Protocol[A_contra, T]):
    """The workers for one job: `workers` of them run batches at the same time."""

    @property
    def workers(self) -> int:
        """The number of workers."""
        ...

    def submit(self, batch: A_contra) -> Future[T]:
        """Return the future value of the job's function for a `batch`.

        The future has the error of the function, or a HashtrailError if the workers are lost.
        """
        ...


def open_engine(settings: EngineSettings, job: Job[A, T]) -> AbstractContextManager[Engine[A, T]]:
    """Return a context with the engine that `settings` select for a `job`.

    Entering it raises ConfigurationError if the engine cannot be used. Futures that are not done
    at its end are cancelled.
    """
    if settings.name == "dask":
        from crawler.parallel.dask_engine import open_dask_engine

        return open_dask_engine(settings, job)
    return _open_children(settings, job)


def map_in_order(engine: Engine[A, T], batches: Iterable[A]) -> Iterator[tuple[A, T]]:
    """Yield each of the `batches` with its value from the `engine`, in order.

    Batches are read as workers need them. Errors of the function are raised here.
    """
    for batch, future in submit_in_order(engine, batches):
        yield batch, future.result()


def submit_in_order(engine: Engine[A, T], batches: Iterable[A]) -> Iterator[tuple[A, Future[T]]]:
    """Yield each of the `batches` with its future from the `engine`, in order.

    Batches are read as workers need them, if the caller waits for each future.
    """
    waiting = iter(batches)
    submitted: deque[tuple[A, Future[T]]] = deque()
    while True:
        for batch in islice(waiting, _room(engine, _AHEAD, len(submitted))):
            submitted.append((batch, engine.submit(batch)))
        if not submitted:
            return
        batch, future = submitted.popleft()
        yield batch, future


def map_as_done(engine: Engine[A, T], batches: Iterable[A], meanwhile: Iterator[T]) -> Iterator[T]:
    """Yield the values of `batches` from the `engine` as they are done, and those of `meanwhile`.

    The latter are made by this process when no value of the engine is waiting. Errors of the
    function are raised here.
    """
    waiting = iter(batches)
    running: set[Future[T]] = set()
    own: deque[T] = deque()
    while True:
        room = _room(engine, _FAR_AHEAD, len(running))
        running.update(engine.submit(batch) for batch in islice(waiting, room))
        if not running:
            yield from meanwhile
            return
        done, running = wait(running, timeout=0, return_when=FIRST_COMPLETED)
        if not done:
            own.extend(islice(meanwhile, 1))
        if not done and not own:
            done, running = wait(running, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)
        yield from own
        own.clear()


def _room(engine: Engine[A, T], ahead: int, submitted: int) -> int:
    """Return the number of batches to submit next; none while a lost worker leaves too many."""
    return max(ahead * engine.workers - submitted, 0)


def count_processes(settings: EngineSettings) -> int:
    """Return the number of child processes on this machine: by default one per core."""
    return settings.processes or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _LocalEngine(Generic[A, T]):
    """Child processes of this machine, or one thread for a function that starts them itself."""

    workers: int
    schedule: Callable[[A], Future[T]]

    def submit(self, batch: A) -> Future[T]:
        return self.schedule(batch)


@contextmanager
def _open_children(settings: EngineSettings, job: Job[A, T]) -> Iterator[Engine[A, T]]:
    if job.starts_children:
        job.prepare(*job.arguments(job.files))
        executor = ThreadPoolExecutor(1)
        try:
            yield _LocalEngine(1, lambda batch: executor.submit(job.function, batch))
        finally:
            executor.shutdown(cancel_futures=True)
            end_reused_pool()
        return
    count = count_processes(settings)
    with open_process_pool(count, job.function, job.prepare, job.arguments(job.files)) as pool:
        yield _LocalEngine(count, lambda batch: pool.schedule(job.function, args=(batch,)))
