"""A differential backup gives the database byte by byte, whatever happened since the full one."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlite_utils import Database

from crawler.errors import CorruptStoreError, StoreError
from crawler.store.backup import check_backup, create_backup, restore_backup
from crawler.store.backup_manifest import database_content
from crawler.store.database import open_store, transaction
from crawler.store.database_files import DIFFERENTIAL, FULL, backup_files
from crawler.store.differential_backup import full_backup_of, whole_database, whole_databases
from crawler.store.page_changes import load_changes
from crawler.store.verify_backup import verify_backup
from tests.store.conftest import NOW, fill

HISTORIES = 2
_DATABASE_HEADER = 100  # contains the journal mode
MONDAY = NOW + timedelta(days=1)
_HARMED: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda data: data[:-1],
    "no header": lambda data: data.partition(b"\n")[2],
    "changed text": lambda data: data.replace(b"xxxx", b"xxyx", 1),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hashtrail.db"


@pytest.fixture
def store(path: Path) -> Iterator[Database]:
    db = fill(open_store(path))
    with transaction(db):
        for number in range(40):
            add_text(db, number, 9000)
    yield db
    db.close()


def add_text(db: Database, number: int, size: int) -> None:
    """Store an article with a text of this size in characters."""
    db.execute(
        "INSERT INTO articles (url, key, host, first_seen, text) VALUES (?, ?, '', '2026', ?)",
        [f"https://{number}.example/", f"{number}.example", "x" * size],
    )


def back_up(db: Database, day: int = 0, minute: int = 0) -> Path:
    folder = Path(db.execute("PRAGMA database_list").fetchone()[2]).parent / "backups"
    return create_backup(db, folder, MONDAY + timedelta(days=day, minutes=minute))


def assert_is_copy(backup: Path, db: Database, path: Path) -> None:
    with whole_database(backup) as whole:
        check_backup(whole)
        with closing(sqlite3.connect(whole)) as copy:
            assert database_content(copy) == database_content(db.conn)
        assert whole.read_bytes()[_DATABASE_HEADER:] == path.read_bytes()[_DATABASE_HEADER:]


def test_night_without_changes_copies_one_page(store: Database, path: Path) -> None:
    assert back_up(store).suffix == FULL
    second = back_up(store, 1)
    assert second.suffix == DIFFERENTIAL
    assert second.stat().st_size < 2 * 4096
    assert_is_copy(second, store, path)


def test_changed_pages_are_copied_after_the_database_was_closed(
    store: Database, path: Path
) -> None:
    back_up(store)
    add_text(store, 98, 9000)
    store.close()
    with closing(open_store(path)) as again:
        add_text(again, 99, 9000)
        second = back_up(again, 1)
        assert second.suffix == DIFFERENTIAL
        assert_is_copy(second, again, path)


@pytest.mark.parametrize(
    "reason",
    [
        "checkpoint",
        "new week",
        "many pages",
        "no record",
        "full backup changed",
        "full backup cut short",
    ],
)
def test_backup_is_full_when_the_changed_pages_do_not_suffice(
    store: Database, path: Path, reason: str
) -> None:
    first = back_up(store)
    add_text(store, 99, 9000)
    if reason == "checkpoint":
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    elif reason == "many pages":
        add_text(store, 100, path.stat().st_size)
    elif reason == "no record":
        (first.parent / "changed_pages.json").unlink()
    elif reason == "full backup changed":
        manifest = first.with_suffix(".json")
        manifest.write_text(manifest.read_text().replace('"sha256": "', '"sha256": "0'))
    elif reason == "full backup cut short":
        first.write_bytes(first.read_bytes()[:-4096])
    second = back_up(store, 7 if reason == "new week" else 1)
    assert second.suffix == FULL
    assert_is_copy(second, store, path)


@pytest.mark.parametrize(
    "harm", ["no full backup", "changed full backup", "cut short", "no header", "changed text"]
)
def test_differential_backup_that_cannot_be_applied_is_refused(
    store: Database, path: Path, harm: str
) -> None:
    first = back_up(store)
    add_text(store, 99, 9000)
    second = back_up(store, 1)
    if harm == "no full backup":
        first.unlink()
    elif harm == "changed full backup":
        first.write_bytes(first.read_bytes()[:-4096])
    else:
        second.write_bytes(_HARMED[harm](second.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(StoreError):
        restore_backup(second, path, NOW)
    assert path.read_bytes() == before
    assert not list(path.parent.rglob("*.draft*"))


@pytest.mark.parametrize(
    "header",
    [b"", b"\xff", b"{}", b'{"base":"a/b"}', b'{"base":""}', b'{"pages":[0]}', b'{"page_count":0}'],
)
def test_damaged_header_is_refused_and_does_not_fail_the_next_backup(
    store: Database, header: bytes
) -> None:
    back_up(store)
    second = back_up(store, 1)
    line, _, pages = second.read_bytes().partition(b"\n")
    harmed = json.dumps({**json.loads(line), **json.loads(header)}) if b'"' in header else ""
    second.write_bytes((harmed.encode() or header) + b"\n" + pages)
    second.with_suffix(".json").unlink()
    with pytest.raises(CorruptStoreError):
        check_backup(second)
    assert back_up(store, 2).suffix == DIFFERENTIAL


def test_backup_in_a_folder_that_cannot_be_written_is_restored(
    store: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(store)
    second, target = back_up(store, 1), path.with_name("other") / "hashtrail.db"
    monkeypatch.setattr("crawler.store.backup.whole_database", None)  # it writes to that folder
    restore_backup(second, target, NOW)
    assert target.is_file()


def test_databases_read_by_a_restore_are_copied_next_to_the_restored_one(
    store: Database, path: Path, tmp_path: Path
) -> None:
    """The folder of the backups may be read-only."""
    back_up(store)
    second = back_up(store, 1)
    for whole in whole_databases([second], tmp_path):
        assert whole.parent == tmp_path
        assert ".db" in whole.suffixes  # an erasure finds the copy that a killed restore leaves
        assert list(second.parent.glob("*draft*")) == []
    assert not list(tmp_path.rglob("*draft*"))


def test_check_of_a_differential_backup_needs_space_for_the_whole_database(
    store: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(store)
    second = back_up(store, 1)
    usage = SimpleNamespace(free=3 * path.stat().st_size - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(StoreError, match="cannot be checked"):
        verify_backup(second, path.parent, NOW)


def test_restored_differential_backup_has_every_row(store: Database, path: Path) -> None:
    back_up(store)
    add_text(store, 98, 9000)
    second, content = back_up(store, 1), database_content(store.conn)
    add_text(store, 99, 9000)
    store.close()
    restore_backup(second, path, NOW)
    with closing(open_store(path)) as again:
        assert database_content(again.conn) == content


def test_full_backup_stays_as_long_as_a_differential_one_needs_it(store: Database) -> None:
    for day in range(35):
        newest = back_up(store, day)
        backups = backup_files(newest.parent)
        assert {full_backup_of(backup) for backup in backups} <= set(backups)
    assert len(backups) <= 7 + 4 + 4


def test_reader_of_an_older_state_makes_the_next_backup_full(store: Database, path: Path) -> None:
    back_up(store)
    add_text(store, 98, 9000)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        add_text(store, 99, 9000)
        second = back_up(store, 1)
    assert second.suffix == FULL
    check_backup(second)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_random_history_gives_backups_equal_to_the_database(path: Path, seed: int) -> None:
    dice = random.Random(seed)
    db = fill(open_store(path))
    made: list[Path] = []
    for step in range(40):
        db = _step(dice, db, path, step)
        if dice.random() < 0.4:
            made.append(back_up(db, minute=step))
            assert_is_copy(made[-1], db, path)
    db.close()
    assert {backup.suffix for backup in made} == {FULL, DIFFERENTIAL}
    for backup in filter(Path.exists, made):
        check_backup(backup)


def _step(dice: random.Random, db: Database, path: Path, number: int) -> Database:
    """Change, reopen or disturb the database. Return it."""
    action = dice.choice(["add", "add", "add", "delete", "grow", "close", "lose", "foreign"])
    if action in ("add", "grow"):
        add_text(db, number, 200_000 if action == "grow" else dice.randrange(20_000))
    elif action == "delete":
        db.execute(
            "DELETE FROM articles WHERE id IN (SELECT id FROM articles WHERE host = '' LIMIT 1)"
        )
    elif action == "foreign":
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("UPDATE articles SET text = text || 'y'")
    else:
        db.close() if action == "close" else db.conn.close()
        return open_store(path)
    if number % 13 == 12:
        db.execute("VACUUM")
    return db


def test_record_of_changed_pages_is_not_renewed_without_a_change(store: Database) -> None:
    folder = back_up(store).parent
    before = load_changes(folder)
    back_up(store, 1)
    assert load_changes(folder) == before
