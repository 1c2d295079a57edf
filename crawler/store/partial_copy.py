"""Copy the rows of changed items into a small database of the same schema, to make them public.

The private database decides which of the rows may be shown, and the small one has the rows of which
the changed ones show a part.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from crawler.store.snapshot_changes import SnapshotChanges
from crawler.store.snapshot_context import HIDDEN_ARTICLES, attach_private

_SHADOW = "SELECT name FROM pragma_table_list WHERE schema = 'private' AND type = 'shadow'"
_SCHEMA = """
SELECT name, sql FROM private.sqlite_master
WHERE type IN ('table', 'index', 'view') AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
ORDER BY rowid
"""

# The posts and articles of which changed ones show a part: a copied post, a linked article.
_CONTEXT = """
CREATE TEMP TABLE copied_posts AS
    SELECT id FROM temp.changed_posts
    UNION SELECT similar_to FROM private.posts
    WHERE id IN (SELECT id FROM temp.changed_posts) AND similar_to IS NOT NULL;
CREATE TEMP TABLE copied_articles AS
    SELECT id FROM temp.changed_articles
    UNION SELECT article_id FROM private.links
    WHERE post_id IN (SELECT id FROM temp.copied_posts) AND article_id IS NOT NULL
    UNION SELECT article_id FROM private.cards
    WHERE post_id IN (SELECT id FROM temp.copied_posts) AND article_id IS NOT NULL
    UNION SELECT id FROM temp.hidden_articles;
"""
_CHANGED = "IN (SELECT id FROM temp.changed_articles)"
_POSTS = "IN (SELECT id FROM temp.copied_posts)"
_HIDDEN_ARTICLES = "IN (SELECT id FROM temp.hidden_articles)"
_TAGGED = (
    f"(subject_kind = 'article' AND subject_id {_CHANGED} "
    f"OR subject_kind = 'post' AND subject_id {_POSTS})"
)
_ROWS = (
    ("sources", "1"),
    ("runs", "1"),
    ("run_measures", "1"),
    ("run_sources", "run_id IN (SELECT value FROM json_each(:run))"),
    ("fetches", "id IN (SELECT value FROM json_each(:fetch))"),
    ("topics", "1"),
    ("authors", f"id IN (SELECT author_id FROM private.posts WHERE id {_POSTS})"),  # noqa: S608
    (
        "articles",
        "id IN (SELECT id FROM temp.copied_articles) "
        "OR id IN (SELECT value FROM json_each(:article_check))",
    ),
    ("posts", f"id {_POSTS}"),
    ("unconfirmed_posts", f"post_id {_POSTS}"),
    ("links", f"post_id {_POSTS}"),
    ("cards", f"post_id {_POSTS}"),
    ("post_hashtags", f"post_id {_POSTS}"),
    ("aliases", f"article_id {_CHANGED} OR article_id {_HIDDEN_ARTICLES}"),
    ("article_changes", f"article_id {_CHANGED}"),
    ("article_entities", f"article_id {_CHANGED}"),
    ("article_links", f"article_id {_CHANGED}"),
    ("article_vectors", f"article_id {_CHANGED}"),
    ("published_entries", f"article_id {_CHANGED}"),
    ("related_articles", f"article_id {_CHANGED}"),
    ("curation_decisions", f"action = 'hide' OR article_id {_HIDDEN_ARTICLES}"),
    ("taggings", _TAGGED),
    ("evidence", "tagging_id IN (SELECT id FROM main.taggings)"),
    ("entities", "id IN (SELECT entity_id FROM main.article_entities)"),
    (
        "stories",
        f"id IN (SELECT story_id FROM private.articles WHERE id {_CHANGED}) "  # noqa: S608
        "OR id IN (SELECT value FROM json_each(:story))",
    ),
)
"""The tables in the order in which they are copied, with a condition for their rows."""

# Rows that are not published need not refer to others.
_UNUSED = f"""
UPDATE main.posts SET similar_to = NULL WHERE id NOT IN (SELECT id FROM temp.changed_posts);
UPDATE main.articles SET story_id = NULL, text = '' WHERE NOT id {_CHANGED};
"""  # noqa: S608

DECIDED = """
CREATE TEMP TABLE shown_posts AS
    SELECT * FROM private.publishable_posts WHERE id IN (SELECT id FROM main.posts);
UPDATE shown_posts SET similar_to = NULL WHERE id NOT IN (SELECT id FROM temp.changed_posts);
CREATE TEMP TABLE named AS
    SELECT id FROM private.publishable_authors WHERE id IN (SELECT id FROM main.authors);
CREATE TEMP TABLE titled AS
    SELECT id FROM private.publishable_articles WHERE shows = 'title' AND id IN (
        SELECT id FROM main.articles UNION SELECT other_id FROM main.related_articles);
CREATE TEMP TABLE described AS
    SELECT id, description FROM private.publishable_cards WHERE id IN (SELECT id FROM main.cards);
CREATE INDEX temp.described_id ON described(id);
CREATE TEMP TABLE hidden AS SELECT id FROM hidden_articles;
CREATE TEMP TABLE threads AS
    SELECT thread_key AS key, 'thread-' || MIN(id) AS name FROM private.publishable_posts
    WHERE thread_key IS NOT NULL AND id IN (
        SELECT id FROM private.posts WHERE thread_key IN (SELECT thread_key FROM main.posts))
    GROUP BY 1;
CREATE INDEX temp.threads_key ON threads(key);
"""
"""The script that stores which of the copied rows may be shown."""


@contextmanager
def partial_copy(database: Path, snapshot: Path) -> Iterator[sqlite3.Connection]:
    """Yield a database in memory without rows, with the schema of the file `database`.

    It has no triggers. The file is attached as `private`, and `snapshot` as `public`. The temporary
    table `hidden_articles` has the articles that may not be shown.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None, uri=True)) as copy:
        attach_private(copy, database)
        copy.execute("ATTACH ? AS public", [f"{snapshot.resolve().as_uri()}?mode=ro"])
        copy.execute("BEGIN")
        _create_schema(copy)
        copy.execute("COMMIT")
        copy.executescript(f"BEGIN; {HIDDEN_ARTICLES} COMMIT;")
        yield copy


def copy_rows(copy: sqlite3.Connection, changes: SnapshotChanges) -> None:
    """Copy the rows of the changed articles and posts, and of other `changes`, into `copy`.

    It has the temporary tables of `find_affected_items`.
    """
    copy.executescript(f"BEGIN; {_CONTEXT} COMMIT;")
    ids = {
        kind.replace("-", "_"): msgspec.json.encode(changes.of(kind)).decode()
        for kind in ("run", "fetch", "article-check", "story")
    }
    copy.execute("BEGIN")
    for table, condition in _ROWS:
        copy.execute(
            f"INSERT INTO main.{table} SELECT * FROM private.{table} WHERE {condition}",  # noqa: S608
            ids,
        )
    copy.execute("COMMIT")
    copy.executescript(f"BEGIN; {_UNUSED} COMMIT;")


def _create_schema(copy: sqlite3.Connection) -> None:
    shadows = {name for (name,) in copy.execute(_SHADOW)}
    for name, sql in copy.execute(_SCHEMA).fetchall():
        if name not in shadows:
            copy.execute(sql)
