"""The systemd unit of the explorer, checked by systemd."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli

UNIT = Path(__file__).parents[2] / "deploy/hashtrail-explorer.service"
ANALYZE = shutil.which("systemd-analyze")
EXECUTABLE = "/opt/hashtrail/bin/hashtrail"


@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")
def test_unit_of_the_explorer_is_valid(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    assert f"ExecStart={EXECUTABLE} " in text
    unit.write_text(text.replace(EXECUTABLE, sys.executable), encoding="utf-8")
    checked = subprocess.run(
        [str(ANALYZE), "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_command_of_the_unit_is_accepted() -> None:
    command = next(
        line.removeprefix(f"ExecStart={EXECUTABLE} ")
        for line in UNIT.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    )
    checked = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert checked.exit_code == 0, checked.output
