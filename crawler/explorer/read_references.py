"""Replace the keys of other rows in rows of a table by references with labels."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.explorer.render_cell import Reference
from crawler.store.shown_titles import shown_titles

_LONGEST_LABEL = 200  # characters that are read
# table -> key column, SQL of its label
_LABELS = {
    "articles": ("id", "(SELECT title FROM article_list l WHERE l.id = articles.id)"),
    "authors": ("id", "COALESCE(NULLIF(name, ''), handle)"),
    "cards": ("id", "title"),
    "entities": ("id", "name"),
    "links": ("id", "url"),
    "posts": ("id", "text"),
    "runs": ("id", "command || ' ' || substr(started, 1, 10)"),
    "sources": ("name", "name"),
    "stories": (
        "id",
        "(SELECT title FROM article_list l WHERE l.id = stories.lead_article_id)",
    ),
    "taggings": ("id", "(SELECT label FROM topics WHERE slug = taggings.topic)"),
    "topics": ("slug", "label"),
}
# Columns that name rows without a foreign key: a view has none, and a subject is of two kinds.
_COLUMNS = {
    "article_id": "articles",
    "author_id": "authors",
    "broader": "topics",
    "entity_id": "entities",
    "other_topic": "topics",
    "post_id": "posts",
    "similar_to": "posts",
    "source": "sources",
    "story_id": "stories",
    "tagging_id": "taggings",
    "topic": "topics",
}
_SUBJECTS = {"article": "articles", "post": "posts"}


def read_references(
    conn: sqlite3.Connection,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    targets: Mapping[str, str],
) -> list[list[Any]]:
    """Return `rows` with a Reference for each key of a row that exists.

    `columns` are those of the rows, `targets` the tables of foreign keys by column. The labels are
    read with `conn`.
    """
    rows = [[_plain(value) for value in row] for row in rows]
    tables = [_tables(columns, row, targets) for row in rows]
    wanted: dict[str, set[Any]] = defaultdict(set)
    for row, names in zip(rows, tables, strict=True):
        for value, name in zip(row, names, strict=True):
            if name and value not in (None, ""):
                wanted[name].add(value)

    labels = {name: _read_labels(conn, name, keys) for name, keys in sorted(wanted.items())}
    return [
        [
            Reference(name, value, labels[name][value])
            if name and value in labels.get(name, {})
            else value
            for value, name in zip(row, names, strict=True)
        ]
        for row, names in zip(rows, tables, strict=True)
    ]


def _plain(value: Any) -> Any:
    """The value of a foreign key that Datasette has labelled."""
    return value["value"] if isinstance(value, dict) else value


def _tables(
    columns: Sequence[str], row: Sequence[Any], targets: Mapping[str, str]
) -> list[str | None]:
    """For each column of a row the table that its value names, or None."""
    values = dict(zip(columns, row, strict=True))
    subject = _SUBJECTS.get(str(values.get("subject_kind")))
    return [
        subject if name == "subject_id" else targets.get(name) or _COLUMNS.get(name)
        for name in columns
    ]


def _read_labels(conn: sqlite3.Connection, table: str, keys: set[Any]) -> dict[Any, str]:
    """The labels of the rows of a table with these keys, by key."""
    if table not in _LABELS:
        return {}
    column, label = _LABELS[table]
    places = ", ".join("?" * len(keys))
    sql = (
        f"SELECT {column}, substr({label}, 1, {_LONGEST_LABEL}) FROM {table}"  # noqa: S608
        f" WHERE {column} IN ({places})"
    )
    labels = {key: str(text or "") for key, text in map(tuple, conn.execute(sql, list(keys)))}
    if table == "articles":
        labels |= shown_titles(conn, [key for key, text in labels.items() if " " not in text])
    return labels
