"""A night restores its new backup once a week, and reports a backup that cannot be restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.nightly.backup_step import check_newest_backup
from crawler.nightly.run_report import CurrentRun, RunOptions
from crawler.settings.all_settings import Settings
from crawler.store.backup import create_backup
from crawler.store.backup_checks import load_verification
from crawler.store.database import open_store
from crawler.workspace import Workspace
from tests.promises.workspace import START, nights_with
from tests.store.conftest import fill


def test_first_night_checks_its_backup(tmp_path: Path) -> None:
    with nights_with(tmp_path / "kb", "", {}) as nights:
        assert nights.run().notes == ()
    verification = load_verification(tmp_path / "kb/data/state/backups")
    assert verification
    assert (verification.at, verification.failed) == (START, ())


def test_backup_is_checked_after_seven_days_and_a_failure_in_every_night(tmp_path: Path) -> None:
    here = Workspace(tmp_path, Settings())
    db = fill(open_store(here.database))

    def night(day: int, damage: str = "") -> tuple[str, datetime]:
        """Return the note of a night and the time of the newest check."""
        now = START + timedelta(days=day)
        backup = create_backup(db, here.backups, now)
        with closing(sqlite3.connect(backup)) as copy:
            copy.executescript(damage)
        log: Any = None
        run = CurrentRun(here, db, 1, "nightly", log, lambda: now, RunOptions())
        note, verification = check_newest_backup(run), load_verification(here.backups)
        assert verification
        return note, verification.at

    assert [night(day) for day in (0, 6, 7)] == [
        ("", START),
        ("", START),
        ("", START + timedelta(days=7)),
    ]
    for day in (14, 15):
        note, at = night(day, "DELETE FROM evidence")
        assert "cannot be relied on: file: " in note
        assert "rows: other rows in evidence" in note
        assert at == START + timedelta(days=day)
    db.close()
