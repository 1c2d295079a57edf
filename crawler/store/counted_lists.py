"""Update the lists of the snapshot that count over articles, by what changed articles add to them.

Each count is a sum over articles. The definition of a list, applied to the changed articles alone,
gives their part of the counts before and after the change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from crawler.store.schema_query_views import SHARERS, SOURCE_COVERAGE, TOPIC_PAIRS
from crawler.store.schema_views import ACTIVITY

# The definitions find these tables before those of the snapshot.
_RESTRICTED = {
    "article_list": "id",
    "article_sharers": "article_id",
    "shares": "article_id",
    "taggings": "subject_kind = 'article' AND subject_id",
    "topic_articles": "article_id",
}
_INDEXES = """
CREATE INDEX temp.shares_of_articles ON shares(article_id, post_id);
CREATE INDEX temp.sharers_of_articles ON shares(article_id, author_id, shared);
"""
_PERIODS = """
UPDATE topic_pairs SET recent_articles = 0, earlier_articles = 0
    WHERE recent_articles IS NOT 0 OR earlier_articles IS NOT 0;
CREATE TEMP TABLE period AS SELECT date(max(first_shared), '-90 days') AS recent,
    date(max(first_shared), '-180 days') AS earlier FROM topic_articles;
CREATE TEMP TABLE recent_pairs AS
    SELECT a.topic, b.topic AS other_topic, sum(a.first_shared >= period.recent) AS recent_articles,
           sum(a.first_shared < period.recent) AS earlier_articles
    FROM temp.period CROSS JOIN topic_articles a ON a.first_shared >= period.earlier
    JOIN topic_articles b ON b.article_id = a.article_id AND b.topic > a.topic GROUP BY 1, 2;
UPDATE topic_pairs SET recent_articles = r.recent_articles, earlier_articles = r.earlier_articles
    FROM temp.recent_pairs r
    WHERE r.topic = topic_pairs.topic AND r.other_topic = topic_pairs.other_topic;
DROP TABLE temp.period;
DROP TABLE temp.recent_pairs;
"""
"""Days pass, so that articles leave the periods of `topic_pairs` without a change."""

_LAST_OF_AUTHOR = """
UPDATE sharers SET last_shared = (SELECT max(s.shared) FROM shares s WHERE s.author_id = ?1)
WHERE author_id = ?1
"""
_LAST_OF_SOURCE = """
UPDATE source_coverage SET last_shared = (
    SELECT max(s.shared) FROM posts p JOIN shares s ON s.post_id = p.id WHERE p.source = ?1)
WHERE source = ?1
"""

_Key = tuple[object, ...]
_Counts = Mapping[_Key, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _CountedList:
    """A list with the definition `view`, of rows with a `key` and `counts`; the first is of items.

    `last` updates the newest time of the row with a key.
    """

    name: str
    view: str
    key: tuple[str, ...]
    counts: tuple[str, ...]
    last: str = ""


_LISTS = (
    _CountedList("topic_activity", ACTIVITY, ("topic", "week"), ("articles", "shares")),
    _CountedList("topic_pairs", TOPIC_PAIRS, ("topic", "other_topic"), ("articles",)),
    _CountedList(
        "sharers",
        SHARERS,
        ("author_id",),
        ("articles", "agreed_articles", "followed_articles", "later_sharers", "led_articles"),
        _LAST_OF_AUTHOR,
    ),
    _CountedList(
        "source_coverage",
        SOURCE_COVERAGE,
        ("source",),
        ("articles", "posts", "unique_articles"),
        _LAST_OF_SOURCE,
    ),
)


def article_counts(snapshot: sqlite3.Connection, articles: Collection[int]) -> Sequence[_Counts]:
    """Return what `articles` of `snapshot` add to the rows of each list."""
    ids = msgspec.json.encode(sorted(articles)).decode()
    for table, column in _RESTRICTED.items():
        snapshot.execute(
            f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} "  # noqa: S608
            f"WHERE {column} IN (SELECT value FROM json_each(?))",
            [ids],
        )
    for statement in _INDEXES.strip().split("\n"):
        snapshot.execute(statement)
    counts = [dict(_counted(snapshot, counted)) for counted in _LISTS]
    for table in _RESTRICTED:
        snapshot.execute(f"DROP TABLE temp.{table}")
    return counts


def update_counted_lists(
    snapshot: sqlite3.Connection, old: Iterable[_Counts], new: Iterable[_Counts]
) -> None:
    """Replace what the changed articles of `snapshot` added before (`old`) by the `new` counts."""
    for counted, before, after in zip(_LISTS, old, new, strict=True):
        _add(snapshot, counted, dict(_differences(before, after)))
        if counted.last:
            snapshot.executemany(counted.last, sorted({*before, *after}))
    for statement in filter(str.strip, _PERIODS.split(";\n")):
        snapshot.execute(statement)


def _counted(
    snapshot: sqlite3.Connection, counted: _CountedList
) -> Iterator[tuple[_Key, tuple[int, ...]]]:
    """Yield the counts of the restricted tables by key."""
    columns = ", ".join((*counted.key, *counted.counts))
    definition = counted.view.partition(" AS\n")[2].strip().rstrip(";")
    for row in snapshot.execute(f"SELECT {columns} FROM ({definition})"):  # noqa: S608
        yield row[: len(counted.key)], row[len(counted.key) :]


def _differences(before: _Counts, after: _Counts) -> Iterator[tuple[_Key, tuple[int, ...]]]:
    for key in before.keys() | after.keys():
        old, new = before.get(key, ()), after.get(key, ())
        nothing = (0,) * len(old or new)
        yield key, tuple(n - o for o, n in zip(old or nothing, new or nothing, strict=True))


def _add(snapshot: sqlite3.Connection, counted: _CountedList, differences: _Counts) -> None:
    """Add `differences` to the rows, and delete those that count no item."""
    columns = (*counted.key, *counted.counts)
    added = ", ".join(f"{count} = {count} + excluded.{count}" for count in counted.counts)
    places = ", ".join("?" * len(columns))
    snapshot.executemany(
        f"INSERT INTO {counted.name} ({', '.join(columns)}) VALUES ({places}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(counted.key)}) DO UPDATE SET {added}",
        [(*key, *counts) for key, counts in sorted(differences.items()) if any(counts)],
    )
    snapshot.execute(f"DELETE FROM {counted.name} WHERE {counted.counts[0]} = 0")  # noqa: S608
