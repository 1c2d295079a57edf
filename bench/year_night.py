"""One night at a supplied time: in this process, or in a child process that is killed.

    python -m bench.year_night WORKSPACE TIME

The child prints `ready` before the night begins.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.nightly.run_report import RunReport

_READY = "ready"


def run_night(folder: Path, start: datetime) -> RunReport:
    """Run `nightly` in the workspace `folder` with a clock that begins at `start`.

    Return the report.
    """
    # Child processes of the night import this module: what they do not need is imported here.
    from crawler.nightly.run_command import run_command
    from crawler.run_telemetry import RunLog
    from crawler.workspace import open_workspace

    began = time.monotonic()

    def now() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    workspace = open_workspace(folder, {})
    with RunLog(workspace.logs, "nightly", now) as run_log:
        return run_command(workspace, "nightly", run_log, now)


def kill_night(folder: Path, start: datetime, seconds: float) -> bool:
    """Start a night in the workspace `folder` at `start` in a child and kill it after `seconds`.

    Return whether it still ran.
    """
    command = [sys.executable, "-m", "bench.year_night", str(folder), start.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        assert child.stdout.readline().decode().strip() == _READY
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
        return child.wait() == -signal.SIGKILL


def main() -> None:
    """Run the night that the arguments describe."""

    print(_READY, flush=True)
    run_night(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))


if __name__ == "__main__":
    main()
