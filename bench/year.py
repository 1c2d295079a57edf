"""Simulate a year of nights with a supplied clock, and measure storage and time of each night.

    python -m bench.year [DAYS] [SERIES]

Everything that goes wrong in a year happens: see bench/year_plan.py. Nobody intervenes. Each night
after an event must be good again, and the end must be that of an undisturbed year. SERIES is the
file for the measures.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

SERIES = Path(__file__).with_name("year.tsv")


def main() -> int:
    """Simulate a year, print its problems and write the series. Return the exit code."""
    # Child processes import this module: what they do not need is imported here.
    from bench.year_simulation import simulate, small_disk

    days = int(sys.argv[1]) if len(sys.argv) > 1 else 365
    series = Path(sys.argv[2]) if len(sys.argv) > 2 else SERIES
    with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder)) as mounted:
        began = time.monotonic()
        year = simulate(days, Path(folder), is_small_disk=mounted, series=series)
        print("\n".join(year.problems) or "no problem")
        print(f"{days} nights in {time.monotonic() - began:.0f} s")
    return int(bool(year.problems))


if __name__ == "__main__":
    sys.exit(main())
