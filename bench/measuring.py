"""Time and memory of a call and of a command; bench/process_tree.py has those of a running one.

CPU time depends less than elapsed time on other work of the machine, and is preferred where a side
has one process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("measured_command.py")


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds and memory of a command.

    `cpu_seconds` includes its child processes; `peak_mb` is the memory of its largest process,
    `tree_mb` that of all of them at the same time (Linux, else 0).
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    tree_mb: float
    output: str


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process that the call of `work` takes."""
    start = time.process_time()
    work()
    return max(time.process_time() - start, 1e-9)


def run_command(
    command: Sequence[str | Path],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Usage:
    """Run a `command` in `folder` and return what it used and printed.

    A small process starts the command, so that the memory of this process does not count.
    Raises RuntimeError with the end of its standard error if the command fails.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(_LAUNCHER), *map(str, command)],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
    )
    *messages, last = done.stderr.splitlines() or [""]
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {' '.join([*messages, last][-8:])}")
    return Usage(**json.loads(last), output=done.stdout)
