"""Run a command; print its seconds, CPU seconds and peak memory as the last line of standard error.

    python -I -S bench/measured_command.py COMMAND…

The peak memory that Linux reports for a process is never below that of the process which started
it. This file therefore imports almost nothing. Processes that the command leaves behind, such as
the fork server of a pool, become children of this process (Linux), so that their time counts too.

The memory of all processes together is sampled ten times a second (Linux, else 0). A page that
several of them share counts once.
"""

import ctypes
import json
import os
import resource
import sys
import threading
import time

_PR_SET_CHILD_SUBREAPER = 36
_SAMPLE_SECONDS = 0.1


def main() -> int:
    """Run the command of the arguments and return its exit code."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.perf_counter()
    pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
    samples, ended = [0.0], threading.Event()
    sampler = threading.Thread(target=_sample, args=(samples, ended))
    sampler.start()
    _, status = os.waitpid(pid, 0)
    seconds = time.perf_counter() - started
    ended.set()
    sampler.join()
    _wait_for_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
        "tree_mb": max(samples),
    }
    print(json.dumps(figures), file=sys.stderr)
    return os.waitstatus_to_exitcode(status)


def _sample(samples: list[float], ended: threading.Event) -> None:
    while not ended.wait(_SAMPLE_SECONDS):
        samples.append(sum(map(_megabytes, _descendants())))


def _descendants() -> list[int]:
    """Return the processes that this one started, and those that they started."""
    parents = {}
    for name in filter(str.isdecimal, os.listdir("/proc") if sys.platform == "linux" else ()):
        fields = _read(f"/proc/{name}/stat").rpartition(")")[2].split()
        if fields:
            parents[int(name)] = int(fields[1])
    below, level = [], {os.getpid()}
    while level := {child for child, parent in parents.items() if parent in level}:
        below += level
    return below


def _megabytes(pid: int) -> float:
    """Return the memory of a process; it counts for a share of the pages that it shares."""
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:  # the process ended, or this is not Linux
        return ""


def _wait_for_orphans() -> None:
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


if __name__ == "__main__":
    sys.exit(main())
