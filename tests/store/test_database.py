"""A database that cannot be used is refused in words that say what stays and what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from crawler.errors import CorruptStoreError, StoreError
from crawler.store import database, migrate_database
from crawler.store.backup import create_backup
from crawler.store.database import check_intact, open_existing, open_store, transaction
from crawler.store.database_files import remove_database
from crawler.store.post_rechecks import due_posts
from crawler.store.posts import save_posts
from crawler.store.schema import migrations
from tests.store.conftest import NOW, POST, fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hashtrail.db"


def test_new_database_limits_its_log_and_checks_foreign_keys(path: Path) -> None:
    db = open_store(path)
    settings = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "foreign_keys", "journal_size_limit")
    }
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "journal_size_limit": 4 * 1024 * 1024,
    }


@pytest.mark.parametrize(
    "content", [b"", b"not a database, though long enough to look like one" * 40]
)
def test_empty_file_next_to_backups_names_the_newest_backup(path: Path, content: bytes) -> None:
    saved = create_backup(fill(open_store(path)), path.parent / "backups", NOW)
    remove_database(path)
    path.write_bytes(content)
    with pytest.raises(CorruptStoreError) as told:
        open_store(path)
    assert told.value.hint == f"Restore the newest backup with: hashtrail restore {saved}"
    assert path.read_bytes() == content


def test_file_of_zero_bytes_without_backups_becomes_a_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert open_store(path).table("posts").count == 0


def test_log_of_a_removed_database_is_not_part_of_the_new_one(path: Path) -> None:
    db = fill(open_store(path))
    log = path.with_name(f"{path.name}-wal")
    written = log.read_bytes()
    db.close()
    remove_database(path)
    log.write_bytes(written)
    assert written
    assert open_store(path).table("posts").count == 0


def test_database_that_another_process_creates_meanwhile_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = database._empty_database()

    def created_meanwhile() -> bytes:
        monkeypatch.undo()
        fill(open_store(path)).close()
        return empty

    monkeypatch.setattr(database, "_empty_database", created_meanwhile)
    assert open_store(path).table("posts").count == 1
    assert {file.name for file in path.parent.glob("*.draft")} == set()


def test_database_on_a_file_system_without_hard_links(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    assert open_store(path).table("posts").count == 0


def test_write_to_a_damaged_page_raises_corrupt_store_error(path: Path) -> None:
    db = fill(open_store(path))
    root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'posts'").fetchone()[0]
    db.close()
    bytes_ = bytearray(path.read_bytes())
    bytes_[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(bytes_)
    damaged = open_store(path)
    with pytest.raises(CorruptStoreError, match="is damaged"):
        save_posts(damaged, "trail", [POST], NOW)
    with pytest.raises(CorruptStoreError, match="is damaged"):
        check_intact(damaged)


def test_an_intact_database_passes_its_check(path: Path) -> None:
    check_intact(fill(open_store(path)))


def test_database_of_another_application_is_refused(path: Path) -> None:
    path.parent.mkdir()
    sqlite3.connect(path).execute("CREATE TABLE theirs (x)").connection.close()
    with pytest.raises(StoreError, match="not one of Hashtrail's"):
        open_store(path)


def test_newer_schema_is_refused(path: Path) -> None:
    open_store(path).table("_sqlite_migrations").insert(
        {"migration_set": "hashtrail", "name": "flying_cars", "applied_at": "2030"}
    )
    with pytest.raises(StoreError, match=r"newer Hashtrail \(flying_cars\)"):
        open_store(path)


def _extended(step: str) -> Migrations:
    longer = Migrations("hashtrail")
    for known in migrations.pending(Database(memory=True)):
        longer(name=known.name)(lambda db: None)
    longer(name="second")(lambda db: db.execute(step).fetchall())
    return longer


def test_an_upgrade_copies_the_old_database_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(open_store(path)).close()
    monkeypatch.setattr(
        migrate_database, "migrations", _extended("ALTER TABLE posts ADD COLUMN mood TEXT")
    )
    assert "mood" in open_store(path).table("posts").columns_dict
    old = Database(sqlite3.connect(path.parent / "backups" / "hashtrail-before-second.db"))
    assert (old.table("posts").count, "mood" in old.table("posts").columns_dict) == (1, False)


_TRIGGERS_OF_POSTS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'posts'"


def test_database_without_recheck_columns_is_migrated_and_its_posts_are_due(
    path: Path,
) -> None:
    old = fill(open_store(path))
    for (trigger,) in old.execute(_TRIGGERS_OF_POSTS).fetchall():
        old.execute(f"DROP TRIGGER {trigger}")
    for index in ("posts_attempted", "posts_next_check"):
        old.execute(f"DROP INDEX {index}")
    for column in ("last_checked", "next_check", "missing_since"):
        old.execute(f"ALTER TABLE posts DROP COLUMN {column}")
    old.execute("DELETE FROM _sqlite_migrations WHERE name = 'posts_asked_for_again'")
    old.close()
    new = open_store(path)
    assert (path.parent / "backups" / "hashtrail-before-posts_asked_for_again.db").is_file()
    assert [
        due.post.uri
        for due in due_posts(new, "trail", NOW + timedelta(days=1), timedelta(hours=22), 10)
    ] == [POST.uri]


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(open_store(path)).close()
    with monkeypatch.context() as patched:
        patched.setattr(
            migrate_database, "migrations", _extended("ALTER TABLE missing ADD COLUMN mood TEXT")
        )
        with pytest.raises(StoreError, match="no such table"):
            open_store(path)
    assert open_store(path).table("posts").count == 1


def test_full_disk_raises_disk_full_error_and_keeps_committed_rows(path: Path) -> None:
    db = fill(open_store(path))
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(
        f"PRAGMA max_page_count = {pages + 2}"
    )  # SQLite answers SQLITE_FULL as it does for a disk
    posts = [
        replace(POST, uri=f"https://trail.example/{number + 10}", text="word " * 200)
        for number in range(200)
    ]
    with pytest.raises(StoreError, match=r"Disk full: .*because the disk is full") as told:
        save_posts(db, "trail", posts, NOW)
    assert "Completed work is saved" in told.value.hint
    assert not db.conn.in_transaction
    assert db.table("posts").count == 1
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.execute("PRAGMA max_page_count = 100000")
    assert save_posts(db, "trail", posts, NOW).new == 200


def test_impossible_folder_raises_store_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"hashtrail\.db: "):
        open_store(tmp_path / "state" / "hashtrail.db")


def test_open_existing_does_not_create_a_database(path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database yet"):
        open_existing(path)
    assert not path.exists()


def test_a_transaction_inside_another_is_part_of_it(path: Path) -> None:
    db = open_store(path)

    def stopped_halfway() -> None:
        with transaction(db):
            save_posts(db, "trail", [POST], NOW)
            raise KeyError

    with pytest.raises(KeyError):
        stopped_halfway()
    assert db.table("posts").count == 0


def test_a_writer_waits_for_another_one_to_finish(path: Path) -> None:
    first, second = open_store(path), open_store(path)
    second.execute("PRAGMA busy_timeout = 10")
    with (
        transaction(first),
        pytest.raises(StoreError, match="being written by another process"),
        transaction(second),
    ):
        pytest.fail("two writers at once")
    with transaction(second):
        second.execute("INSERT INTO derivation_versions VALUES ('a', 'b')")
