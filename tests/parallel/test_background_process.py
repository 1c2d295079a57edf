"""A function in a child while this process goes on: its value is waited for, and a child that fails
is heard of.
"""

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


def test_the_value_is_there_when_it_is_waited_for() -> None:
    with background_call(turned, b"abc") as wait:
        assert wait() == b"cba"


def test_the_work_is_done_in_another_process() -> None:
    with background_call(whose, b"") as wait:
        assert int(wait()) != os.getpid()


def test_what_the_function_raises_is_raised_by_the_waiting() -> None:
    with pytest.raises(ZeroDivisionError), background_call(invert, b"") as wait:
        wait()


def test_a_child_that_dies_is_an_error_that_says_what_to_do() -> None:
    with (
        pytest.raises(HashtrailError, match="child process ended"),
        background_call(die, b"abc") as wait,
    ):
        wait()
