"""The systemd units, checked by systemd; their commands run without a service manager."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.crawl_build_nightly import DEGRADED
from crawler.cli.main import cli
from crawler.errors import LockHeldError
from crawler.workspace import open_workspace
from tests.deploy import DEPLOY, EXECUTABLE, WORKSPACE, run, tool

NIGHTLY = DEPLOY / "hashtrail-nightly.service"
TIMER = DEPLOY / "hashtrail-nightly.timer"
SERVICES = ("hashtrail-check.service", "hashtrail-explorer.service", "hashtrail-nightly.service")
TIMERS = ("hashtrail-check.timer", "hashtrail-nightly.timer")


def _options(unit: Path, key: str) -> list[str]:
    lines = unit.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]


def _command(unit: Path) -> list[str]:
    (command,) = _options(unit, "ExecStart")
    program, *arguments = shlex.split(command)
    assert program == EXECUTABLE
    return arguments


def test_units_are_valid(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze")
    for unit in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]:
        text = re.sub(
            r"^ExecStart=\S+", f"ExecStart={sys.executable}", unit.read_text(), flags=re.M
        )
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    names = [*TIMERS, *SERVICES, "hashtrail-message@test.service"]
    checked = run(analyze, "verify", *names, cwd=tmp_path)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize("name", SERVICES)
def test_service_has_low_exposure(name: str) -> None:
    checked = run(
        tool("systemd-analyze"), "security", "--offline=true", "--threshold=40", DEPLOY / name
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_command_of_the_service_is_accepted(name: str) -> None:
    checked = CliRunner().invoke(cli, [*_command(DEPLOY / name), "--help"])
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize(("name", "time"), zip(TIMERS, ("09:45:00", "03:00:00"), strict=True))
def test_timer_starts_once_per_day(name: str, time: str) -> None:
    (schedule,) = _options(DEPLOY / name, "OnCalendar")
    dates = run(tool("systemd-analyze"), "calendar", "--iterations=3", schedule)
    starts = re.findall(rf"(?:elapse|#\d): \w{{3}} \d{{4}}-\d\d-(\d\d) {time}", dates.stdout)
    assert len(set(starts)) == 3, dates.stdout


def test_missed_night_starts_after_the_boot() -> None:
    assert _options(TIMER, "Persistent") == ["yes"]


def test_unit_succeeds_with_the_exit_codes_of_a_published_and_of_a_locked_night() -> None:
    (codes,) = _options(NIGHTLY, "SuccessExitStatus")
    assert codes.split() == [str(DEGRADED), str(LockHeldError.exit_code)]


def test_time_limit_of_the_unit_exceeds_the_budget_of_a_night(new_workspace: Path) -> None:
    (limit,) = _options(NIGHTLY, "TimeoutStartSec")
    hours = open_workspace(new_workspace).settings.budget.hours
    assert int(limit.removesuffix("h")) >= hours + 1


def test_the_night_writes_only_where_the_unit_allows_it() -> None:
    assert _options(NIGHTLY, "ProtectSystem") == ["strict"]
    assert _options(NIGHTLY, "ReadWritePaths") == [WORKSPACE]
    assert f"--workspace {WORKSPACE} " in " ".join(_command(NIGHTLY))


def test_web_server_can_read_what_the_night_writes() -> None:
    assert [mask for mask in _options(NIGHTLY, "UMask") if int(mask, 8) & 0o044] == []


def test_command_of_the_nightly_unit_publishes(
    new_workspace: Path, hashtrail: Path, tmp_path: Path
) -> None:
    workspace = tmp_path / "my-kb"
    shutil.copytree(new_workspace, workspace)
    arguments = [part.replace(WORKSPACE, str(workspace)) for part in _command(NIGHTLY)]
    night = run(hashtrail, *arguments)
    assert night.returncode == 0, night.stdout + night.stderr
    assert (workspace / "site/public/index.html").is_file()
