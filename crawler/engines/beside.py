"""One pure function of bytes in a child process, while this one goes on with other work."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from pebble import ProcessExpired, ProcessPool

from crawler.errors import HashtrailError


@contextmanager
def beside(function: Callable[[bytes], bytes], argument: bytes) -> Iterator[Callable[[], bytes]]:
    """Start `function(argument)` in a child; gives what waits for its value.

    The function must be importable by name. What it raises is raised by the waiting; a child that dies raises HashtrailError. The child ends with the
    block, and with this process however that ends.
    """
    # a child that works once and ends needs no search for cycles
    pool = ProcessPool(1, initializer=gc.disable, context=multiprocessing.get_context("forkserver"))
    try:
        future = pool.schedule(function, args=(argument,))
        yield future.result
    except (ProcessExpired, BrokenProcessPool) as error:
        raise HashtrailError(f"A child process ended at its work: {error}.", "What was finished is kept. Run the same command again.") from error
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
