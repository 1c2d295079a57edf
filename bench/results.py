"""Results of benchmarks: their form, and the file that has the newest run of every claim.

`bench/results.json` maps the name of a claim to its machine and its results. docs/PERFORMANCE.md is
generated from it.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).with_name("results.json")
OURS = "hashtrail"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure of one side at one size: the median of its samples.

    `figure` is None and `samples` are empty if the side is not installed. `versions` are those of
    the side's packages.
    """

    claim: str
    case: str
    side: str
    size: int
    figure: float | None
    unit: str
    samples: tuple[float, ...]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when a claim was measured. Loads are averages of one minute."""

    cores: int
    processor: str
    memory_gb: int
    python: str
    sqlite: str
    files: str
    load_before: float
    load_after: float
    day: str


@dataclass(frozen=True, slots=True)
class Run:
    """All results of one claim, measured one after the other."""

    machine: Machine
    results: tuple[Result, ...]


def new_result(
    claim: str,
    case: str,
    side: str,
    size: int,
    unit: str,
    samples: Iterable[float],
    versions: Mapping[str, str],
) -> Result:
    """Return the result with the median of `samples`, rounded to four digits."""
    rounded = tuple(_rounded(sample) for sample in samples)
    figure = _rounded(median(rounded)) if rounded else None
    return Result(claim, case, side, size, figure, unit, rounded, dict(versions))


def this_machine(files: str, load_before: float, day: str) -> Machine:
    """Return this machine. `files` names the kind of file system that the benchmark wrote to."""
    return Machine(
        cores=os.cpu_count() or 1,
        processor=_processor(),
        memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        files=files,
        load_before=load_before,
        load_after=load_now(),
        day=day,
    )


def load_now() -> float:
    """Return the load of the last minute."""
    return round(os.getloadavg()[0], 1)


def read_runs(path: Path = RESULTS) -> dict[str, Run]:
    """Return the runs in a file by the names of their claims; empty if there is no file."""
    if not path.exists():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {
        claim: Run(
            Machine(**run["machine"]),
            tuple(Result(**{**each, "samples": tuple(each["samples"])}) for each in run["results"]),
        )
        for claim, run in stored.items()
    }


def write_run(claim: str, run: Run, path: Path = RESULTS) -> None:
    """Replace the run of a `claim` in the file at `path`."""
    runs = {**read_runs(path), claim: run}
    blocks = (f"{json.dumps(name)}: {_block(runs[name])}" for name in sorted(runs))
    path.write_text("{" + ",\n".join(blocks) + "}\n", encoding="utf-8")


def _block(run: Run) -> str:
    """Return the JSON of a run with one result per line, so that changes are easy to read."""
    results = ",\n".join(json.dumps(asdict(result)) for result in run.results)
    return f'{{"machine": {json.dumps(asdict(run.machine))},\n"results": [\n{results}]}}'


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
