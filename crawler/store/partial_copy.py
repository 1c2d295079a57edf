"""Copy changed rows of the database into a small one of the same schema, to make them public."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from crawler.store.snapshot_changes import SnapshotChanges

_SHADOW = "SELECT name FROM pragma_table_list WHERE schema = 'private' AND type = 'shadow'"
_SCHEMA = """
SELECT name, sql FROM private.sqlite_master
WHERE type IN ('table', 'index', 'view') AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
ORDER BY rowid
"""

# Links to hidden articles are removed from all texts: the copy has every hidden article, with the
# posts by which `publishable_articles` decides that it is hidden.
_HIDDEN = """
CREATE TEMP TABLE hidden_articles AS
    SELECT id FROM private.articles WHERE hidden <> 0
    UNION
    SELECT l.article_id FROM private.posts p JOIN private.links l ON l.post_id = p.id
    WHERE p.visibility NOT IN ('public', 'unlisted') AND l.article_id IS NOT NULL;
DELETE FROM hidden_articles WHERE id IN (SELECT id FROM private.publishable_articles);
CREATE TEMP TABLE hidden_posts AS
    SELECT DISTINCT post_id AS id FROM private.links
    WHERE article_id IN (SELECT id FROM hidden_articles);
"""
_HIDDEN_ARTICLES = "IN (SELECT id FROM hidden_articles)"
_HIDDEN_POSTS = "IN (SELECT id FROM hidden_posts)"
_ROWS = (
    ("sources", "1"),
    ("runs", "1"),
    ("run_measures", "1"),
    ("run_sources", "run_id IN (SELECT value FROM json_each(:run))"),
    ("fetches", "id IN (SELECT value FROM json_each(:fetch))"),
    ("authors", f"id IN (SELECT author_id FROM private.posts WHERE id {_HIDDEN_POSTS})"),  # noqa: S608
    ("articles", f"id {_HIDDEN_ARTICLES} OR id IN (SELECT value FROM json_each(:article_check))"),  # noqa: S608
    ("posts", f"id {_HIDDEN_POSTS}"),
    ("unconfirmed_posts", f"post_id {_HIDDEN_POSTS}"),
    ("links", f"post_id {_HIDDEN_POSTS} AND article_id {_HIDDEN_ARTICLES}"),
    ("aliases", f"article_id {_HIDDEN_ARTICLES}"),
    ("curation_decisions", f"action = 'hide' OR article_id {_HIDDEN_ARTICLES}"),
)
"""The tables in the order in which they are copied, with a condition for their rows."""


@contextmanager
def partial_copy(database: Path, changes: SnapshotChanges) -> Iterator[sqlite3.Connection]:
    """Yield a database in memory with the rows of the file `database` that `changes` name.

    It has the schema of the file without triggers, and also the rows that decide which of the
    changed rows may be published.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None, uri=True)) as copy:
        copy.execute("ATTACH ? AS private", [f"{database.resolve().as_uri()}?mode=ro"])
        copy.execute("BEGIN")
        _create_schema(copy)
        copy.execute("COMMIT")
        copy.executescript(f"BEGIN; {_HIDDEN} COMMIT;")
        ids = {
            kind.replace("-", "_"): msgspec.json.encode(changes.of(kind)).decode()
            for kind in ("run", "fetch", "article-check")
        }
        copy.execute("BEGIN")
        for table, condition in _ROWS:
            copy.execute(
                f"INSERT INTO main.{table} SELECT * FROM private.{table} WHERE {condition}",  # noqa: S608
                ids,
            )
        copy.execute("UPDATE posts SET similar_to = NULL, text = ''")  # refer to other rows
        copy.execute("UPDATE articles SET story_id = NULL, title = '', summary = '', text = ''")
        copy.execute("COMMIT")
        copy.execute("DETACH private")
        yield copy


def _create_schema(copy: sqlite3.Connection) -> None:
    shadows = {name for (name,) in copy.execute(_SHADOW)}
    for name, sql in copy.execute(_SCHEMA).fetchall():
        if name not in shadows:
            copy.execute(sql)
