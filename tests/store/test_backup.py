"""Backups are checked, thinned, and put back only when they are whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.errors import CorruptStoreError, StoreError
from crawler.monitoring.facts import newest_backup
from crawler.store.backup import check_backup, create_backup, expired_backups, restore_backup
from crawler.store.database import open_store
from crawler.store.database_files import timed_backups
from crawler.store.verify_database import find_inconsistencies
from tests.store.conftest import NOW, add_article, fill

TABLES = (
    "posts",
    "links",
    "cards",
    "articles",
    "aliases",
    "taggings",
    "evidence",
    "topics",
    "authors",
    "post_hashtags",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    yield db
    db.close()


def counts(db: Database) -> dict[str, int]:
    return {table: db.table(table).count for table in TABLES}


def test_a_restored_backup_has_every_row_and_passes_every_check(
    store: Database, tmp_path: Path
) -> None:
    saved = create_backup(store, tmp_path / "backups", NOW)
    assert saved.name == "hashtrail-20260301T040000Z.db"
    kept = counts(store)
    add_article(store, "https://later.example/", "later.example")
    store.close()
    aside = restore_backup(saved, tmp_path / "hashtrail.db", NOW)
    again = open_store(tmp_path / "hashtrail.db")
    assert (counts(again), find_inconsistencies(again)) == (kept, [])
    assert aside
    assert Database(sqlite3.connect(aside)).table("articles").count == kept["articles"] + 1
    again.close()


def test_restore_keeps_a_copy_of_rows_that_are_only_in_the_write_ahead_log(
    store: Database, tmp_path: Path
) -> None:
    saved = create_backup(store, tmp_path / "backups", NOW)
    add_article(store, "https://later.example/", "later.example")
    assert (tmp_path / "hashtrail.db-wal").stat().st_size > 0
    aside = restore_backup(saved, tmp_path / "hashtrail.db", NOW)
    assert aside
    assert Database(sqlite3.connect(aside)).table("articles").count == 2
    assert not (tmp_path / "hashtrail.db-wal").exists()


def test_a_backup_can_be_restored_where_there_is_no_database(
    store: Database, tmp_path: Path
) -> None:
    saved = create_backup(store, tmp_path / "backups", NOW)
    assert restore_backup(saved, tmp_path / "elsewhere" / "hashtrail.db", NOW) is None
    assert open_store(tmp_path / "elsewhere" / "hashtrail.db").table("posts").count == 1


def test_thinning_keeps_backups_of_seven_days_and_four_weeks() -> None:
    first = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
    nightly = [
        Path(f"hashtrail-{first + timedelta(days=day, hours=hour):%Y%m%dT%H%M%SZ}.db")
        for day in range(60)
        for hour in (0, 9)
    ]
    gone = expired_backups([*nightly, Path("hashtrail-before-next.db")])
    stay = sorted(path.name[10:18] for path in nightly if path not in gone)
    assert stay == ["20260208", "20260215", *(f"202602{day}" for day in range(22, 29)), "20260301"]
    assert all("T12" in path.name for path in nightly if path not in gone)


def test_old_backups_are_deleted_after_a_valid_new_one(store: Database, tmp_path: Path) -> None:
    for day in range(12):
        create_backup(store, tmp_path / "backups", NOW + timedelta(days=day))
    names = sorted(path.name for path in (tmp_path / "backups").glob("hashtrail-*[!n]"))
    # Seven days, the newest of the week before, and the full backup that two of them need.
    assert len(names) == 9
    assert not [name for name in names if name.endswith(("-journal", "-wal", ".draft"))]


@pytest.mark.parametrize(("days", "is_kept"), [(20, True), (40, False)])
def test_copy_before_a_migration_is_kept_for_four_weeks(
    store: Database, tmp_path: Path, days: int, is_kept: bool
) -> None:
    first = create_backup(store, tmp_path / "backups", NOW)
    copy = first.with_name("hashtrail-before-attempts.db")
    first.rename(copy)
    os.utime(copy, times=(NOW.timestamp(),) * 2)
    create_backup(store, tmp_path / "backups", NOW + timedelta(days=days))
    assert copy.exists() == is_kept


@pytest.mark.parametrize("harm", ["missing", "empty", "text", "foreign", "truncated", "page"])
def test_damaged_or_foreign_backup_is_refused_and_no_file_changes(
    store: Database, tmp_path: Path, harm: str
) -> None:
    chosen = create_backup(store, tmp_path / "backups", NOW)
    whole = chosen.read_bytes()
    if harm == "missing":
        chosen.unlink()
    elif harm == "foreign":
        chosen.unlink()
        sqlite3.connect(chosen).execute("CREATE TABLE t (x)").connection.close()
    else:
        changed = {
            "empty": b"",
            "text": b"not a database at all",
            "truncated": whole[: len(whole) // 2],
            "page": whole[:4096] + b"\xff" * 8192 + whole[12288:],
        }
        chosen.write_bytes(changed[harm])
    before = (tmp_path / "hashtrail.db").read_bytes()
    with pytest.raises(StoreError):
        restore_backup(chosen, tmp_path / "hashtrail.db", NOW)
    assert (tmp_path / "hashtrail.db").read_bytes() == before


def test_backup_of_a_newer_version_is_refused_and_no_file_changes(
    store: Database, tmp_path: Path
) -> None:
    chosen = create_backup(store, tmp_path / "backups", NOW)
    newer = Database(sqlite3.connect(chosen))
    newer.table("_sqlite_migrations").insert(
        {"migration_set": "hashtrail", "name": "flying_cars", "applied_at": "2030"}
    )
    newer.close()
    before = (tmp_path / "hashtrail.db").read_bytes()
    with pytest.raises(StoreError, match="newer Hashtrail"):
        restore_backup(chosen, tmp_path / "hashtrail.db", NOW)
    assert (tmp_path / "hashtrail.db").read_bytes() == before
    assert not list(tmp_path.glob("*.draft*"))


def test_a_damaged_database_is_not_kept_as_a_backup(store: Database, tmp_path: Path) -> None:
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    path = tmp_path / "hashtrail.db"
    bytes_ = bytearray(path.read_bytes())
    root = (
        sqlite3.connect(path)
        .execute("SELECT rootpage FROM sqlite_master WHERE name = 'posts'")
        .fetchone()[0]
    )
    bytes_[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(bytes_)
    damaged = open_store(path)
    with pytest.raises(CorruptStoreError):
        create_backup(damaged, tmp_path / "backups", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_an_intact_backup_passes_its_check(store: Database, tmp_path: Path) -> None:
    check_backup(create_backup(store, tmp_path / "backups", NOW))


def test_backups_of_a_clock_ahead_come_first_and_are_not_the_newest(tmp_path: Path) -> None:
    database, folder = tmp_path / "hashtrail.db", tmp_path / "backups"
    folder.mkdir()
    stamps = ("20261120T030000Z", "20261121T030000Z", "20310101T030000Z")
    for stamp in stamps:
        (folder / f"hashtrail-{stamp}.db").touch()
    now = datetime(2026, 11, 21, 4, tzinfo=UTC)
    names = [path.stem[-16:] for path in timed_backups(database, now)]
    assert names == [stamps[2], stamps[0], stamps[1]]
    assert newest_backup(database, now) == datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert newest_backup(database, datetime(2026, 1, 1, tzinfo=UTC)) is None
