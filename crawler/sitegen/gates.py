"""Should this site replace the published one? Gates against a night that would take too much from readers, or give them far too much. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LARGEST_FALL = 0.30
BUSY_TOPIC = 10
LARGEST_GROWTH = 2
GROWN_UP = 500  # files; a young site may well double overnight
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Before:
    """The published site: its articles, those of each topic, and its size; all zero when there is none."""

    articles: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0


def read_before(numbers: bytes, files: int, size: int) -> Before:
    """What `site.json` of the published site says (empty bytes: there is none), with its number of files and bytes."""
    known = json.loads(numbers or b"{}")
    return Before(known.get("articles", 0), known.get("by_topic", {}), files, size)


def losses(before: Before, articles: int, topics: Mapping[str, int]) -> Iterator[str]:
    """One sentence each when the site would lose more than 30 % of its articles, and when topics that had ten or more would be empty."""
    if articles < before.articles * (1 - LARGEST_FALL):
        yield f"The site would fall from {before.articles:,} articles to {articles:,}."
    emptied = sorted(topic for topic, count in before.topics.items() if count >= BUSY_TOPIC and not topics.get(topic))
    if emptied:
        named = ", ".join(f"{topic} ({before.topics[topic]:,} articles)" for topic in emptied[:_NAMED])
        yield f"{'A topic' if len(emptied) == 1 else f'{len(emptied)} topics'} would be empty: {named}{', …' if len(emptied) > _NAMED else ''}."


def growth(before: Before, size: int) -> Iterator[str]:
    """A sentence when a grown-up site would more than double its bytes."""
    if before.files > GROWN_UP and size > before.bytes * LARGEST_GROWTH:
        yield f"The site would grow from {before.bytes:,} bytes to {size:,}."
