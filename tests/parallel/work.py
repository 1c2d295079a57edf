"""Functions that workers of a cluster import by name."""

from __future__ import annotations

import os
from pathlib import Path

from crawler.errors import DiskFullError, StoreError

_prepared: list[int] = []


def double_all(numbers: tuple[int, ...]) -> list[int]:
    return [2 * number for number in numbers]


def die_once(marker: str) -> str:
    """Kill the worker on the first call and return a value on the second."""
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(9)
    return "done"


def refuse(_: object) -> None:
    raise ValueError("not this one")


def fail_once(marker: str) -> str:
    """Report storage that does not answer on the first call, and return a value on the second."""
    if not Path(marker).exists():
        Path(marker).touch()
        raise StoreError("no answer", "wait")
    return "done"


def fill_disk_once(marker: str) -> str:
    """Report a full disk from a deep stack on the first call, and return a value on the second."""
    if not Path(marker).exists():
        Path(marker).touch()
        _raise_below(900, DiskFullError(marker))
    return "done"


def _raise_below(frames: int, error: Exception) -> None:
    if not frames:
        raise error
    _raise_below(frames - 1, error)


def prepare(number: int) -> None:
    _prepared[:] = [*(_prepared if _prepared[:1] == [number] else []), number]


def count_preparations(_: object) -> tuple[int, int]:
    return _prepared[0], len(_prepared)
