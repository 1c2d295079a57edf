"""A function that runs in a child process: its value is awaited, and its failure is reported."""

from __future__ import annotations

import os

import pytest

from crawler.errors import HashtrailError
from crawler.parallel.background_process import background_call


def turned(given: bytes) -> bytes:
    return given[::-1]


def whose(_: bytes) -> bytes:
    return str(os.getpid()).encode()


def invert(given: bytes) -> bytes:
    return bytes([1 // len(given)])


def die(given: bytes) -> bytes:
    os._exit(len(given))


def test_value_is_returned_by_the_wait() -> None:
    with background_call(turned, b"abc") as wait:
        assert wait() == b"cba"


def test_function_runs_in_another_process() -> None:
    with background_call(whose, b"") as wait:
        assert int(wait()) != os.getpid()


def test_exception_of_the_function_is_raised_by_the_wait() -> None:
    with pytest.raises(ZeroDivisionError), background_call(invert, b"") as wait:
        wait()


def test_child_that_dies_raises_an_error_with_advice() -> None:
    with (
        pytest.raises(HashtrailError, match="child process ended"),
        background_call(die, b"abc") as wait,
    ):
        wait()
