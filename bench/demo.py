"""Time of the demo: three nights against the fictional network, without serving the result.

    python -m bench.demo [--rounds N]

Prints the elapsed seconds and the CPU seconds (with child processes) of each round. The budget is a
minute on two cores.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUDGET_SECONDS = 60


def main() -> int:
    """Run the demo in new folders; return 1 if a round takes longer than the budget."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    return int(max(_timed_round(number) for number in range(1, rounds + 1)) > BUDGET_SECONDS)


def _timed_round(number: int) -> float:
    """Run the demo once, print its times and return the elapsed seconds."""
    with tempfile.TemporaryDirectory() as folder:
        demo = str(Path(folder) / "demo")
        command = [sys.executable, "-m", "crawler.cli.main", "demo", demo, "--no-serve"]
        before, started = _child_seconds(), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        elapsed = time.perf_counter() - started
    print(f"round {number}: {elapsed:.1f} s, {_child_seconds() - before:.1f} s of CPU time")
    return elapsed


def _child_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
