"""The full-text indexes of articles and posts in the snapshot.

Both have terms as searches have them, so that they find Chinese, Japanese and code words. Of the
text of an article, the index has the set of words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping

import msgspec

from crawler.search_words import index_text
from crawler.store.search_document_rows import indexed_words
from crawler.store.snapshot_search import optimize

_ARTICLES = """
SELECT a.id, a.title, a.summary, COALESCE(w.words, ''), a.site_name
FROM articles a LEFT JOIN article_words w ON w.article_id = a.id
"""
_POSTS = "SELECT id, text FROM posts"
_COLUMNS = {"articles_fts": "title, summary, text, site_name", "posts_fts": "text"}

Terms = Mapping[int, tuple[str, ...]]
"""The terms of each column of an index, by row id."""


def store_full_text(copy: sqlite3.Connection) -> None:
    """Fill both indexes of the snapshot `copy`, whose other rows are complete."""
    for index, query in (("posts_fts", _POSTS), ("articles_fts", _ARTICLES)):
        copy.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")  # noqa: S608
        rows = copy.execute(f"{query} ORDER BY 1")
        copy.executemany(_insert(index), ((row[0], *_terms(row)) for row in rows))
        optimize(copy, index)


def article_terms(snapshot: sqlite3.Connection, ids: Collection[int]) -> Terms:
    """Return the terms of the articles of `snapshot` with `ids`."""
    return _terms_of(snapshot, f"{_ARTICLES} WHERE a.id", ids)


def post_terms(snapshot: sqlite3.Connection, ids: Collection[int]) -> Terms:
    """Return the terms of the posts of `snapshot` with `ids`."""
    return _terms_of(snapshot, f"{_POSTS} WHERE id", ids)


def update_full_text(snapshot: sqlite3.Connection, index: str, old: Terms, new: Terms) -> None:
    """Replace the `old` terms of rows by the `new` ones in an `index` of `snapshot`.

    If a row has no longer a word, the parts of the index are merged, so that the word leaves it.
    """
    # Source: https://www.sqlite.org/fts5.html#the_delete_command
    delete = _insert(index).replace("(rowid", f"({index}, rowid").replace("(?", "('delete', ?", 1)
    changed = [row for row in sorted(old.keys() | new.keys()) if old.get(row) != new.get(row)]
    snapshot.executemany(delete, ((row, *old[row]) for row in changed if row in old))
    snapshot.executemany(_insert(index), ((row, *new[row]) for row in changed if row in new))
    if any(not _words(old.get(row, ())) <= _words(new.get(row, ())) for row in changed):
        optimize(snapshot, index)


def _terms_of(snapshot: sqlite3.Connection, query: str, ids: Collection[int]) -> Terms:
    parameter = msgspec.json.encode(sorted(ids)).decode()
    among = "IN (SELECT value FROM json_each(?))"
    rows = snapshot.execute(f"{query} {among}", [parameter])
    return {row[0]: _terms(row) for row in rows}


def _terms(row: tuple[object, ...]) -> tuple[str, ...]:
    """Return the terms of a row of `_ARTICLES` or `_POSTS`."""
    texts = list(map(str, row[1:]))
    if len(texts) == 1:
        return (index_text(texts[0]),)
    title, summary, words, site_name = texts
    return index_text(title), index_text(summary), indexed_words(words), index_text(site_name)


def _words(terms: tuple[str, ...]) -> set[str]:
    return set(" ".join(terms).split())


def _insert(index: str) -> str:
    columns = _COLUMNS[index]
    places = ", ".join("?" * (columns.count(",") + 2))
    return f"INSERT INTO {index} (rowid, {columns}) VALUES ({places})"  # noqa: S608
