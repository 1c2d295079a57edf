"""The topics index, a page per topic and its older pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from crawler import site_urls
from crawler.knowledge.start_here import start_here_score
from crawler.sitegen import json_and_markdown
from crawler.sitegen.pagination import Page, paginate
from crawler.sitegen.site_model import SiteModel, WeeklyActivity
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts
from crawler.sitegen.svg_charts import ColumnChart, column_chart
from crawler.sitegen.template_renderer import OutputFile, Renderer
from crawler.sitegen.topic_cooccurrence import topic_matrix

_START_HERE = 5
_FEW = 3
_NOTES = 30
_TOGETHER = 8
_TOP_SOURCES = 5
_INDEX_WEEKS = 12
_YEAR = 52


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """One line of the topics index. `level` is 0 at the top of the tree."""

    topic: TopicFacts
    level: int
    articles: int
    notes: int
    activity: WeeklyActivity
    chart: ColumnChart


def files(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """`topics.html`, then each topic's pages."""
    yield renderer.page(
        "site/topics.html", "topics.html", groups=_groups(model), together=topic_matrix(model)
    )
    for topic in model.topics.values():
        yield from _topic_files(model, renderer, topic)


def choose_start_here(model: SiteModel, topic: TopicFacts) -> list[tuple[ListedArticle, str]]:
    """The curator's pins and the topic's own picks, each with its reason.

    Without any, what lasts (`knowledge.starting`), unless it is so small that the stream says it
    all.
    """
    stream = model.by_topic.get(topic.slug, [])
    picked = _picks(model, topic)
    if picked:
        return picked
    if len(stream) <= _FEW:
        return []
    return _lasting(stream, topic.slug)


def _topic_files(model: SiteModel, renderer: Renderer, topic: TopicFacts) -> Iterator[OutputFile]:
    stream = model.by_topic.get(topic.slug, [])
    activity = model.activity(topic.slug, _YEAR)
    facts = {
        "topic": topic,
        "total": len(stream),
        "shown_notes": _NOTES,
        "notes": model.notes_by_topic.get(topic.slug, []),
        "start": choose_start_here(model, topic),
        "activity": activity,
        "chart": column_chart(activity.counts, 416, 40),
        "together": model.together.get(topic.slug, [])[:_TOGETHER],
        "hosts": _hosts(stream),
        "broader": _broader(model, topic),
        "narrower": _narrower(model, topic),
    }
    path_of = partial(site_urls.topic_path, topic.slug)
    for page in paginate(stream):
        path = site_urls.topic_path(topic.slug, page.number)
        yield renderer.page(
            "site/topic.html",
            path,
            page=page,
            kinds=_kinds(page),
            path_of=path_of,
            page_items=_linked_data(page),
            **facts,
        )
    yield json_and_markdown.render_topic_json(topic, stream, renderer)
    yield json_and_markdown.render_topic_markdown(topic, stream)


def _groups(model: SiteModel) -> list[tuple[TopicFacts | None, list[TopicEntry]]]:
    """The trees of topics by label, each from the top down; topics without a tree come last.

    Topics that are broader than each other have no top, and come last as well.
    """
    top = [topic for topic in model.topics.values() if topic.broader not in model.topics]
    trees = [list(_branch(model, topic)) for topic in sorted(top, key=_label)]
    reached = {entry.topic.slug for tree in trees for entry in tree}
    alone = [entry for tree in trees for entry in tree if len(tree) == 1]
    alone += [_entry(model, t, 0) for t in model.topics.values() if t.slug not in reached]
    groups = [(tree[0].topic, tree) for tree in trees if len(tree) > 1]
    return [*groups, (None, alone)] if alone else [*groups]


def _branch(model: SiteModel, topic: TopicFacts, level: int = 0) -> Iterator[TopicEntry]:
    """A topic and, by label, the topics below it, each followed by its own."""
    yield _entry(model, topic, level)
    for below in _narrower(model, topic):
        yield from _branch(model, below, level + 1)


def _narrower(model: SiteModel, topic: TopicFacts) -> list[TopicFacts]:
    below = (other for other in model.topics.values() if other.broader == topic.slug)
    return sorted(below, key=_label)


def _broader(model: SiteModel, topic: TopicFacts) -> list[TopicFacts]:
    """The topics above a topic, the top of the tree first."""
    above: list[TopicFacts] = []
    while (parent := model.topics.get(topic.broader)) is not None and parent not in above:
        above.append(parent)
        topic = parent
    return above[::-1]


def _label(topic: TopicFacts) -> str:
    return topic.label


def _entry(model: SiteModel, topic: TopicFacts, level: int) -> TopicEntry:
    activity = model.activity(topic.slug, _INDEX_WEEKS)
    notes = model.notes_by_topic.get(topic.slug, ())
    articles = len(model.by_topic.get(topic.slug, ()))
    chart = column_chart(activity.counts, 60, 16)
    return TopicEntry(topic, level, articles, len(notes), activity, chart)


def _picks(model: SiteModel, topic: TopicFacts) -> list[tuple[ListedArticle, str]]:
    """What the curator pinned, then what the topic's file names, under whichever of its addresses;
    an article once.
    """
    found = dict(model.pins.get(topic.slug, {}))
    for url in topic.start_here:
        row = model.db.execute(
            "SELECT id FROM articles WHERE url = ? UNION SELECT article_id FROM aliases WHERE url = ?",
            (url, url),
        ).fetchone()
        if row:
            found.setdefault(row[0], "the curator's pick")
    return [
        (model.articles[article_id], why)
        for article_id, why in found.items()
        if article_id in model.articles
    ]


def _lasting(stream: list[ListedArticle], topic: str) -> list[tuple[ListedArticle, str]]:
    """The articles that are worth most for good, with the reason in words."""
    scored = [
        (
            *start_here_score(
                article.sharers, article.confidence(topic), article.kind, article.state
            ),
            article,
        )
        for article in stream
    ]
    best = sorted(
        ((-score, article.id, reason, article) for score, reason, article in scored if score),
        key=lambda each: each[:2],
    )
    return [(article, reason) for _, _, reason, article in best[:_START_HERE]]


def _hosts(stream: list[ListedArticle]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for article in stream:
        counts[article.host] = counts.get(article.host, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP_SOURCES]


def _kinds(page: Page[ListedArticle]) -> list[tuple[str, int]]:
    """The kinds on one page with their numbers, most frequent first; what has not been read yet has
    none.
    """
    counts: dict[str, int] = {}
    for article in page.items:
        if article.kind:
            counts[article.kind] = counts.get(article.kind, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _linked_data(page: Page[ListedArticle]) -> list[dict[str, Any]]:
    """The page's articles as schema.org list items."""
    return [
        {"@type": "ListItem", "position": place, "name": article.title, "url": article.url}
        for place, article in enumerate(page.items, 1)
    ]
