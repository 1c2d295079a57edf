"""Update the public snapshot: keep it, replace the rows of changed items, or write it in full."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from sqlite_utils import Database

from crawler.errors import DiskFullError, StoreError
from crawler.store.affected_items import AffectedItems, find_affected_items
from crawler.store.change_triggers import (
    CHECKED_ARTICLE_COLUMNS,
    CHECKED_POST_COLUMNS,
)
from crawler.store.counted_lists import article_counts, update_counted_lists
from crawler.store.database import database_path
from crawler.store.item_versions import ChangedRows, update_item_versions
from crawler.store.partial_copy import DECIDED, copy_rows, partial_copy
from crawler.store.public_snapshot import draft_error, write_snapshot
from crawler.store.redact_links_to_hidden_articles import Key
from crawler.store.reduce_rows import reduce_rows
from crawler.store.replace_items import insert_complete_rows, replace_items
from crawler.store.replaced_file import replaced_file
from crawler.store.snapshot_changes import (
    SnapshotChanges,
    changes_since,
    record_written,
    recorded_context,
    take_changes,
)
from crawler.store.snapshot_context import snapshot_context
from crawler.store.snapshot_full_text import article_terms, post_terms, update_full_text
from crawler.store.snapshot_search import documents_of, update_search_index

_MOST_CHECKS = 20_000  # changed rows; for more, a full write is faster
_MOST_ITEMS = 0.2  # share of the articles; for more, a full write is faster
_FEW_ITEMS = 20

_WHOLE_TABLES = ("sources", "runs", "run_measures")
_ARTICLE_CHECKS = ", ".join(CHECKED_ARTICLE_COLUMNS)
_POST_CHECKS = f"""
SELECT {", ".join(CHECKED_POST_COLUMNS)}, id FROM posts
WHERE id IN (SELECT value FROM json_each(?))
"""  # noqa: S608


def update_snapshot(
    db: Database,
    target: Path,
    key: Key = str,
    on_failed_update: Callable[[StoreError], None] = lambda error: None,
) -> Path:
    """Update the snapshot `target` of `db` at the least cost.

    If nothing that is published changed, the file does not change. If articles, posts and other
    items changed, their rows are made public by the code of a full write, and replace the former
    ones in a copy of the file. Changed topics and decisions, newly hidden articles and many changes
    are written in full. So is a snapshot whose update fails, unless the disk is full;
    `on_failed_update` is called with the error. Rows, answers and item versions are those of a full
    write; only the statistics of SQLite and the order of rows and pages in the file may differ.
    `key` is as for `write_snapshot`.

    Readers of the old file keep it. Returns `target`. Raises StoreError.
    """
    if not changes_since(db, target):
        return target
    take_changes(db)
    changes = changes_since(db, target)
    database = database_path(db)
    context = snapshot_context(database) if database.name else ""
    is_small = not changes.needs_full_write and len(changes) <= _MOST_CHECKS
    is_updated = False
    if is_small and context and context == recorded_context(db):
        try:
            is_updated = _update(db, database, target, changes, key)
        except DiskFullError:
            raise
        except StoreError as error:
            on_failed_update(error)
    if not is_updated:
        write_snapshot(db, target, key)
    record_written(db, target, context)
    return target


def _update(db: Database, database: Path, target: Path, changes: SnapshotChanges, key: Key) -> bool:
    """Replace the rows of `changes` in the snapshot. Return False if there are too many.

    Raises StoreError.
    """
    try:
        with partial_copy(database, target) as copy:
            items = find_affected_items(copy, changes)
            (articles,) = copy.execute("SELECT count(*) FROM private.articles").fetchone()
            if len(items.articles) > max(_MOST_ITEMS * articles, _FEW_ITEMS):
                return False
            copy_rows(copy, changes)
            reduce_rows(copy, key, DECIDED)
            with replaced_file(target) as snapshot:
                _replace_items(copy, snapshot, items, _copy_checks(db, copy, changes, snapshot))
    except sqlite3.DatabaseError as error:
        raise draft_error(error, target) from error
    return True


def _replace_items(
    copy: sqlite3.Connection,
    snapshot: sqlite3.Connection,
    items: AffectedItems,
    changed_rows: dict[str, ChangedRows],
) -> None:
    """Replace the rows of `items`, and update lists, indexes and versions."""
    documents = {
        "articles": items.articles,
        "authors": items.authors,
        "entities": items.entities,
        "posts": items.posts,
    }
    has_items = any((*documents.values(), items.stories))
    if has_items:
        old_counts = article_counts(snapshot, items.articles)
        old_articles = article_terms(snapshot, items.articles)
        old_posts = post_terms(snapshot, items.posts)
        old_documents = documents_of(snapshot, documents)

        replace_items(copy, snapshot, items)

        update_counted_lists(snapshot, old_counts, article_counts(snapshot, items.articles))
        new_articles = article_terms(snapshot, items.articles)
        update_full_text(snapshot, "articles_fts", old_articles, new_articles)
        new_posts = post_terms(snapshot, items.posts)
        update_full_text(snapshot, "posts_fts", old_posts, new_posts)
        update_search_index(snapshot, old_documents, documents_of(snapshot, documents))
    checked = [row[0] for row in copy.execute("SELECT id FROM articles")]
    update_item_versions(
        snapshot,
        {
            "article": sorted({*items.articles, *checked}),
            "author": items.authors,
            "entity": items.entities,
            "post": items.posts,
            "story": items.stories,
        },
        _WHOLE_TABLES,
        changed_rows,
    )


def _copy_checks(
    db: Database,
    copy: sqlite3.Connection,
    changes: SnapshotChanges,
    snapshot: sqlite3.Connection,
) -> dict[str, ChangedRows]:
    """Replace the changed runs, requests, sources and times of checks by those of the `copy`.

    An article or post that the snapshot does not show gets no row. Returns the changed rows by
    table.
    """
    for table in _WHOLE_TABLES:
        _replace_rows(copy, snapshot, table, "1", ())
    run_sources = _replace_rows(copy, snapshot, "run_sources", "run_id = ?", changes.of("run"))
    _replace_rows(copy, snapshot, "fetches", "id = ?", changes.of("fetch"))
    articles = copy.execute(f"SELECT {_ARTICLE_CHECKS}, id FROM articles").fetchall()  # noqa: S608
    snapshot.executemany(_update_of("articles", CHECKED_ARTICLE_COLUMNS), articles)
    snapshot.executemany(
        "UPDATE article_list SET last_checked = ? WHERE id = ?",
        copy.execute("SELECT last_checked, id FROM articles"),
    )
    posts = db.execute(_POST_CHECKS, [msgspec.json.encode(changes.of("post-check")).decode()])
    snapshot.executemany(_update_of("posts", CHECKED_POST_COLUMNS), posts)
    return {"run_sources": run_sources}


def _replace_rows(
    copy: sqlite3.Connection,
    snapshot: sqlite3.Connection,
    table: str,
    condition: str,
    ids: Iterable[int],
) -> ChangedRows:
    """Replace rows of a table: those that fulfil the `condition` of each id, or all rows."""
    parameters: list[tuple[int, ...]] = [(row_id,) for row_id in ids] if "?" in condition else [()]
    deleted: list[tuple[object, ...]] = []
    for row in parameters:
        deleted += snapshot.execute(f"SELECT * FROM {table} WHERE {condition}", row)  # noqa: S608
    snapshot.executemany(f"DELETE FROM {table} WHERE {condition}", parameters)  # noqa: S608
    inserted = copy.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    insert_complete_rows(snapshot, table, inserted)
    return deleted, inserted


def _update_of(table: str, columns: Iterable[str]) -> str:
    """Return the statement that sets `columns` of the row with an id."""
    assignments = ", ".join(f"{column} = ?" for column in columns)
    return f"UPDATE {table} SET {assignments} WHERE id = ?"  # noqa: S608
