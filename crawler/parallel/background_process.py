"""Run one pure function in a child process while this process continues."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crawler.parallel.process_pool import open_process_pool


@contextmanager
def background_call(
    function: Callable[[bytes], bytes], argument: bytes
) -> Iterator[Callable[[], bytes]]:
    """Start `function(argument)` in a child process, and yield a function that returns its value.

    `function` must be importable by name. Its errors are raised by the yielded function; a child
    that dies raises HashtrailError there. The child ends with the block or with this process.
    """
    with open_process_pool(
        1, function, gc.disable
    ) as pool:  # a child that works once and ends needs no search for cycles
        yield pool.schedule(function, args=(argument,)).result
