"""The topics index, a page per topic and its older pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from crawler import site_urls
from crawler.knowledge.start_here import lasting
from crawler.sitegen import json_and_markdown
from crawler.sitegen.pagination import Page, pages
from crawler.sitegen.site_model import Activity, Library
from crawler.sitegen.snapshot_reader import Listed, TopicFacts
from crawler.sitegen.svg_charts import Columns, columns
from crawler.sitegen.template_renderer import File, Press
from crawler.sitegen.topic_cooccurrence import matrix

_START_HERE = 5
_FEW = 3
_NOTES = 30
_TOGETHER = 8
_TOP_SOURCES = 5
_INDEX_WEEKS = 12
_YEAR = 52


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the topics index. `level` is 0 at the top of the tree."""

    topic: TopicFacts
    level: int
    articles: int
    notes: int
    activity: Activity
    chart: Columns


def files(library: Library, press: Press) -> Iterator[File]:
    """`topics.html`, then each topic's pages."""
    yield press.page(
        "site/topics.html", "topics.html", groups=_groups(library), together=matrix(library)
    )
    for topic in library.topics.values():
        yield from _topic_files(library, press, topic)


def start_here(library: Library, topic: TopicFacts) -> list[tuple[Listed, str]]:
    """The curator's pins and the topic's own picks, each with its reason.

    Without any, what lasts (`knowledge.starting`), unless it is so small that the stream says it
    all.
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
        "broader": _broader(library, topic),
        "narrower": _narrower(library, topic),
    }
    path_of = partial(site_urls.topic, topic.slug)
    for page in pages(stream):
        path = site_urls.topic(topic.slug, page.number)
        yield press.page(
            "site/topic.html",
            path,
            page=page,
            kinds=_kinds(page),
            path_of=path_of,
            page_items=_linked_data(page),
            **facts,
        )
    yield json_and_markdown.topic_json(topic, stream, press)
    yield json_and_markdown.topic_markdown(topic, stream)


def _groups(library: Library) -> list[tuple[TopicFacts | None, list[Entry]]]:
    """The trees of topics by label, each from the top down; topics without a tree come last.

    Topics that are broader than each other have no top, and come last as well.
    """
    top = [topic for topic in library.topics.values() if topic.broader not in library.topics]
    trees = [list(_branch(library, topic)) for topic in sorted(top, key=_label)]
    reached = {entry.topic.slug for tree in trees for entry in tree}
    alone = [entry for tree in trees for entry in tree if len(tree) == 1]
    alone += [_entry(library, t, 0) for t in library.topics.values() if t.slug not in reached]
    groups = [(tree[0].topic, tree) for tree in trees if len(tree) > 1]
    return [*groups, (None, alone)] if alone else [*groups]


def _branch(library: Library, topic: TopicFacts, level: int = 0) -> Iterator[Entry]:
    """A topic and, by label, the topics below it, each followed by its own."""
    yield _entry(library, topic, level)
    for below in _narrower(library, topic):
        yield from _branch(library, below, level + 1)


def _narrower(library: Library, topic: TopicFacts) -> list[TopicFacts]:
    below = (other for other in library.topics.values() if other.broader == topic.slug)
    return sorted(below, key=_label)


def _broader(library: Library, topic: TopicFacts) -> list[TopicFacts]:
    """The topics above a topic, the top of the tree first."""
    above: list[TopicFacts] = []
    while (parent := library.topics.get(topic.broader)) is not None and parent not in above:
        above.append(parent)
        topic = parent
    return above[::-1]


def _label(topic: TopicFacts) -> str:
    return topic.label


def _entry(library: Library, topic: TopicFacts, level: int) -> Entry:
    activity = library.activity(topic.slug, _INDEX_WEEKS)
    notes = library.notes_by_topic.get(topic.slug, ())
    articles = len(library.by_topic.get(topic.slug, ()))
    chart = columns(activity.counts, 60, 16)
    return Entry(topic, level, articles, len(notes), activity, chart)


def _picks(library: Library, topic: TopicFacts) -> list[tuple[Listed, str]]:
    """What the curator pinned, then what the topic's file names, under whichever of its addresses;
    an article once.
    """
    found = dict(library.pins.get(topic.slug, {}))
    for url in topic.start_here:
        row = library.db.execute(
            "SELECT id FROM articles WHERE url = ? UNION SELECT article_id FROM aliases WHERE url = ?",
            (url, url),
        ).fetchone()
        if row:
            found.setdefault(row[0], "the curator's pick")
    return [
        (library.articles[article_id], why)
        for article_id, why in found.items()
        if article_id in library.articles
    ]


def _lasting(stream: list[Listed], topic: str) -> list[tuple[Listed, str]]:
    """The articles that are worth most for good, with the reason in words."""
    scored = [
        (*lasting(article.sharers, article.confidence(topic), article.kind, article.state), article)
        for article in stream
    ]
    best = sorted(
        ((-score, article.id, reason, article) for score, reason, article in scored if score),
        key=lambda each: each[:2],
    )
    return [(article, reason) for _, _, reason, article in best[:_START_HERE]]


def _hosts(stream: list[Listed]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for article in stream:
        counts[article.host] = counts.get(article.host, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP_SOURCES]


def _kinds(page: Page[Listed]) -> list[tuple[str, int]]:
    """The kinds on one page with their numbers, most frequent first; what has not been read yet has
    none.
    """
    counts: dict[str, int] = {}
    for article in page.items:
        if article.kind:
            counts[article.kind] = counts.get(article.kind, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _linked_data(page: Page[Listed]) -> list[dict[str, Any]]:
    """The page's articles as schema.org list items."""
    return [
        {"@type": "ListItem", "position": place, "name": article.title, "url": article.url}
        for place, article in enumerate(page.items, 1)
    ]
