"""One pure function of bytes in a child process, while this one goes on with other work."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crawler.parallel.process_pool import open_process_pool


@contextmanager
def background_call(
    function: Callable[[bytes], bytes], argument: bytes
) -> Iterator[Callable[[], bytes]]:
    """Start `function(argument)` in a child; gives what waits for its value.

    The function must be importable by name. What it raises is raised by the waiting; a child that
    dies raises HashtrailError. The child ends with the
    block, and with this process however that ends.
    """
    with open_process_pool(
        1, function, gc.disable
    ) as pool:  # a child that works once and ends needs no search for cycles
        yield pool.schedule(function, args=(argument,)).result
