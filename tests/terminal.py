"""Run a command of `hashtrail` on a pseudo terminal, with answers to its questions."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def on_terminal(*arguments: str, answers: str, exit_code: int = 0) -> str:
    """Return what a terminal shows while `hashtrail` with `arguments` gets `answers`."""
    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "crawler", *arguments]
    child = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, close_fds=True
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux reports the end of the other side as EIO
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert child.wait(60) == exit_code, shown
    return shown.decode()
