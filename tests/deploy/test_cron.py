"""The lines for /etc/cron.d, checked by cron and run as cron runs them (crontab(5), cron(8))."""

from __future__ import annotations

import fcntl
import re
import shutil
import stat
from pathlib import Path

import pytest

from tests.deploy import DEPLOY, run, tool

CRONTAB = DEPLOY / "hashtrail.cron"
LINES = CRONTAB.read_text(encoding="utf-8").splitlines()
VARIABLES = dict(line.split("=", 1) for line in LINES if re.fullmatch(r"[A-Z]+=.*", line))
JOB = re.compile(r"(?P<schedule>(?:[\d*/,-]+ ){5})(?P<user>[a-z]+) (?P<command>.*)")
JOBS = [match for line in LINES if (match := JOB.fullmatch(line))]
NIGHT, CHECK = (job["command"] for job in JOBS)


@pytest.fixture
def workspace(new_workspace: Path, tmp_path: Path) -> Path:
    """A copy of the small workspace that a test may write into."""
    return Path(shutil.copytree(new_workspace, tmp_path / "my-kb"))


def _mail(command: str, workspace: Path, hashtrail: Path) -> str:
    """Run `command` as cron does: with few variables and /bin/sh. Return the text of its mail."""
    environment = VARIABLES | {
        "HOME": str(workspace),
        "HASHTRAIL": str(hashtrail),
        "WORKSPACE": str(workspace),
    }
    done = run(VARIABLES["SHELL"], "-c", command, cwd=workspace, environment=environment)
    return done.stdout + done.stderr


def test_every_line_is_a_comment_a_variable_or_a_job() -> None:
    content = [line for line in LINES if line and not line.startswith("#")]
    assert len(content) == len(VARIABLES) + len(JOBS)
    assert [job["user"] for job in JOBS] == ["hashtrail", "hashtrail"]
    assert CRONTAB.read_bytes().endswith(b"\n")


def test_no_command_contains_a_percent_sign_that_cron_replaces() -> None:
    assert not [job["command"] for job in JOBS if re.search(r"(?<!\\)%", job["command"])]


def test_cron_accepts_the_lines(tmp_path: Path) -> None:
    without_user = [
        f"{job['schedule']}{job['command']}" if (job := JOB.fullmatch(line)) else line
        for line in LINES
    ]
    crontab = tmp_path / "crontab"
    crontab.write_text("\n".join(without_user) + "\n", encoding="utf-8")
    checked = run(tool("crontab"), "-n", crontab)
    assert checked.returncode == 0, checked.stderr


def test_good_night_sends_no_mail(workspace: Path, hashtrail: Path) -> None:
    assert _mail(NIGHT, workspace, hashtrail) == ""
    index = workspace / "site/public/index.html"
    assert stat.S_IMODE(index.stat().st_mode) & 0o044 == 0o044, "the web server cannot read it"
    assert _mail(CHECK, workspace, hashtrail) == ""


def test_missing_night_is_mailed_with_its_reason(workspace: Path, hashtrail: Path) -> None:
    assert "there is no database yet" in _mail(CHECK, workspace, hashtrail)


def test_invalid_settings_are_mailed_with_file_and_line(workspace: Path, hashtrail: Path) -> None:
    (workspace / "data/hashtrail.toml").write_text("[crawl\n", encoding="utf-8")
    assert _mail(NIGHT, workspace, hashtrail) == ""
    assert "hashtrail.toml" in _mail(CHECK, workspace, hashtrail)


def test_missing_program_is_mailed(workspace: Path, tmp_path: Path) -> None:
    assert "not found" in _mail(CHECK, workspace, tmp_path / "missing")


def test_second_night_changes_nothing_while_one_is_active(workspace: Path, hashtrail: Path) -> None:
    lock = workspace / "data/state/run.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert _mail(NIGHT, workspace, hashtrail) == ""
    assert not (workspace / "site/public").exists()
