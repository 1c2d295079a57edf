"""Work for a cluster, importable by name on its workers."""

from __future__ import annotations

import os
from pathlib import Path


def double_all(numbers: tuple[int, ...]) -> list[int]:
    return [2 * number for number in numbers]


def die_once(marker: str) -> str:
    """Take the worker down the first time; answer the second time."""
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(9)
    return "done"


def refuse(_: object) -> None:
    raise ValueError("not this one")
