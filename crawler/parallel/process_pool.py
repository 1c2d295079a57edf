"""Child processes of this machine for pure functions: opened for a while, and what becomes of one
that dies.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from pebble import ProcessExpired, ProcessPool

from crawler.errors import HashtrailError


@contextmanager
def open_process_pool(
    count: int,
    function: Callable[..., Any],
    prepare: Callable[..., object],
    prepared_with: Sequence[Any] = (),
) -> Iterator[ProcessPool]:
    """A pool of `count` children for `function`; `prepare(*prepared_with)` runs first in every one.

    Both must be importable by name.

    They end with the block, and with this process however that ends. Raises HashtrailError when one
    dies while its value is waited for in the block.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([function.__module__])
    pool = ProcessPool(count, initializer=prepare, initargs=prepared_with, context=context)
    try:
        yield pool
    except (ProcessExpired, BrokenProcessPool) as error:
        raise HashtrailError(
            f"A child process ended at its work: {error}.",
            "What was finished is kept. Run the same command again.",
        ) from error
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
