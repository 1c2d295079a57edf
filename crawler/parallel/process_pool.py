"""A pool of child processes for pure functions; a child that dies ends the run with a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from pebble import ProcessExpired, ProcessPool

from crawler.errors import HashtrailError
from crawler.parallel.forkserver import forkserver_context


@contextmanager
def open_process_pool(
    count: int,
    function: Callable[..., Any],
    prepare: Callable[..., object],
    prepared_with: Sequence[Any] = (),
) -> Iterator[ProcessPool]:
    """Yield a pool of `count` child processes for `function`.

    `prepare(*prepared_with)` runs first in each of them. Both functions must be importable by name.
    The children end with the block or with this process. Raises HashtrailError if one dies while
    the block waits for its value.
    """
    context = forkserver_context(function.__module__, __name__)
    pool = ProcessPool(count, initializer=prepare, initargs=prepared_with, context=context)
    try:
        yield pool
    except (ProcessExpired, BrokenProcessPool) as error:
        raise HashtrailError(
            f"A child process ended unexpectedly: {error}.",
            "Completed work is stored. Run the same command again.",
        ) from error
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
