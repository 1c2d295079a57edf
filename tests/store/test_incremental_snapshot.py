"""An updated snapshot has the rows of one that is written in full, after any history."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlite_utils import Database

from crawler.errors import CorruptStoreError, DiskFullError, StoreError
from crawler.store import update_snapshot as update_module
from crawler.store.affected_items import find_affected_items
from crawler.store.change_triggers import change_triggers
from crawler.store.database import database_path, open_store, transaction
from crawler.store.partial_copy import partial_copy
from crawler.store.public_snapshot import write_snapshot
from crawler.store.search_indexes import INDEXES
from crawler.store.snapshot_changes import (
    SnapshotChanges,
    changes_since,
    record_written,
    take_changes,
)
from crawler.store.snapshot_context import snapshot_context
from crawler.store.update_snapshot import update_snapshot
from tests.bench.counted_work import count_database_steps
from tests.store.conftest import add_article, fill
from tests.store.random_changes import CHANGES, fill_library

HISTORIES = int(os.environ.get("HASHTRAIL_HISTORIES", "2"))
STEPS = 6

# Statements of a night without news: the snapshot is updated.
CHECKS = (
    "INSERT INTO runs (command, started, message) VALUES ('nightly', '2026-11-20', '/srv/a/b.txt')",
    "UPDATE runs SET outcome = 'ok'",
    "INSERT INTO run_measures (run_id, measure, subject, value, after_build) "
    "SELECT id, 'files', hex(randomblob(4)), 1, id % 2 FROM runs ORDER BY id DESC LIMIT 1",
    "INSERT OR REPLACE INTO run_sources (run_id, source, outcome, message) "
    "SELECT id, 'a', 'ok', 'see https://a.example/leases' FROM runs LIMIT 1",
    "INSERT INTO fetches (url, at, purpose, outcome, message, archive_file) "
    "SELECT url, '2026-11-20', 'page', 'ok', 'secret', '/srv/archive/x.warc.gz' FROM articles",
    "INSERT INTO fetches (url, at, purpose, outcome) VALUES ('https://api/1', '2026', 'api', 'ok')",
    "INSERT INTO fetches (url, final_url, at, purpose, outcome, hops) VALUES ('https://b.example/',"
    " 'https://a.example/leases?utm_source=x', '2026', 'page', 'ok', '[]')",
    "DELETE FROM fetches WHERE id % 2",
    "INSERT OR REPLACE INTO sources (name, kind, cursor, last_message) "
    "VALUES ('a', 'feed', 'secret', 'no https://a.example/leases in /srv/x/y')",
    "UPDATE articles SET last_checked = '2026-11-21T00:00:00Z', last_status = 304",
    "UPDATE articles SET last_outcome = 'timeout', failures = failures + 1",
    "UPDATE articles SET archive_file = 'a.warc.gz', archive_offset = abs(random())",
    "UPDATE articles SET archive_file = NULL, archive_offset = NULL",
    "UPDATE posts SET last_checked = '2026-11-21T00:00:00Z', refusals = 1",
)
# Statements that change published rows.
NEWS = (
    "UPDATE articles SET last_outcome = 'legal'",
    "UPDATE articles SET directives = '{\"nosnippet\":true}' WHERE id = 1",
    "UPDATE articles SET title = title || ' again'",
    "UPDATE authors SET consent = 'none' WHERE id % 2",
    "UPDATE authors SET consent = 'full'",
    "UPDATE posts SET consent = 'reference' WHERE id = 1",
    "UPDATE posts SET visibility = 'public'",
    "UPDATE posts SET hidden = 1 WHERE id = 1",
    "UPDATE posts SET deleted_at = '2026-11-20' WHERE id = 1",
    "INSERT OR IGNORE INTO unconfirmed_posts VALUES (1)",
    "DELETE FROM posts WHERE id = 1",
)
# Statements after which the snapshot is written in full: texts may name a hidden article anywhere.
REWRITES = (
    "UPDATE articles SET hidden = 1 - hidden WHERE id = 1",
    "UPDATE posts SET visibility = 'private'",
    "UPDATE topics SET label = label || '!'",
    "INSERT OR IGNORE INTO curation_decisions (action, subject, object, reason, who, since) "
    "VALUES ('hide', 'https://a.example/leases', '', '', 'me', '2026')",
)
# Statements that withdraw what the snapshot shows, and a word that it may not contain afterwards.
WITHDRAWALS = (
    ("DELETE FROM posts WHERE id = 1", "distributedsystems"),
    ("UPDATE posts SET deleted_at = '2026-11-20' WHERE id = 1", "distributedsystems"),
    ("UPDATE posts SET consent = 'link-only' WHERE id = 1", "distributedsystems"),
    ("UPDATE authors SET consent = 'none'", "anna"),
    ("UPDATE articles SET directives = '{\"nosnippet\":true}' WHERE id = 1", "dead"),
    ("UPDATE articles SET text = 'A lease.', title = 'L', summary = '' WHERE id = 1", "dead"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    db = fill(open_store(tmp_path / "state" / "hashtrail.db"))
    add_article(db, "https://b.example/", "b.example")
    yield db
    db.close()


def contents(path: Path) -> dict[str, list[Any]]:
    """Return the rows of all tables of a snapshot and the terms of its indexes.

    The statistics of SQLite and the files of the indexes are left out.
    """
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'"
    with closing(sqlite3.connect(path)) as snapshot:
        tables = sorted(name for (name,) in snapshot.execute(names))
        assert snapshot.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = {
            name: sorted(snapshot.execute(f"SELECT * FROM {name}"), key=repr)
            for name in tables
            if "_fts" not in name or name.endswith("_docsize")
        }
        for index in INDEXES:
            snapshot.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")
            terms = f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, {index}, instance)"
            snapshot.execute(terms)
            found[index] = sorted(snapshot.execute("SELECT * FROM temp.terms"))
            snapshot.execute("DROP TABLE temp.terms")
        return found


def assert_same_as_a_full_write(db: Database, updated: Path) -> None:
    full = contents(write_snapshot(db, updated.with_name("full.db")))
    for name, rows in contents(updated).items():
        assert set(rows) - set(full[name]) == set(full[name]) - set(rows), name
        assert rows == full[name], name


def execute(db: Database, statement: str) -> None:
    db.conn.execute("BEGIN")
    db.conn.execute(statement)
    db.conn.execute("COMMIT")


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_updated_snapshot_has_the_rows_of_a_full_write_after_random_histories(
    store: Database, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    for _ in range(STEPS):
        for statement in dice.sample(CHECKS, 3):
            execute(store, statement)
        if dice.random() < 0.4:
            execute(store, dice.choice((*NEWS, *REWRITES)))
        assert_same_as_a_full_write(store, update_snapshot(store, tmp_path / "public.db"))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_updates_after_random_changes_give_a_full_write(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    db = open_store(tmp_path / "hashtrail.db")
    with transaction(db):
        fill_library(db, dice, 12)
    public = update_snapshot(db, tmp_path / "public.db")
    updates = 0
    for _ in range(STEPS):
        before = public.stat().st_ino
        with transaction(db):
            for change in dice.choices(CHANGES, k=dice.choice((1, 2, 12))):
                change(db, dice)
        with patch.object(update_module, "write_snapshot", wraps=write_snapshot) as full:
            update_snapshot(db, public)
        updates += public.stat().st_ino != before and not full.called
        assert_same_as_a_full_write(db, public)
    assert updates
    db.close()


@pytest.mark.parametrize("hidden", [False, True])
def test_night_without_news_updates_the_snapshot_to_the_rows_of_a_full_write(
    store: Database, tmp_path: Path, hidden: bool
) -> None:
    if hidden:
        execute(store, "UPDATE articles SET hidden = 1 WHERE id = 1")
    public = update_snapshot(store, tmp_path / "public.db")
    for statement in CHECKS:
        execute(store, statement)
    assert not changes_since(store, public).needs_full_write
    assert_same_as_a_full_write(store, update_snapshot(store, public))


def update_without_full_write(db: Database, public: Path) -> None:
    with patch.object(update_module, "write_snapshot") as full:
        update_snapshot(db, public)
    assert not full.called


@pytest.mark.parametrize("statement", NEWS)
def test_change_of_a_published_row_is_updated(
    store: Database, tmp_path: Path, statement: str
) -> None:
    execute(store, "UPDATE posts SET visibility = 'unlisted'")
    execute(store, "UPDATE authors SET consent = 'reference'")
    public = update_snapshot(store, tmp_path / "public.db")
    execute(store, statement)
    update_without_full_write(store, public)
    assert_same_as_a_full_write(store, public)


@pytest.mark.parametrize("statement", REWRITES)
def test_hidden_article_and_changed_topic_need_a_full_write(
    store: Database, tmp_path: Path, statement: str
) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    execute(store, statement)
    with patch.object(update_module, "write_snapshot", wraps=write_snapshot) as full:
        update_snapshot(store, public)
    assert full.called


@pytest.mark.parametrize(("statement", "word"), WITHDRAWALS)
def test_updated_snapshot_has_no_withdrawn_word(
    store: Database, tmp_path: Path, statement: str, word: str
) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    assert word.encode() in public.read_bytes().lower()
    execute(store, statement)
    update_without_full_write(store, public)
    assert word.encode() not in public.read_bytes().lower()


def test_unchanged_database_leaves_the_file_alone(store: Database, tmp_path: Path) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    before = public.stat()
    execute(store, "INSERT INTO runs (command, started) VALUES ('build', '2026-11-20')")
    execute(store, "UPDATE posts SET next_check = '2026-12-01'")
    execute(store, "UPDATE articles SET etag = 'x', title = title")
    assert update_snapshot(store, public).stat() == before


def test_readers_of_the_old_snapshot_keep_it(store: Database, tmp_path: Path) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    with closing(sqlite3.connect(public)) as reader:
        execute(store, CHECKS[0])
        update_snapshot(store, public)
        assert reader.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def _replace_file(db: Database, public: Path) -> None:
    public.write_bytes(public.read_bytes())


def _restore_older_database(db: Database, public: Path) -> None:
    execute(db, "UPDATE snapshot_state SET value = 'older' WHERE name = 'file'")


def _upgrade(db: Database, public: Path) -> None:
    execute(db, "UPDATE snapshot_state SET value = 'older' WHERE name = 'code'")


@pytest.mark.parametrize("event", [_replace_file, _restore_older_database, _upgrade])
def test_snapshot_of_another_state_is_written_in_full(
    store: Database, tmp_path: Path, event: Callable[[Database, Path], None]
) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    assert not changes_since(store, public)
    event(store, public)
    assert changes_since(store, public).needs_full_write


def test_snapshot_whose_update_fails_is_written_in_full(store: Database, tmp_path: Path) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    with closing(sqlite3.connect(public)) as copy:
        copy.execute("DROP TABLE article_words")
        copy.commit()
    record_written(store, public, snapshot_context(database_path(store)))
    execute(store, NEWS[2])
    errors: list[StoreError] = []
    update_snapshot(store, public, on_failed_update=errors.append)
    assert "article_words" in errors[0].message
    assert_same_as_a_full_write(store, public)


def test_update_on_a_full_disk_is_not_repeated_in_full(store: Database, tmp_path: Path) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    execute(store, NEWS[2])
    full = DiskFullError("public.db")
    with (
        patch.object(update_module, "_update", side_effect=full),
        patch.object(update_module, "write_snapshot") as write,
        pytest.raises(DiskFullError),
    ):
        update_snapshot(store, public)
    assert not write.called


def test_snapshot_of_a_damaged_database_is_refused_with_a_hint(
    store: Database, tmp_path: Path
) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    published = public.read_bytes()
    execute(store, NEWS[2])
    database = database_path(store)
    root = "SELECT rootpage FROM sqlite_master WHERE name = 'curation_log'"
    (page,) = store.execute(root).fetchone()
    (size,) = store.execute("PRAGMA page_size").fetchone()
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"x" * size)

    with pytest.raises(CorruptStoreError) as raised:
        update_snapshot(store, public)
    assert str(database) in raised.value.message
    assert raised.value.hint
    assert public.read_bytes() == published


def test_killed_write_leaves_the_changes_for_the_next_one(store: Database, tmp_path: Path) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    execute(store, CHECKS[0])
    changes = changes_since(store, public)
    take_changes(store)
    assert changes_since(store, public) == changes


def test_triggers_compare_every_column_of_the_schema(store: Database) -> None:
    stored = {row[0] for row in store.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")}
    assert set(change_triggers(store)) <= stored


@pytest.mark.parametrize("conflict", ["OR ABORT", "OR FAIL", "OR REPLACE", "OR IGNORE", ""])
def test_change_is_recorded_twice_whatever_the_conflict_clause_of_the_statement(
    store: Database, tmp_path: Path, conflict: str
) -> None:
    public = update_snapshot(store, tmp_path / "public.db")
    for number in (1, 2):
        execute(store, f"INSERT {conflict} INTO sources (name, kind) VALUES ('{number}', 'feed')")
    execute(store, f"UPDATE {conflict} sources SET failures = 3")
    execute(
        store,
        "INSERT INTO sources (name, kind) VALUES ('1', 'feed') "
        "ON CONFLICT (name) DO UPDATE SET failures = 4",
    )
    assert changes_since(store, public).ids == {"source": (0,)}


def _steps_to_find_affected_items(folder: Path, articles: int) -> int:
    """Return the steps of SQLite that find what a change of a tag affects."""
    folder.mkdir()
    db = open_store(folder / "hashtrail.db")
    with transaction(db):
        fill_library(db, random.Random(articles), articles)
    public = write_snapshot(db, folder / "public.db")
    changes = SnapshotChanges({"tagging": (0,)})
    with partial_copy(database_path(db), public) as copy:
        steps = count_database_steps(copy, lambda: find_affected_items(copy, changes))
    db.close()
    return steps


def test_affected_items_are_found_with_the_same_work_in_a_larger_library(tmp_path: Path) -> None:
    small, large = (_steps_to_find_affected_items(tmp_path / f"{n}", n) for n in (200, 800))
    assert large <= 1.3 * small
