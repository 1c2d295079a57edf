"""Measure the claims of docs/PERFORMANCE.md, each next to its peers in the same run.

    python -m bench                            all claims at their small sizes
    python -m bench build --sizes 10000        one claim at other sizes

A side runs --repeat times, in turns with the others; a figure is the median. Peers come from the
folder that `make bench` fills. A missing peer is reported as not installed. The results replace
those of the same claims in bench/results.json. `python -m devtools.performance_page` writes the
page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from bench.claims import CLAIMS, Claim, Side
from bench.results import RESULTS, Result, Run, load_now, new_result, this_machine, write_run
from devtools.peers import use_peers

_MEMORY_FILES = Path("/dev/shm")


def main() -> None:
    """Measure the claims of the arguments and write their results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("claims", nargs="*", choices=[[], *CLAIMS], metavar="CLAIM")
    parser.add_argument("--sizes", nargs="+", type=int)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--folder", type=Path, help="where to write; default: files in memory")
    options = parser.parse_args()
    use_peers()
    for name in options.claims or CLAIMS:
        sizes = options.sizes or CLAIMS[name].sizes
        run = measure(name, sizes, options.repeat, options.folder)
        write_run(name, run, options.results)


def measure(claim: str, sizes: Sequence[int], repeat: int, folder: Path | None = None) -> Run:
    """Measure a `claim` at each of the `sizes`, `repeat` times; print and return the results."""
    load, day = load_now(), datetime.now(UTC).date().isoformat()
    is_in_memory = folder is None and _MEMORY_FILES.is_dir()
    results: list[Result] = []
    for size in sizes:
        print(f"== {claim}: {size:,} {CLAIMS[claim].counted}, load {load_now()}", flush=True)
        with tempfile.TemporaryDirectory(dir=_MEMORY_FILES if is_in_memory else folder) as scratch:
            for result in _compared(claim, CLAIMS[claim], size, repeat, Path(scratch)):
                print(_line(result), flush=True)
                results.append(result)
    files = "in memory" if is_in_memory else "on a disk"
    return Run(this_machine(files, load, day), tuple(results))


def _compared(name: str, claim: Claim, size: int, repeat: int, folder: Path) -> list[Result]:
    """Run the sides of a claim in turns, and return the results by case."""
    with import_module(claim.module).sides(size, folder) as sides:
        figures: dict[str, dict[str, list[float]]] = {side.name: {} for side in sides}
        for _ in range(repeat):
            for side in sides:
                for case, figure in (side.run() if side.run else {}).items():
                    figures[side.name].setdefault(case, []).append(figure)
        return [
            new_result(
                name, case, side.name, size, unit, figures[side.name].get(case, []), side.versions
            )
            for case, unit in claim.cases.items()
            for side in sides
            if case in figures[side.name] or _is_missing(side)
        ]


def _is_missing(side: Side) -> bool:
    return side.run is None


def _line(result: Result) -> str:
    figure = "not installed" if result.figure is None else f"{result.figure:,.10g} {result.unit}"
    spread = f"  {min(result.samples):g} to {max(result.samples):g}" if result.samples else ""
    return f"{result.case:<34} {result.side:<18} {figure:>26}{spread}"


if __name__ == "__main__":
    sys.exit(main())
