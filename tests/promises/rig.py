"""Run many arbitrary nights: `python -m tests.promises.rig COUNT [SEED]`.

A separate file, because child processes import the main module, which has to be small.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Print how many arbitrary nights passed."""
    from tests.promises.arbitrary_nights import run_examples

    count, start = (*map(int, sys.argv[1:]), 0)[:2]
    print(f"{run_examples(count, start)} arbitrary nights passed")


if __name__ == "__main__":
    main()
