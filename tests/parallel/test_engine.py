"""Batches in child processes: results keep their order, and a failing child is reported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import chain, repeat
from typing import Any

import pytest

from crawler.errors import HashtrailError
from crawler.parallel.engine import Engine, Job, map_as_done, map_in_order, open_engine
from crawler.settings.engine import EngineSettings

_added = 0


def prepare(added: int) -> None:
    global _added
    _added = added


def double_and_add(number: int) -> int:
    return 2 * number + _added


def invert(number: int) -> float:
    return 1 / number


def die(number: int) -> None:
    os._exit(number)


def _run(
    function: Callable[[Any], Any], batches: Iterable[Any], processes: int, added: int
) -> Iterator[tuple[Any, Any]]:
    job: Job[Any, Any] = Job(function, prepare, (added,))
    with open_engine(EngineSettings(processes=processes), job) as engine:
        yield from map_in_order(engine, batches)


def test_results_have_the_order_of_arguments_that_are_read_lazily() -> None:
    read_arguments = []

    def arguments() -> Iterator[int]:
        for number in range(50):
            read_arguments.append(number)
            yield number

    for number, value in _run(double_and_add, arguments(), 2, 7):
        assert value == 2 * number + 7
        assert len(read_arguments) <= number + 5
    assert read_arguments == list(range(50))


def test_exception_of_the_function_is_raised_in_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        list(_run(invert, [1, 0], 2, 0))


def test_child_that_dies_raises_an_error_with_advice() -> None:
    with pytest.raises(HashtrailError, match="child process ended"):
        list(_run(die, [3], 1, 0))


def test_caller_works_while_children_do() -> None:
    own = []

    def meanwhile() -> Iterator[int]:
        for number in range(3):
            own.append(number)
            yield -number

    job: Job[int, int] = Job(double_and_add, prepare, (1,))
    with open_engine(EngineSettings(processes=2), job) as engine:
        values = list(map_as_done(engine, range(40), meanwhile()))
    assert own == [0, 1, 2]
    assert sorted(values) == sorted([*(0, -1, -2), *(2 * number + 1 for number in range(40))])


def test_caller_works_without_batches() -> None:
    job: Job[int, int] = Job(double_and_add)
    with open_engine(EngineSettings(processes=1), job) as engine:
        assert list(map_as_done(engine, [], iter([5, 6]))) == [5, 6]


class _ShrinkingEngine:
    """An `engine` that has 8 workers at first, and 1 after the first batches are submitted."""

    def __init__(self, engine: Engine[int, int]) -> None:
        self._engine = engine
        self._counts = chain((8,), repeat(1))

    @property
    def workers(self) -> int:
        return next(self._counts)

    def submit(self, batch: int) -> Future[int]:
        return self._engine.submit(batch)


def test_batches_continue_when_workers_are_lost() -> None:
    job: Job[int, int] = Job(double_and_add, prepare, (1,))
    expected = [2 * number + 1 for number in range(100)]
    with open_engine(EngineSettings(processes=2), job) as engine:
        in_order = [value for _, value in map_in_order(_ShrinkingEngine(engine), range(100))]
        as_done = list(map_as_done(_ShrinkingEngine(engine), range(100), iter([])))
    assert in_order == expected
    assert sorted(as_done) == expected
