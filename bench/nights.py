"""Nights over libraries of several sizes: CPU time of each step, and the peak of memory.

    python -m bench.nights [--articles 10000 100000] [--new 500] [--folder FOLDER]

Each library is generated (`bench.nights_library`) and gets one night that settles it. Measured are
a night without news and a night with `--new` articles and three times as many posts. Each night
polls 300 sources, whose recorded answers have no news, and updates the public snapshot. New
articles are stored as a crawl stores them. The site is not built. A step counts its own time,
without that of the steps within it. Children are included.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Night:
    """The CPU seconds of each step of a night, and the peak of memory in megabytes."""

    seconds: Mapping[str, float]
    peak_mb: int


def main() -> None:
    """Measure the nights and print them as a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--new", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="keeps the libraries, and uses kept ones")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        measured = {
            size: _nights(folder / f"{size}-articles", size, arguments.new)
            for size in arguments.articles
        }
    _print_table(measured, arguments.new)


def _nights(folder: Path, articles: int, new: int) -> tuple[Night, Night]:
    """Return the night without news and the night with `new` articles, each in a new process."""
    if not folder.exists():
        draft = folder.with_name(f"{folder.name}.draft")
        _in_child("nights_library", "create_settled_library", draft, articles)
        _in_child("nights_measured", "measure_night", draft, 0)
        draft.rename(folder)
    number = _in_child("nights_library", "count_nights", folder)
    quiet = _in_child("nights_measured", "measure_night", folder, number)
    _in_child("nights_library", "add_articles", folder, new, number + 1)
    return quiet, _in_child("nights_measured", "measure_night", folder, number + 1)


def _in_child(module: str, function: str, *arguments: object) -> Any:
    """Call a function of another module of this package in a new process.

    The children of that process import this module, so it imports nothing large: their memory is
    limited.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:  # its children may have children
        return pool.submit(_call, module, function, arguments).result()


def _call(module: str, function: str, arguments: tuple[object, ...]) -> Any:
    return getattr(importlib.import_module(f"bench.{module}"), function)(*arguments)


def _print_table(measured: Mapping[int, tuple[Night, Night]], new: int) -> None:
    nights = {
        f"{size:,}, {name}": night
        for size, pair in measured.items()
        for name, night in zip(("no news", f"{new:,} new"), pair, strict=True)
    }
    print("| CPU seconds | " + " | ".join(nights) + " |")
    print("|---|" + "---|" * len(nights))
    steps = dict.fromkeys(step for night in nights.values() for step in night.seconds)
    for step in steps:
        cells = (f"{night.seconds.get(step, 0):.2f}" for night in nights.values())
        print(f"| {step} | " + " | ".join(cells) + " |")
    totals = (f"{sum(night.seconds.values()):.2f}" for night in nights.values())
    print("| all steps | " + " | ".join(totals) + " |")
    print(
        "| peak memory | " + " | ".join(f"{night.peak_mb} MB" for night in nights.values()) + " |"
    )


if __name__ == "__main__":
    main()
