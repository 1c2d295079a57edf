"""An advisory lock on a file, so that only one run works at a time.

The kernel releases the lock when the process that holds it ends, for whatever reason.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from crawler.errors import LockHeldError, StoreError
from crawler.utc_times import iso


@contextmanager
def run_lock(path: Path, command: str, now: datetime) -> Iterator[None]:
    """Yield while the lock file at `path` is held for `command`.

    Raises LockHeldError at once, with the holder in its message, when another process has the lock.
    Raises StoreError when the path is a dangling link: two runs could then hold different locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_dangling(path):
        raise StoreError(f"{path} is a link to a file that does not exist.", "Remove that link.")
    with open(path, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockHeldError(
                _holder(path), "Wait until it has finished; nothing was changed."
            ) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "command": command, "started": iso(now)}))
        file.flush()
        try:
            yield
        finally:  # a name in a free lock is therefore that of a killed process
            file.truncate(0)


def is_dangling(path: Path) -> bool:
    """Return whether `path` is a link to a file that does not exist."""
    return path.is_symlink() and not path.exists()


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        run = f"{holder['command']}, process {holder['pid']}, since {holder['started']}"
        return f"Another run is active: {run}."
    except (OSError, ValueError, KeyError):
        return "Another run is active."
