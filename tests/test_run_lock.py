"""The run lock: one named holder; the lock of a dead process is free."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import LockHeldError
from crawler.run_lock import run_lock

NOW = datetime(2026, 7, 1, 3, tzinfo=UTC)
HOLDER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from crawler.run_lock import run_lock
with run_lock(Path(sys.argv[1]), "nightly", datetime(2026, 7, 1, 3, tzinfo=UTC)):
    print("held", flush=True); sys.stdin.read()
"""


def test_lock_of_a_run_that_fails_names_no_holder(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with pytest.raises(ValueError, match="broken"), run_lock(path, "nightly", NOW):
        raise ValueError("broken")
    assert path.read_text() == ""


def test_second_run_names_the_lock_holder_and_a_dead_holder_is_ignored(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(
                LockHeldError, match=f"nightly, process {holder.pid}, since 2026-07-01T03:00:00Z"
            ),
            run_lock(path, "crawl", NOW),
        ):
            pytest.fail("two runs held the lock")
        os.kill(holder.pid, signal.SIGKILL)
    with run_lock(path, "crawl", NOW):
        assert f'"pid": {os.getpid()}' in path.read_text()


def test_lock_is_released_after_the_run(tmp_path: Path) -> None:
    for _ in range(2):
        with run_lock(tmp_path / "run.lock", "crawl", NOW):
            assert (tmp_path / "run.lock").exists()
    assert (tmp_path / "run.lock").read_text() == ""
