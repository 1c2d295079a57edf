"""A backup is restored into a scratch folder and compared with its manifest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.erasure.erase_database_text import erase_from_backup
from crawler.errors import StoreError
from crawler.store.backup import create_backup
from crawler.store.backup_checks import (
    BackupVerification,
    is_check_due,
    load_verification,
    save_verification,
)
from crawler.store.backup_manifest import manifest_path
from crawler.store.database import open_store
from crawler.store.database_files import backup_files
from crawler.store.verify_backup import SCRATCH, verify_backup
from tests.store import schema_history
from tests.store.conftest import NOW, add_article, fill

NAMES = ("file", "restore", "integrity", "references", "rows", "content", "snapshot")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    yield db
    db.close()


@pytest.fixture
def backup(store: Database, tmp_path: Path) -> Path:
    return create_backup(store, tmp_path / "backups", NOW)


def outcomes(backup: Path, *, with_snapshot: bool = False) -> dict[str, str]:
    """Verify a backup, and return the outcome of each check."""
    state = backup.parent.parent
    verification = verify_backup(backup, state, NOW, with_snapshot=with_snapshot)
    assert not (state / SCRATCH).exists()
    return {check.name: check.outcome for check in verification.checks}


def failing(backup: Path) -> set[str]:
    return {name for name, outcome in outcomes(backup).items() if outcome == "failed"}


def change(backup: Path, sql: str) -> None:
    with closing(sqlite3.connect(backup)) as db:
        db.executescript(sql)


def test_new_backup_passes_every_check_while_the_database_changes(
    store: Database, backup: Path
) -> None:
    add_article(store, "https://later.example/", "later.example")
    assert outcomes(backup, with_snapshot=True) == dict.fromkeys(NAMES, "ok")
    assert store.table("articles").count == 2


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DELETE FROM evidence", {"file", "rows", "content"}),
        ("UPDATE articles SET title = 'another'", {"file", "content"}),
        ("DELETE FROM posts", {"file", "references", "rows", "content"}),
        ("CREATE TABLE strange (x)", {"file", "rows", "content"}),
        ("DROP TABLE evidence", {"file", "rows", "content", "snapshot"}),
    ],
)
def test_changed_backup_fails_the_checks_of_its_change(
    backup: Path, sql: str, expected: set[str]
) -> None:
    change(backup, sql)
    result = outcomes(backup, with_snapshot="snapshot" in expected)
    assert {name for name, outcome in result.items() if outcome == "failed"} == expected


def test_damaged_backup_fails_and_the_reason_is_one_sentence(backup: Path) -> None:
    pages = bytearray(backup.read_bytes())
    pages[8192:16384] = b"\xff" * 8192
    backup.write_bytes(pages)
    verification = verify_backup(backup, backup.parent.parent, NOW)
    assert [check.name for check in verification.failed] == ["file", "restore"]
    assert "its bytes changed since it was made" in verification.problem
    assert "\n" not in verification.problem


@pytest.mark.parametrize("content", [b"", b"garbage" * 999])
def test_file_that_is_not_a_database_fails(backup: Path, content: bytes) -> None:
    backup.write_bytes(content)
    assert failing(backup) == {"file", "restore"}


def test_backup_without_a_manifest_is_checked_structurally(backup: Path) -> None:
    manifest_path(backup).unlink()
    skipped = {name for name, outcome in outcomes(backup).items() if outcome == "skipped"}
    assert skipped == {"file", "rows", "content"}
    assert failing(backup) == set()


def test_backup_of_an_old_version_is_migrated(tmp_path: Path) -> None:
    old = tmp_path / "backups" / "hashtrail-20260101T000000Z.db"
    schema_history.build_database(old, 0)
    verification = verify_backup(old, tmp_path, NOW)
    (restored,) = [check for check in verification.checks if check.name == "restore"]
    steps = len(schema_history.current_steps()) - 1
    assert restored.detail == f"the current version opens it, and {steps} steps migrate it"


def test_erasure_from_a_backup_renews_its_manifest(backup: Path) -> None:
    assert erase_from_backup(backup, {"https://a.example/leases"}, "on request", NOW)
    assert failing(backup) == set()
    assert outcomes(backup)["content"] == "ok"


def test_deleted_backup_leaves_no_manifest(store: Database, backup: Path, tmp_path: Path) -> None:
    for day in range(40):
        create_backup(store, tmp_path / "backups", NOW + timedelta(days=day))
    names = {path.stem for path in backup.parent.glob("hashtrail-*.json")}
    assert names == {path.stem for path in backup_files(backup.parent)}
    assert backup.stem not in names


def test_missing_file_names_the_command_that_makes_a_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file") as refused:
        verify_backup(tmp_path / "absent.db", tmp_path, NOW)
    assert refused.value.hint == "Make one with: hashtrail backup"


def test_check_is_due_seven_days_after_the_last_good_one(tmp_path: Path) -> None:
    assert is_check_due(tmp_path, NOW)
    save_verification(tmp_path, BackupVerification("a.db", NOW, ()))
    assert load_verification(tmp_path) == BackupVerification("a.db", NOW, ())
    due = {days: is_check_due(tmp_path, NOW + timedelta(days=days)) for days in (-1, 1, 6, 7)}
    assert due == {-1: True, 1: False, 6: False, 7: True}
