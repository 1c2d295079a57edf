"""One pure function over many arguments, on every core: results in the order of the arguments, few
of them on the way at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Any, TypeVar

from pebble import ProcessPool

from crawler.parallel.process_pool import open_process_pool

_AHEAD = 2  # arguments on the way for each process: one at work, one at hand
A = TypeVar("A")
T = TypeVar("T")


def ordered_map(
    function: Callable[[A], T],
    arguments: Iterable[A],
    processes: int,
    prepare: Callable[..., None],
    prepared_with: Sequence[Any] = (),
) -> Iterator[tuple[A, T]]:
    """Each argument with the value of `function(argument)`, worked out in a child;
    `prepare(*prepared_with)` runs first in every child.

    Both functions must be importable by name. What the function raises is raised here; a child that
    dies raises HashtrailError. Children end with the
    iterator, and with this process however that ends.
    """
    with open_process_pool(processes, function, prepare, prepared_with) as pool:
        yield from _results(pool, function, iter(arguments), _AHEAD * processes)


def _results(
    pool: ProcessPool, function: Callable[[A], T], arguments: Iterator[A], ahead: int
) -> Iterator[tuple[A, T]]:
    on_the_way: deque[tuple[A, Future[T]]] = deque()
    while True:
        on_the_way.extend(
            (each, pool.schedule(function, args=(each,)))
            for each in islice(arguments, ahead - len(on_the_way))
        )
        if not on_the_way:
            return
        argument, future = on_the_way.popleft()
        yield argument, future.result()
