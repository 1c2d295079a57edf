"""The loop in the container `night`: one night per day at the chosen time."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.deploy import DEPLOY, run, write_program

SCRIPT = DEPLOY / "night-loop.sh"
NOON = 1_800_014_400  # 15 January 2027, 12:00 UTC


def _loop(folder: Path, night_time: str, *, good: bool, nights: int = 2) -> list[str]:
    """Run the loop from noon, and end it before the pause after `nights` nights. Return its calls.

    `good` is the result of the check at the start. The time does not change.
    """
    calls = folder / "calls"
    write_program(
        folder / "hashtrail",
        f'echo "hashtrail $*" >>"{calls}"\n[ "$1" = nightly ] || exit {int(not good)}',
    )
    write_program(
        folder / "sleep",
        f'echo "sleep $1" >>"{calls}"\n'
        f'[ "$(grep -c nightly "{calls}")" -lt {nights} ] || kill "$PPID"',
    )
    write_program(
        folder / "date",
        f'case "$*" in "--utc +%s") echo {NOON} ;; '
        f'*) exec /bin/date "$1" --date="2027-01-15 ${{2#--date=}}" "$3" ;; esac',
    )
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "NIGHT_TIME": night_time}
    done = run(SCRIPT, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return calls.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("night_time", "seconds"), [("03:17", 55_020), ("12:30", 1_800), ("12:00", 86_400)]
)
def test_night_starts_at_its_time(tmp_path: Path, night_time: str, seconds: int) -> None:
    pause = f"sleep {seconds}"
    night = "hashtrail nightly"
    expected = ["hashtrail status --check", pause, night, pause, night, pause]
    assert _loop(tmp_path, night_time, good=True) == expected


def test_missed_night_starts_at_once(tmp_path: Path) -> None:
    calls = _loop(tmp_path, "03:17", good=False, nights=1)
    assert calls == ["hashtrail status --check", "sleep 0", "hashtrail nightly", "sleep 55020"]


def test_invalid_time_ends_the_loop(tmp_path: Path) -> None:
    environment = os.environ | {"NIGHT_TIME": "3 o'clock"}
    done = run(SCRIPT, environment=environment)
    assert done.returncode == 64
    assert "invalid date" in done.stderr


def test_stop_signal_ends_the_night(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    write_program(
        tmp_path / "hashtrail",
        f'[ "$1" = nightly ] || exit 1\ntrap "echo killed >\'{tmp_path}/end\'; exit 0" TERM\n'
        f'echo >"{started}"\nwhile :; do sleep 0.01; done',
    )
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen([SCRIPT], env=environment, stdout=subprocess.PIPE, text=True) as loop:
        started.read_text(encoding="utf-8")
        loop.send_signal(signal.SIGTERM)
        output, _ = loop.communicate(timeout=30)
    assert loop.returncode == 0
    assert "Stopping" in output
