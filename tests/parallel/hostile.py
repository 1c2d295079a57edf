"""Functions that harm a child process; child processes import them by name."""

from __future__ import annotations

import os
import signal


def double(number: int) -> int:
    return 2 * number


def spin(_: object) -> None:
    while True:
        sum(range(1000))


def hoard(_: object) -> int:
    return len(bytearray(3_000_000_000))


def die(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fall(_: object) -> None:
    os._exit(7)


def dig(depth: int) -> int:
    return dig(depth + 1)


class Unpicklable(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


def throw(_: object) -> None:
    raise Unpicklable("a", "b")


def return_lambda(_: object) -> object:
    return lambda: None


def spin_or_double(number: int) -> int | None:
    return spin(number) if number < 0 else double(number)


def interrupt(_: int) -> str:
    """Receive Ctrl+C, as every process of a command does in a terminal."""
    os.kill(os.getpid(), signal.SIGINT)
    return "alive"
