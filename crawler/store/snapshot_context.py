"""The few rows of the database from which any row of the snapshot may follow.

If they change, the snapshot is written in full: any text may name an article that became hidden.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import msgspec

from crawler.store.change_triggers import OTHER_TABLES
from crawler.store.database_files import to_store_error

# Indexes find the few articles that may be hidden.
HIDDEN_ARTICLES = """
CREATE TEMP TABLE hidden_articles AS
    SELECT id FROM private.articles WHERE hidden <> 0
    UNION
    SELECT l.article_id FROM private.posts p JOIN private.links l ON l.post_id = p.id
    WHERE p.visibility NOT IN ('public', 'unlisted') AND l.article_id IS NOT NULL;
DELETE FROM hidden_articles WHERE id IN (SELECT id FROM private.publishable_articles);
"""
"""The script that stores the articles that may not be shown in a temporary table."""

_HIDDEN_URLS = """
SELECT url FROM private.articles WHERE id IN (SELECT id FROM temp.hidden_articles)
UNION SELECT url FROM private.aliases WHERE article_id IN (SELECT id FROM temp.hidden_articles)
UNION SELECT subject FROM private.curation_decisions
    WHERE action = 'hide' OR article_id IN (SELECT id FROM temp.hidden_articles)
"""
_ROWS = (
    _HIDDEN_URLS,  # which no row may name
    "SELECT * FROM private.derivation_versions WHERE name NOT LIKE 'input:%'",
    *(f"SELECT * FROM private.{table}" for table in OTHER_TABLES if table != "derivation_versions"),  # noqa: S608
)


def attach_private(copy: sqlite3.Connection, database: Path) -> None:
    """Attach the file `database` to the connection `copy`, for reading, as `private`."""
    copy.execute("ATTACH ? AS private", [f"{database.resolve().as_uri()}?mode=ro"])


def snapshot_context(database: Path) -> str:
    """Return a digest of these rows of the file `database`. Raises StoreError."""
    try:
        with closing(sqlite3.connect(":memory:", isolation_level=None, uri=True)) as copy:
            attach_private(copy, database)
            copy.executescript(HIDDEN_ARTICLES)
            rows = [sorted(map(repr, copy.execute(query))) for query in _ROWS]
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, database) from error
    return blake2b(msgspec.json.encode(rows), digest_size=16).hexdigest()
