"""The values of the front page: contents of the snapshot, queries by group, tables, examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawler.counted_nouns import counted_noun
from crawler.explorer.sql_examples import SQL_EXAMPLES
from crawler.named_queries.query_files import GROUPS

GROUP_TITLES = {
    "articles": "Articles",
    "people": "People",
    "topics": "Topics",
    "data quality": "Data quality",
}
"""The headings of the groups of named queries."""

_CONTENTS = (
    ("articles", "article", "articles"),
    ("posts", "post", "posts"),
    ("topics", "topic", "topics"),
    ("entities", "entity", "entities"),
    ("authors", "author", "authors"),
)
_STARTED = "SELECT max(started) FROM runs"
_COUNT_MILLISECONDS = 1000


async def front_page(datasette: Any) -> dict[str, Any]:
    """Return the values of the template, read from the snapshot of `datasette`."""
    database = datasette.get_database("public")
    counts = await database.table_counts(_COUNT_MILLISECONDS)
    return {
        "contents": contents_sentence(counts),
        "is_empty": not (counts.get("articles") or counts.get("posts")),
        "counts": counts,
        "started": (await database.execute(_STARTED)).single_value(),
        "megabytes": _megabytes(database.path),
        "groups": query_groups(datasette.hashtrail["queries"]),
        "examples": SQL_EXAMPLES,
    }


def contents_sentence(counts: Mapping[str, int | None]) -> str:
    """Return the numbers of rows in `counts` in words: `3 articles, 1 post and 2 topics`."""
    parts = [
        counted_noun(count, noun, plural)
        for table, noun, plural in _CONTENTS
        if (count := counts.get(table)) is not None
    ]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def query_groups(queries: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return the headings of the groups with their `queries`, without empty groups."""
    groups: dict[str, list[Mapping[str, Any]]] = {group: [] for group in GROUPS}
    for query in queries:
        groups[query["group"]].append(query)
    return [(GROUP_TITLES[group], members) for group, members in groups.items() if members]


def _megabytes(path: str) -> str:
    """Return the size of the snapshot in MB; empty if the file is missing."""
    try:
        return f"{Path(path).stat().st_size / 1_000_000:,.1f} MB"
    except OSError:
        return ""
