"""Replace the rows of changed items in the snapshot by those of a public copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from itertools import chain

import msgspec

from crawler.store.affected_items import AffectedItems

_AMONG = "IN (SELECT value FROM json_each(?))"
_OF_ARTICLES = {
    "aliases": "article_id",
    "article_changes": "article_id",
    "article_entities": "article_id",
    "article_links": "article_id",
    "article_list": "id",
    "article_sharers": "article_id",
    "article_vectors": "article_id",
    "article_words": "article_id",
    "articles": "id",
    "entity_articles": "article_id",
    "published_entries": "article_id",
    "related_articles": "article_id",
    "shares": "article_id",
    "topic_articles": "article_id",
    "unquotable_articles": "id",
}
_OF_POSTS = {
    "cards": "post_id",
    "links": "post_id",
    "post_hashtags": "post_id",
    "posts": "id",
    "topic_posts": "post_id",
    "unconfirmed_posts": "post_id",
    "unlinked_posts": "post_id",
}
_TAGGED = "subject_kind = '{kind}' AND subject_id"
_EVIDENCE = f"tagging_id IN (SELECT id FROM taggings WHERE {_TAGGED} {_AMONG})"  # noqa: S608

# An author has a row if a post that is shown names the author; a name only if it may be shown.
_AUTHORS = """
SELECT a.*, a.id IN (SELECT id FROM private.publishable_authors) FROM private.authors a
WHERE a.id IN (SELECT value FROM json_each(?))
"""
_NAMELESS = "UPDATE authors SET handle = 'author-' || id, name = '', url = '' WHERE id = ?"
_ENTITIES = "SELECT * FROM private.entities WHERE id IN (SELECT value FROM json_each(?))"


def replace_items(
    copy: sqlite3.Connection, snapshot: sqlite3.Connection, items: AffectedItems
) -> None:
    """Replace all rows of `items` in `snapshot` by those of `copy`, which may be shown.

    All rows are deleted before the first is inserted: an id may have moved to another item.
    """
    rows = list(_rows_of(items))
    for table, condition, ids in rows:
        snapshot.execute(f"DELETE FROM {table} WHERE {condition}", [ids])  # noqa: S608
    for table, condition, ids in reversed(rows):
        shown = copy.execute(f"SELECT * FROM {table} WHERE {condition}", [ids])  # noqa: S608
        insert_complete_rows(snapshot, table, shown)
    snapshot.executemany(
        "UPDATE sqlite_sequence SET seq = ? WHERE name = ?",
        copy.execute("SELECT seq, name FROM private.sqlite_sequence"),
    )
    _replace_authors(copy, snapshot, items.authors)
    _replace_entities(copy, snapshot, items.entities)


def insert_complete_rows(
    snapshot: sqlite3.Connection, table: str, rows: sqlite3.Cursor | Iterable[tuple[object, ...]]
) -> None:
    """Insert complete `rows` into a `table` of `snapshot`."""
    rows = iter(rows)
    first = next(rows, None)
    if first is not None:
        places = ", ".join("?" * len(first))
        statement = f"INSERT INTO {table} VALUES ({places})"  # noqa: S608
        snapshot.executemany(statement, chain([first], rows))


def _rows_of(items: AffectedItems) -> Iterator[tuple[str, str, str]]:
    """Yield each table with the condition of the rows of `items`, and their ids in JSON."""
    for kind, ids, tables in (
        ("article", _json(items.articles), _OF_ARTICLES),
        ("post", _json(items.posts), _OF_POSTS),
    ):
        yield "evidence", _EVIDENCE.format(kind=kind), ids
        yield "taggings", f"{_TAGGED.format(kind=kind)} {_AMONG}", ids
        for table, column in tables.items():
            yield table, f"{column} {_AMONG}", ids
    yield "stories", f"id {_AMONG}", _json(items.stories)


def _replace_authors(
    copy: sqlite3.Connection, snapshot: sqlite3.Connection, ids: Collection[int]
) -> None:
    shown = _existing(snapshot, "SELECT 1 FROM posts WHERE author_id = ?", ids)
    snapshot.execute(f"DELETE FROM authors WHERE id {_AMONG}", [_json(ids)])  # noqa: S608
    for *author, is_named in copy.execute(_AUTHORS, [_json(shown)]).fetchall():
        insert_complete_rows(snapshot, "authors", [tuple(author)])
        if not is_named:
            snapshot.execute(_NAMELESS, (author[0],))


def _replace_entities(
    copy: sqlite3.Connection, snapshot: sqlite3.Connection, ids: Collection[int]
) -> None:
    shown = _existing(snapshot, "SELECT 1 FROM article_entities WHERE entity_id = ?", ids)
    snapshot.execute(f"DELETE FROM entities WHERE id {_AMONG}", [_json(ids)])  # noqa: S608
    insert_complete_rows(snapshot, "entities", copy.execute(_ENTITIES, [_json(shown)]))


def _existing(snapshot: sqlite3.Connection, query: str, ids: Collection[int]) -> list[int]:
    return [row_id for row_id in ids if snapshot.execute(query, (row_id,)).fetchone()]


def _json(ids: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(ids)).decode()
