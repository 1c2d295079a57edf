"""The topics index, a page per topic and its older pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from crawler import addresses
from crawler.knowledge.starting import lasting
from crawler.sitegen import twins
from crawler.sitegen.charts import Columns, columns
from crawler.sitegen.library import Activity, Library
from crawler.sitegen.paging import Page, pages
from crawler.sitegen.press import File, Press
from crawler.sitegen.reading import Listed, TopicFacts
from crawler.sitegen.together import matrix

_START_HERE = 5
_FEW = 3
_NOTES = 30
_TOGETHER = 8
_TOP_SOURCES = 5
_INDEX_WEEKS = 12
_YEAR = 52


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the topics index."""

    topic: TopicFacts
    articles: int
    notes: int
    activity: Activity
    chart: Columns


def files(library: Library, press: Press) -> Iterator[File]:
    """`topics.html`, then each topic's pages."""
    yield press.page("site/topics.html", "topics.html", groups=_groups(library), together=matrix(library))
    for topic in library.topics.values():
        yield from _topic_files(library, press, topic)


def start_here(library: Library, topic: TopicFacts) -> list[tuple[Listed, str]]:
    """The curator's pins and the topic's own picks, each with its reason.

    Without any, what lasts (`knowledge.starting`), unless it is so small that the stream says it all.
    """
    stream = library.by_topic.get(topic.slug, [])
    picked = _picks(library, topic)
    if picked:
        return picked
    if len(stream) <= _FEW:
        return []
    return _lasting(stream, topic.slug)


def _topic_files(library: Library, press: Press, topic: TopicFacts) -> Iterator[File]:
    stream = library.by_topic.get(topic.slug, [])
    activity = library.activity(topic.slug, _YEAR)
    facts = {
        "topic": topic,
        "total": len(stream),
        "shown_notes": _NOTES,
        "notes": library.notes_by_topic.get(topic.slug, []),
        "start": start_here(library, topic),
        "activity": activity,
        "chart": columns(activity.counts, 416, 40),
        "together": library.together.get(topic.slug, [])[:_TOGETHER],
        "hosts": _hosts(stream),
        "narrower": [other for other in library.topics.values() if other.broader == topic.slug],
    }
    path_of = partial(addresses.topic, topic.slug)
    for page in pages(stream):
        path = addresses.topic(topic.slug, page.number)
        yield press.page("site/topic.html", path, page=page, kinds=_kinds(page), path_of=path_of, page_items=_linked_data(page), **facts)
    yield twins.topic_json(topic, stream, press)
    yield twins.topic_markdown(topic, stream)


def _groups(library: Library) -> list[tuple[TopicFacts | None, list[Entry]]]:
    """Topics under the topic at the top of their branch, groups and entries by label; topics on their own come last."""
    groups: dict[str, list[Entry]] = {}
    for topic in library.topics.values():
        groups.setdefault(_top(library, topic), []).append(_entry(library, topic))
    named = sorted((library.label(top), top) for top, entries in groups.items() if len(entries) > 1)
    alone = [entry for entries in groups.values() if len(entries) == 1 for entry in entries]
    return [(library.topics[top], groups[top]) for _, top in named] + ([(None, alone)] if alone else [])


def _top(library: Library, topic: TopicFacts) -> str:
    seen: set[str] = set()
    while topic.broader in library.topics and topic.slug not in seen:
        seen.add(topic.slug)
        topic = library.topics[topic.broader]
    return topic.slug


def _entry(library: Library, topic: TopicFacts) -> Entry:
    activity = library.activity(topic.slug, _INDEX_WEEKS)
    notes = library.notes_by_topic.get(topic.slug, ())
    return Entry(topic, len(library.by_topic.get(topic.slug, ())), len(notes), activity, columns(activity.counts, 60, 16))


def _picks(library: Library, topic: TopicFacts) -> list[tuple[Listed, str]]:
    """What the curator pinned, then what the topic's file names, under whichever of its addresses; an article once."""
    found = dict(library.pins.get(topic.slug, {}))
    for url in topic.start_here:
        row = library.db.execute("SELECT id FROM articles WHERE url = ? UNION SELECT article_id FROM aliases WHERE url = ?", (url, url)).fetchone()
        if row:
            found.setdefault(row[0], "the curator's pick")
    return [(library.articles[article_id], why) for article_id, why in found.items() if article_id in library.articles]


def _lasting(stream: list[Listed], topic: str) -> list[tuple[Listed, str]]:
    """The articles that are worth most for good, with the reason in words."""
    scored = [(*lasting(article.sharers, article.confidence(topic), article.kind, article.state), article) for article in stream]
    best = sorted(((-score, article.id, reason, article) for score, reason, article in scored if score), key=lambda each: each[:2])
    return [(article, reason) for _, _, reason, article in best[:_START_HERE]]


def _hosts(stream: list[Listed]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for article in stream:
        counts[article.host] = counts.get(article.host, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP_SOURCES]


def _kinds(page: Page[Listed]) -> list[tuple[str, int]]:
    """The kinds on one page with their numbers, most frequent first; what has not been read yet has none."""
    counts: dict[str, int] = {}
    for article in page.items:
        if article.kind:
            counts[article.kind] = counts.get(article.kind, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _linked_data(page: Page[Listed]) -> list[dict[str, Any]]:
    """The page's articles as schema.org list items."""
    return [{"@type": "ListItem", "position": place, "name": article.title, "url": article.url} for place, article in enumerate(page.items, 1)]
