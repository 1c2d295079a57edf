"""Whether a new site may replace the published one: gates against lost articles and inflated pages.

Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LARGEST_FALL = 0.30
BUSY_TOPIC = 10
LARGEST_GROWTH = 2
GROWN_UP = 500  # files; a young site may well double overnight
_NAMED = 3


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """The published site: its articles, those of each topic, its size, its notes, and how many
    articles were hidden by decision.

    All are zero if there is no published site.
    """

    articles: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    notes: int = 0
    hidden: int = 0


def read_published_site(numbers: bytes, files: int, size: int) -> PublishedSite:
    """Read `site.json` of the published site (empty bytes: no site); `files` and `size` are its
    own.
    """
    known = json.loads(numbers or b"{}")
    articles, notes = known.get("articles", 0), known.get("notes", 0)
    hidden = known.get("hidden", 0)
    return PublishedSite(articles, known.get("by_topic", {}), files, size, notes, hidden)


def find_losses(
    before: PublishedSite,
    articles: int,
    topics: Mapping[str, int],
    hidden: int = 0,
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """A sentence if the site would lose more than 30 % of its articles, and one if topics that
    had ten or more would be empty. `renamed`: former slug -> slug of a topic.

    Articles that the curator hid since the published site, out of `hidden` in total, are not lost.
    """
    decided = max(hidden - before.hidden, 0)
    if articles + decided < before.articles * (1 - LARGEST_FALL):
        yield f"The site would fall from {before.articles:,} articles to {articles:,}."
    emptied = sorted(
        topic
        for topic, count in before.topics.items()
        if count >= BUSY_TOPIC and not topics.get(renamed.get(topic, topic))
    )
    if emptied:
        named = ", ".join(
            f"{topic} ({before.topics[topic]:,} articles)" for topic in emptied[:_NAMED]
        )
        yield f"{'A topic' if len(emptied) == 1 else f'{len(emptied)} topics'} would be empty: {named}{', …' if len(emptied) > _NAMED else ''}."


def find_growth(before: PublishedSite, size: int, items: int = 0) -> Iterator[str]:
    """A sentence if a site of more than 500 files would more than double its bytes per item.

    `items` counts the articles and notes of the new site. A site that grows, by an import or by
    new
    sources, grows in bytes as it grows in items; pages that are inflated by a fault do not.
    """
    known = before.articles + before.notes
    allowed = before.bytes * LARGEST_GROWTH * max(items / known if known else 1, 1)
    if before.files > GROWN_UP and size > allowed:
        yield (
            f"The site would grow from {before.bytes:,} bytes for {known:,} articles and notes "
            f"to {size:,} bytes for {items:,}."
        )
