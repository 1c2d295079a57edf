"""Run the operator's command that delivers a message: bounded time, message on standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from crawler.monitoring.message_text import Message
from crawler.text_cleaning import clean_line
from crawler.url_secrets import text_without_secrets

_READ_BYTES = 2000
_PREFIX = "HASHTRAIL_"


def run_message_command(arguments: Sequence[str], message: Message, seconds: float) -> str:
    """Run a program with `arguments` that delivers `message`. Return the error, or an empty text.

    It receives title and text on standard input, and all parts in environment variables. Its
    output is not stored. After `seconds` it is killed with its child processes.
    """
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                list(arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=message_environment(message),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "invalid arguments"
            return f"{clean_line(arguments[0], 100)} cannot be started ({reason})"
        return _outcome(process, message, seconds, errors)


def message_environment(
    message: Message, environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the variables of the command: those of `environment` and the parts of `message`.

    Variables of Hashtrail itself are left out: some contain secrets.
    """
    inherited = {name: value for name, value in environment.items() if not name.startswith(_PREFIX)}
    document = json.dumps(message.as_json(), ensure_ascii=True)
    parts = {"ID": message.id, "TITLE": message.title, "TEXT": message.text, "JSON": document}
    return inherited | {f"{_PREFIX}MESSAGE_{name}": value for name, value in parts.items()}


def _outcome(
    process: subprocess.Popen[bytes], message: Message, seconds: float, errors: IO[bytes]
) -> str:
    text = f"{message.full}\n".encode()
    try:
        process.communicate(text, timeout=seconds)
    except subprocess.TimeoutExpired:
        _kill_group(process)
        return f"the command did not end within {seconds:g} s and was killed"
    if not process.returncode:
        return ""
    return f"the command ended with {process.returncode}{_last_line(errors)}"


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _READ_BYTES))
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return f": {text_without_secrets(clean_line(lines[-1], 200))}" if lines else ""
