"""`backup`, `restore` and `verify` as commands."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.errors import LockHeldError, StoreError, UsageError
from crawler.run_lock import run_lock
from crawler.store.backup_checks import load_verification
from crawler.store.database import open_store
from tests.store.conftest import fill


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hashtrail.toml").touch()
    fill(open_store(tmp_path / "data" / "state" / "hashtrail.db")).close()
    return tmp_path


def run(here: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(here), *words])


def test_a_backup_is_made_and_restored(here: Path) -> None:
    made = json.loads(run(here, "backup", "--json").stdout)
    assert made["bytes"] == Path(made["backup"]).stat().st_size > 0
    answer = run(here, "restore", made["backup"], "--json")
    assert Path(json.loads(answer.stdout)["replaced"]).is_file()
    assert "Restored" in run(here, "restore", made["backup"]).stdout


def test_verify_of_the_newest_backup_prints_and_records_each_check(here: Path) -> None:
    path = Path(run(here, "backup").stdout.strip())
    code, printed = verify_backup(here)
    assert code == 0
    assert [line.split()[0] for line in printed.splitlines()[:7]] == ["ok"] * 7
    assert printed.splitlines()[-1] == f"{path.name} can be restored."
    verification = load_verification(path.parent)
    assert verification
    assert (verification.backup, verification.failed) == (path.name, ())


def test_verify_of_a_changed_backup_returns_1(here: Path) -> None:
    path = Path(run(here, "backup").stdout.strip())
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DELETE FROM evidence")
    code, printed = verify_backup(here, str(path), "--json")
    assert (code, json.loads(printed)["ok"]) == (1, False)
    verification = load_verification(path.parent)
    assert verification
    assert "other rows in evidence" in verification.problem


def test_file_of_backup_without_verify_names_the_command(here: Path) -> None:
    error = run(here, "backup", "some.db").exception
    assert isinstance(error, UsageError)
    assert error.hint == "Run: hashtrail backup --verify some.db"


def verify_backup(here: Path, *words: str) -> tuple[int, str]:
    """Run `backup --verify` and return its exit code and its output."""
    command = ["--workspace", str(here), "backup", "--verify", *words]
    result = CliRunner().invoke(cli, command, standalone_mode=False)
    assert result.exception is None, result.exception
    return result.return_value or 0, result.output


def test_restore_is_refused_during_a_run(here: Path) -> None:
    made = run(here, "backup").stdout.strip()
    with run_lock(here / "data" / "state" / "run.lock", "nightly", datetime.now(UTC)):
        assert isinstance(run(here, "restore", made).exception, LockHeldError)


def test_restore_of_an_invalid_file_lists_the_backups(here: Path) -> None:
    run(here, "backup")
    wrong = run(here, "restore", str(here / "data" / "state" / "backups" / "typo.db")).exception
    assert isinstance(wrong, StoreError)
    assert "hashtrail-2" in wrong.hint


def test_verify_reports_only_damage(here: Path) -> None:
    sound = run(here, "verify", "--json")
    assert (sound.exit_code, json.loads(sound.stdout)["findings"]) == (0, [])
    open_store(here / "data" / "state" / "hashtrail.db").execute(
        "DELETE FROM evidence WHERE tagging_id = 1"
    )
    broken = run(here, "verify", "--json")
    report = json.loads(broken.stdout)
    assert [finding["check"] for finding in report["findings"]] == ["taggings-without-evidence"]
    counts = {check["check"]: check["findings"] for check in report["checks"]}
    assert counts["taggings-without-evidence"] == 1
    assert sum(counts.values()) == 1


def test_commands_without_a_database_name_the_command_that_creates_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hashtrail.toml").touch()
    assert isinstance(run(tmp_path, "verify").exception, StoreError)
    assert isinstance(run(tmp_path, "backup").exception, StoreError)
