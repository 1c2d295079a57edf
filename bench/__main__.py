"""Run every speed benchmark, each in a separate process with its defaults.

    python -m bench              all benchmarks
    python -m bench site tag     only these

Each benchmark also runs alone with options: see `python -m bench.<name> --help` or its docstring.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# name -> arguments that make it run in minutes on two cores; Scrapy (`crawl`) comes with the
# `bench` dependency group
BENCHMARKS = {
    "crawl": [],
    "demo": [],
    "explore": [],
    "extract": ["--every", "4"],
    "feeds": [],
    "identity": ["20000"],
    "importing": [],
    "retag": ["10000"],
    "search": [],
    "site": [],
    "store": [],
    "tag": [],
}


def main() -> int:
    names = sys.argv[1:] or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        print(
            f"There is no benchmark {unknown[0]!r}. Known: {', '.join(BENCHMARKS)}.",
            file=sys.stderr,
        )
        return 64
    failed = 0
    for name in names:
        print(f"== {name}", flush=True)
        failed += (
            subprocess.run(
                [sys.executable, "-m", f"bench.{name}", *BENCHMARKS[name]],
                cwd=Path(__file__).parent.parent,
            ).returncode
            != 0
        )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
