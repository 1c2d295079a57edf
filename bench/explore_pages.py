"""The requests of the explorer benchmark: every kind of page, each with several variants.

A page has one list of paths for our explorer and one for stock Datasette, or none where Datasette
has no such page. No request occurs twice: a parameter without effect makes repeated ones differ,
so that no cache of responses answers.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from datasette.utils import tilde_encode

from crawler.explorer.table_pages import TABLES
from crawler.named_queries.query_files import NamedQuery, offered_queries
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import bound_values, used_values

_OTHERS = 40
_SEARCHES = (
    "cache",
    "raft consensus",
    "exactly-once",
    "distributed system failure",
    "the",
    "cache stampede",
    "分布式",
    "Kafka 2026",
    "nosuchwordanywhere",
    "data AND NOT service",
)
_STATEMENTS = (
    "SELECT id, title, host FROM article_list ORDER BY rank DESC LIMIT 50",
    "SELECT kind, count(*) FROM article_list GROUP BY kind",
    "SELECT network, count(*) FROM posts GROUP BY network",
    "SELECT week, sum(articles) FROM topic_activity GROUP BY week ORDER BY week",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page with the paths of its variants. `stock` is empty without a counterpart."""

    group: str
    name: str
    paths: tuple[str, ...]
    stock: tuple[str, ...] = ()


def pages(conn: sqlite3.Connection) -> list[Page]:
    """Return every kind of page over the snapshot behind `conn`."""
    return [
        Page("front", "front page", ("/",), ("/",)),
        Page("front", "database", ("/public",), ("/public",)),
        Page("front", "JSON API", ("/api",)),
        *_search_pages(),
        *_table_pages(conn),
        *_facet_pages(),
        *_row_pages(conn),
        *_query_pages(conn),
        *_format_pages(),
        *_completion_pages(),
        Page("SQL", "SQL", *_both(tuple(f"/public?{urlencode({'sql': s})}" for s in _STATEMENTS))),
    ]


def numbered(path: str, number: int) -> str:
    """Return `path` with a parameter without effect: the `number` of the request."""
    return f"{path}{'&' if '?' in path else '?'}_nth={number}"


def _both(paths: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return paths, paths


def _search_pages() -> Iterator[Page]:
    ours = tuple(f"/search?{urlencode({'q': words})}" for words in _SEARCHES)
    stock = tuple(f"/public/articles?{urlencode({'_search': words})}" for words in _SEARCHES)
    yield Page("search", "search", ours, stock)
    filtered = ("type=article", "type=post", "language=en", "type=article&year=2026", "sort=date")
    yield Page("search", "search with a filter", tuple(f"/search?q=data&{f}" for f in filtered))
    for table in ("articles", "posts"):
        paths = tuple(f"/public/{table}?{urlencode({'_search': words})}" for words in _SEARCHES)
        yield Page("search", f"_search of {table}", paths, paths)


def _table_pages(conn: sqlite3.Connection) -> Iterator[Page]:
    """Every table as it opens, and the tables of articles and posts sorted and filtered."""
    query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    names = {name for (name,) in conn.execute(query)}
    for table in TABLES:
        if table in names:
            yield Page("table", table, *_both((f"/public/{table}",)))
    for name, path in (
        ("article_list by rank", "/public/article_list?_sort_desc=rank"),
        ("article_list of a kind", "/public/article_list?kind=case-study"),
        ("article_list: title contains", "/public/article_list?title__contains=consensus"),
        ("posts of a network", "/public/posts?network=mastodon"),
        ("shares of an article", "/public/shares?article_id=77"),
        ("taggings of a topic", "/public/taggings?topic=consensus"),
    ):
        yield Page("table", name, *_both((path,)))


def _facet_pages() -> Iterator[Page]:
    """Tables with a facet that the visitor adds."""
    for table, facet in (
        ("article_list", "host"),
        ("articles", "site_name"),
        ("posts", "author_id"),
        ("taggings", "topic"),
        ("evidence", "rule"),
        ("fetches", "outcome"),
    ):
        yield Page("facet", f"{table} by {facet}", *_both((f"/public/{table}?_facet={facet}",)))
    path = "/public/article_list?_facet_array=topics"
    yield Page("facet", "article_list by topics", *_both((path,)))


def _row_pages(conn: sqlite3.Connection) -> Iterator[Page]:
    for table, key in (
        ("articles", "id"),
        ("article_list", "id"),
        ("posts", "id"),
        ("authors", "id"),
        ("topics", "slug"),
        ("entities", "id"),
        ("taggings", "id"),
        ("evidence", "id"),
        ("sources", "name"),
        ("runs", "id"),
    ):
        query = f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 200"
        keys = [value for (value,) in conn.execute(query)]
        chosen = random.Random(3).sample(keys, min(10, len(keys)))
        paths = tuple(f"/public/{table}/{tilde_encode(str(value))}" for value in chosen)
        yield Page("row", f"row of {table}", *_both(paths))


def _query_pages(conn: sqlite3.Connection) -> Iterator[Page]:
    """Every named query as it opens, and with other values of its parameters."""
    for query in offered_queries(semantic_model=False):
        path = f"/public/{query.name}"
        stock = f"{path}?{urlencode(bound_values(query, used_values(conn, query, {})))}"
        yield Page("query", query.name, (path,), (stock,))
        entered = list(_other_values(conn, query))
        if entered:
            paths = tuple(f"{path}?{urlencode(values)}" for values in entered)
            bound = [bound_values(query, used_values(conn, query, values)) for values in entered]
            others = tuple(f"{path}?{urlencode(values)}" for values in bound)
            yield Page("query", f"{query.name}, other values", paths, others)


def _other_values(conn: sqlite3.Connection, query: NamedQuery) -> Iterator[Mapping[str, str]]:
    dice = random.Random(query.name)
    choices = {name: _values(conn, name) for name in query.parameters}
    choices = {name: values for name, values in choices.items() if values}
    for _ in range(_OTHERS if choices else 0):
        yield {name: dice.choice(values) for name, values in choices.items()}


def _values(conn: sqlite3.Connection, name: str) -> list[str]:
    parameter = query_parameters()[name]
    if not parameter.choices:
        return list(_SEARCHES) if parameter.input == "words" else [parameter.example]
    rows = conn.execute(f"SELECT value FROM ({parameter.choices}) LIMIT 300")
    return [str(value) for (value,) in rows]


def _format_pages() -> Iterator[Page]:
    for extension in ("json", "csv", "md", "atom"):
        paths = tuple(f"/public/{name}.{extension}" for name in ("newest_articles", "this_week"))
        yield Page("format", f"named query as {extension}", paths)
    for extension in ("json", "csv"):
        paths = (f"/public/article_list.{extension}?_size=100",)
        yield Page("format", f"table as {extension}", *_both(paths))


def _completion_pages() -> Iterator[Page]:
    for name, parameter in query_parameters().items():
        if parameter.input == "search":
            words = ("a", "ca", "data", "blog1", "system")
            yield Page(
                "completion", name, tuple(f"/complete/{name}?words={word}" for word in words)
            )
