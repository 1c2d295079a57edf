"""Elapsed time, CPU time and peak memory of a running command and its child processes (Linux)."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Usage:
    """The time and memory of a command. The CPU time is that of all its processes.

    `megabytes` is the peak of the first process, `child_megabytes` that of its largest child. Both
    are resident memory, which includes pages of mapped files.
    """

    seconds: float
    cpu_seconds: float
    megabytes: float
    child_megabytes: float


def watch(process: subprocess.Popen[bytes]) -> Usage:
    """Return what `process` used until its end.

    It is sampled five times a second, so the last instant of a child process is not counted.
    """
    began = time.perf_counter()
    peak = child_peak = 0.0
    cpu: dict[int, float] = {}
    while process.poll() is None:
        children = _descendants(process.pid)
        peak = max(peak, _peak_megabytes(process.pid))
        child_peak = max([child_peak, *map(_peak_megabytes, children)])
        for pid in (process.pid, *children):
            cpu[pid] = max(cpu.get(pid, 0.0), _cpu_seconds(pid))
        time.sleep(_SAMPLE_SECONDS)
    return Usage(time.perf_counter() - began, sum(cpu.values()), peak, child_peak)


def tree_cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and all its descendants so far (elsewhere than on Linux
    0), without descendants that ended.
    """
    return sum(map(_cpu_seconds, (pid, *_descendants(pid))))


def _descendants(pid: int) -> Sequence[int]:
    """Return the processes below `pid`, by the parents that /proc names."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):  # the process ended meanwhile
            fields = status.read_text().rpartition(")")[2].split()
            parents[int(status.parent.name)] = int(fields[1])
    below: list[int] = []
    level = {pid}
    while level := {child for child, parent in parents.items() if parent in level}:
        below += level
    return below


def _cpu_seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _peak_megabytes(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
