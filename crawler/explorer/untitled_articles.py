"""The titles on the site of the articles in rows whose own title is missing or a URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from crawler.explorer.render_cell import article_key
from crawler.store.shown_titles import shown_titles


def titles_of_untitled(
    conn: sqlite3.Connection,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    table: str | None = None,
) -> dict[int, str]:
    """Return the titles of articles in `rows` with these `columns`, by id, read with `conn`.

    `table` is that of the rows, None in query results. The links to pages of the site need the own
    titles, so that rows are not changed.
    """
    key = article_key(table)
    if key not in columns or "title" not in columns or table == "cards":
        return {}
    keys, titles = columns.index(key), columns.index("title")
    ids = {row[keys] for row in rows if isinstance(row[keys], int) and _is_missing(row[titles])}
    return shown_titles(conn, sorted(ids)) if ids else {}


def _is_missing(title: Any) -> bool:
    """Whether a title is empty or may be a URL."""
    return isinstance(title, str) and (not title or ("." in title and " " not in title))
