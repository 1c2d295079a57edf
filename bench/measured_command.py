"""Run a command; print its seconds, CPU seconds and peak memory as the last line of standard error.

    python -I -S bench/measured_command.py COMMAND…

The peak memory that Linux reports for a process is never below that of the process which started
it. This file therefore imports almost nothing. Processes that the command leaves behind, such as
the fork server of a pool, become children of this process (Linux), so that their time counts too.
"""

import ctypes
import json
import os
import resource
import sys
import time

_PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    """Run the command of the arguments and return its exit code."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.perf_counter()
    pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
    _, status = os.waitpid(pid, 0)
    seconds = time.perf_counter() - started
    _wait_for_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }
    print(json.dumps(figures), file=sys.stderr)
    return os.waitstatus_to_exitcode(status)


def _wait_for_orphans() -> None:
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


if __name__ == "__main__":
    sys.exit(main())
