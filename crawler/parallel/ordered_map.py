"""Map a pure function over many arguments on every core, with results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Any, TypeVar

from pebble import ProcessPool

from crawler.parallel.process_pool import open_process_pool

_AHEAD = 2  # submitted arguments per process: one running, one waiting
A = TypeVar("A")
T = TypeVar("T")


def ordered_map(
    function: Callable[[A], T],
    arguments: Iterable[A],
    processes: int,
    prepare: Callable[..., None],
    prepared_with: Sequence[Any] = (),
) -> Iterator[tuple[A, T]]:
    """Yield each of the `arguments` with the value of `function(argument)`, in order.

    The calls run in child `processes`; `prepare(*prepared_with)` runs first in each of them. Both
    functions must be importable by name. Errors of the function are raised here; a child that dies
    raises HashtrailError. The children end with the iterator or with this process.
    """
    with open_process_pool(processes, function, prepare, prepared_with) as pool:
        yield from _results(pool, function, iter(arguments), _AHEAD * processes)


def _results(
    pool: ProcessPool, function: Callable[[A], T], arguments: Iterator[A], ahead: int
) -> Iterator[tuple[A, T]]:
    submitted: deque[tuple[A, Future[T]]] = deque()
    while True:
        for argument in islice(arguments, ahead - len(submitted)):
            submitted.append((argument, pool.schedule(function, args=(argument,))))
        if not submitted:
            return
        argument, future = submitted.popleft()
        yield argument, future.result()
