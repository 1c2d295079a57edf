"""Functions that workers of a cluster import by name."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic

from crawler.errors import DiskFullError, StoreError
from crawler.parallel.dask_worker import UnwantedBatchError, is_wanted, report_outage

_MOST_SECONDS = 60

_prepared: list[int] = []


def double_all(numbers: tuple[int, ...]) -> list[int]:
    return [2 * number for number in numbers]


def die_once(marker: str) -> str:
    """Kill the worker on the first call and return a value on the second."""
    try:
        Path(marker).touch(exist_ok=False)  # two workers may get here at once
    except FileExistsError:
        return "done"
    os._exit(9)


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


def be_unwanted_twice(marker: str) -> str:
    """Report an unwanted batch on the first two calls, and return a value on the third."""
    calls = Path(marker)
    with calls.open("a") as file:
        file.write("x")
    if calls.stat().st_size < 3:
        raise UnwantedBatchError
    return "done"


def run_while_wanted(fifo: str) -> None:
    """Write to a FIFO that the batch runs, and then whether it ended because nobody wants it."""
    wanted, until = is_wanted(), monotonic() + _MOST_SECONDS
    with Path(fifo).open("w") as file:
        print(wanted(), file=file, flush=True)
        while wanted() and monotonic() < until:
            pass
        print(wanted(), file=file, flush=True)


def is_wanted_by_a_paused_worker(_: object) -> bool:
    """Pause the worker, and return whether its batch is still wanted."""
    from distributed import Status, get_worker
    from distributed.utils import sync

    worker, wanted = get_worker(), is_wanted()

    async def change(status: Status) -> None:
        worker.status = status

    sync(worker.loop, change, Status.paused)
    try:
        return wanted()
    finally:
        sync(worker.loop, change, Status.running)


def wait_for_storage(reason: str) -> str:
    """Report that the worker waits, and return a value."""
    report_outage(reason)
    return "done"
