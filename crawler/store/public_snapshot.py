"""The public snapshot: a copy of the database without private rows and columns."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import DiskFullError, StoreError, store_error_from_os
from crawler.store.database import database_path
from crawler.store.database_files import (
    FILE_ERRORS,
    remove_database,
    sqlite_code,
    to_store_error,
)
from crawler.store.item_versions import store_item_versions
from crawler.store.public_lists import COUNTED_LISTS, store_views
from crawler.store.redact_links_to_hidden_articles import Key
from crawler.store.reduce_rows import reduce_rows
from crawler.store.schema_descriptions import store_schema_descriptions
from crawler.store.snapshot_full_text import store_full_text
from crawler.store.snapshot_search import store_search_index

# Readers count by these columns; each entry gets an index.
_INDEXED_COLUMNS = (
    ("aliases", "reason, article_id"),
    ("articles", "first_seen"),
    ("articles", "kind"),
    ("articles", "language"),
    ("articles", "site_name"),
    ("articles", "state, state_since, host"),
    ("authors", "consent"),
    ("authors", "name"),
    ("authors", "network"),
    ("entities", "kind"),
    ("entities", "name"),
    ("evidence", "field"),
    ("evidence", "rule"),
    ("fetches", "at, outcome, purpose, elapsed_ms, bytes"),
    ("fetches", "outcome"),
    ("fetches", "run_id, purpose, outcome, bytes"),
    ("fetches", "purpose"),
    ("links", "origin"),
    ("post_hashtags", "hashtag"),
    ("posts", "COALESCE(published, seen_at)"),
    ("posts", "consent"),
    ("posts", "language, network, source"),
    ("posts", "network, seen_at"),
    ("posts", "network, source, language"),
    ("posts", "seen_at"),
    ("run_measures", "measure"),
    ("run_sources", "outcome"),
    ("taggings", "confidence"),
    ("taggings", "subject_kind, topic, confidence"),
)

_LINK_TARGETS = """
CREATE INDEX public_article_links_target_id_article_id ON article_links(target_id, article_id)
WHERE target_id IS NOT NULL
"""


def write_snapshot(db: Database, target: Path, key: Key = str) -> Path:
    """Write the public copy next to `target` and publish it by one rename.

    Readers of the old copy keep it. The same rows give the same bytes. `key` returns the article
    key of a URL, by which links to hidden articles are found in any spelling.

    Returns `target`. Raises StoreError, for example for a full disk; the published copy is then
    unchanged.
    """
    draft = target.with_name(f"{target.name}.draft")
    remove_database(draft)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy_database(db, draft)
        with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            make_public(copy, key)
        os.replace(draft, target)
    except sqlite3.DatabaseError as error:
        raise draft_error(error, target) from error
    except OSError as error:
        raise store_error_from_os(error, target) from error
    finally:
        remove_database(draft)
    return target


def _copy_database(db: Database, draft: Path) -> None:
    """Copy the database. Raises StoreError, which names the file that is damaged."""
    try:
        db.execute("VACUUM INTO ?", [str(draft)])
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, database_path(db)) from error


def draft_error(error: sqlite3.DatabaseError, target: Path) -> StoreError:
    """Return the StoreError for an `error` of writing `target`: of the disk or of the rows."""
    cause = to_store_error(error, target)
    if isinstance(cause, DiskFullError) or sqlite_code(error) in FILE_ERRORS:
        return cause
    return StoreError(
        f"The snapshot cannot be made from the stored rows: {error}. "
        "The published snapshot and site are unchanged.",
        "Find the rows with: hashtrail verify",
    )


def make_public(copy: sqlite3.Connection, key: Key) -> None:
    """Remove the private rows of a `copy`, and store lists, indexes and versions.

    `key` is as for `write_snapshot`.
    """
    copy.execute("PRAGMA schema_version = 1")  # a restore increments it, and it is part of the file
    reduce_rows(copy, key)
    copy.execute("BEGIN")
    store_views(copy, COUNTED_LISTS)
    store_full_text(copy)
    copy.execute("COMMIT")
    copy.execute("BEGIN")
    store_search_index(copy)
    copy.execute("COMMIT")
    copy.execute("BEGIN")
    store_schema_descriptions(copy)
    store_item_versions(copy)
    copy.execute("COMMIT")
    _create_indexes(copy)
    copy.execute("ANALYZE")
    copy.execute("PRAGMA synchronous = FULL")
    copy.execute("VACUUM")


def _create_indexes(copy: sqlite3.Connection) -> None:
    """Index the columns by which readers count."""
    for table, columns in _INDEXED_COLUMNS:
        name = f"public_{table}_{'_'.join(re.findall(r'[a-z_]+', columns))}"
        copy.execute(f"CREATE INDEX {name} ON {table}({columns})")
    copy.execute(_LINK_TARGETS)
