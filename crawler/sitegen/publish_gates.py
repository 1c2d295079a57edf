"""Gates against publishing a site that lost articles or grew too much. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LOSSES, PAGES, GROWTH = "losses", "pages", "growth"
GATES = (LOSSES, PAGES, GROWTH)
"""The names of the publish gates, in the order of a build."""
MAX_LOSS = 0.30
BUSY_TOPIC = 10  # articles
MAX_GROWTH = 2
SMALL_SITE = 500  # files; a small site may well double in one night
_MAX_NAMED_TOPICS = 3
_NO_RENAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """The counts of the published site; all are zero if there is none.

    `topics` is the number of articles per topic, `hidden` that of articles hidden by the curator.
    """

    articles: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    notes: int = 0
    hidden: int = 0


def read_published_site(summary: bytes, files: int, size: int) -> PublishedSite:
    """Return the counts of the published site.

    `summary` is its `site.json` (empty without a site), `files` and `size` its files and bytes.
    """
    counts = json.loads(summary or b"{}")
    return PublishedSite(
        articles=counts.get("articles", 0),
        topics=counts.get("by_topic", {}),
        files=files,
        bytes=size,
        notes=counts.get("notes", 0),
        hidden=counts.get("hidden", 0),
    )


def find_losses(
    published: PublishedSite,
    articles: int,
    topics: Mapping[str, int],
    hidden: int = 0,
    renamed: Mapping[str, str] = _NO_RENAMES,
) -> Iterator[str]:
    """Yield a sentence for each loss compared with the `published` site that is too large.

    These are more than 30 % of the `articles`, and all articles of `topics` that had ten or more.
    Articles that the curator hid since then, out of `hidden` in total, are not lost. `renamed` maps
    former slugs of topics to current ones.
    """
    newly_hidden = max(hidden - published.hidden, 0)
    if articles + newly_hidden < published.articles * (1 - MAX_LOSS):
        yield f"The site would shrink from {published.articles:,} articles to {articles:,}."
    busy = sorted(topic for topic, count in published.topics.items() if count >= BUSY_TOPIC)
    emptied = [topic for topic in busy if not topics.get(renamed.get(topic, topic))]
    if emptied:
        yield _emptied_topics(emptied, published.topics)


def find_growth(
    published: PublishedSite, size: int, items: int = 0, files: int = 0
) -> Iterator[str]:
    """Yield a sentence if a site of more than 500 files would more than double its average bytes.

    `size` is the new site in bytes, `items` the number of its articles and notes, and `files` that
    of its files. An import or new sources add items to the `published` site, and new topics add
    files; a faulty template adds bytes only.
    """
    published_items = published.articles + published.notes
    item_growth = items / published_items if published_items else 1
    file_growth = files / published.files if published.files else 1
    max_size = published.bytes * MAX_GROWTH * max(item_growth, file_growth, 1)
    if published.files > SMALL_SITE and size > max_size:
        yield (
            f"The site would grow from {published.bytes:,} bytes for {published_items:,} articles"
            f" and notes to {size:,} bytes for {items:,}."
        )


def _emptied_topics(emptied: list[str], counts: Mapping[str, int]) -> str:
    named = [f"{topic} ({counts[topic]:,} articles)" for topic in emptied[:_MAX_NAMED_TOPICS]]
    if len(emptied) > _MAX_NAMED_TOPICS:
        named.append("…")
    subject = "A topic" if len(emptied) == 1 else f"{len(emptied)} topics"
    return f"{subject} would be empty: {', '.join(named)}."
