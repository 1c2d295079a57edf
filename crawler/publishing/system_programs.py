"""Run a program of the system: a fixed list of arguments, no shell, no prompt, a time limit."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crawler.errors import PublishError
from crawler.terminal_streams import one_line
from crawler.url_userinfo import without_userinfo

_SHOWN_LINES = 5
_SHOWN_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """The exit code of a program, its output, and its last messages in one line.

    User names and passwords of URLs are removed from the messages.
    """

    code: int
    output: bytes
    messages: str


def run_program(
    command: Sequence[str],
    seconds: float,
    *,
    stdin: bytes = b"",
    environment: Mapping[str, str] = os.environ,
    on_line: Callable[[str], None] | None = None,
) -> ProgramResult:
    """Run `command` with the bytes `stdin` as its input, and return the result.

    `environment` replaces the variables of this process. `on_line` is called with each line of the
    output as soon as it is written. Raises PublishError if the program is not installed, or did not
    end within `seconds`: it is killed then, with all its children.
    """
    if not shutil.which(command[0]):
        message = f"The program {command[0]} is not installed."
        raise PublishError(message, f"Install it, for example: sudo apt install {command[0]}")
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as errors:
        given.write(stdin)
        given.seek(0)
        process = subprocess.Popen(
            command,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**environment, "LC_ALL": "C"},
            start_new_session=True,  # no terminal: nothing asks for a password
        )
        timed_out = threading.Event()
        output = _output_until(process, seconds, timed_out, on_line)
        errors.seek(0)
        messages = readable_messages(errors.read().decode("utf-8", "replace"))
    if timed_out.is_set():
        message = f"{command[0]} did not end within {seconds / 60:.0f} minutes and was stopped."
        hint = "Check the network, or raise [publish] timeout_minutes; then: hashtrail publish"
        raise PublishError(message, hint)
    return ProgramResult(process.returncode, output, messages)


def readable_messages(text: str) -> str:
    """Return the last lines of the messages in `text` as one line, without users and passwords."""
    lines = [line.strip() for line in without_userinfo(text).splitlines() if line.strip()]
    return one_line("; ".join(lines[-_SHOWN_LINES:]))[:_SHOWN_CHARACTERS]


def _output_until(
    process: subprocess.Popen[bytes],
    seconds: float,
    timed_out: threading.Event,
    on_line: Callable[[str], None] | None,
) -> bytes:
    """Read the output until the program ends, or kill it after `seconds` or an interruption."""

    def stop() -> None:
        timed_out.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(seconds, stop)
    timer.start()
    lines = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if on_line:
                on_line(line.decode("utf-8", "replace").rstrip("\n"))
        process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        timer.cancel()
    return b"".join(lines)
