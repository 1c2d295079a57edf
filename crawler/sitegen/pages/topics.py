"""Topic pages: the articles of one topic, newest first, and where to start."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import itemgetter
from typing import Any

from crawler.knowledge.start_here import start_here_score
from crawler.site_urls import topic_path
from crawler.sitegen.json_and_markdown import render_topic_json, render_topic_markdown
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.pagination import ListPage, paginate
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel, most_frequent
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts
from crawler.sitegen.svg_charts import column_chart

TEMPLATE = "site/topic.html"

_MAX_START_HERE = 5
_TOO_FEW_TO_CHOOSE = 3
_MAX_NOTES = 30
_MAX_COOCCURRING = 8
_MAX_SITES = 5
_CHART_WEEKS = 52
_CHART_SIZE = (416, 40)
_ARTICLE_BY_URL = """
SELECT id FROM articles WHERE url = ? UNION SELECT article_id FROM aliases WHERE url = ?
"""


def pages(model: SiteModel) -> Iterator[Page | OutputFile]:
    """Yield the pages of every topic in `model`, with its JSON and Markdown versions."""
    for topic in model.topics.values():
        articles = model.by_topic.get(topic.slug, [])
        yield from _topic_pages(model, topic, articles)
        yield render_topic_json(topic, articles, model)
        yield render_topic_markdown(topic, articles)


def choose_start_here(model: SiteModel, topic: TopicFacts) -> list[tuple[ListedArticle, str]]:
    """Return the articles of `topic` in `model` to start with, each with the reason.

    They are the curator's choice. Without one, they are the articles with the highest score
    (`crawler.knowledge.start_here`), except in a topic of at most three articles.
    """
    articles = model.by_topic.get(topic.slug, [])
    chosen = _curators_choice(model, topic)
    if chosen or len(articles) <= _TOO_FEW_TO_CHOOSE:
        return chosen
    return _best_by_score(articles, topic.slug)


def _topic_pages(
    model: SiteModel, topic: TopicFacts, articles: list[ListedArticle]
) -> Iterator[Page]:
    path_of = partial(topic_path, topic.slug)
    context = {"path_of": path_of, **_context(model, topic, articles)}
    for page in paginate(articles):
        of_page = {"page": page, "kinds": _kinds(page), "page_items": _linked_data(page)}
        yield Page(path_of(page.number), {**context, **of_page})


def _context(
    model: SiteModel, topic: TopicFacts, articles: list[ListedArticle]
) -> dict[str, object]:
    """Return what all pages of one topic show."""
    activity = model.activity(topic.slug, _CHART_WEEKS)
    return {
        "topic": topic,
        "total": len(articles),
        "max_notes": _MAX_NOTES,
        "notes": model.notes_by_topic.get(topic.slug, []),
        "start": choose_start_here(model, topic),
        "activity": activity,
        "chart": column_chart(activity.counts, *_CHART_SIZE),
        "cooccurring": model.cooccurring.get(topic.slug, [])[:_MAX_COOCCURRING],
        "hosts": most_frequent((article.host for article in articles), _MAX_SITES),
        "broader": _broader(model, topic),
        "narrower": _narrower(model, topic),
    }


def _narrower(model: SiteModel, topic: TopicFacts) -> list[TopicFacts]:
    subtopics = (child for child in model.topics.values() if child.broader == topic.slug)
    return sorted(subtopics, key=lambda child: child.label)


def _broader(model: SiteModel, topic: TopicFacts) -> list[TopicFacts]:
    """Return the topics above `topic`, the top of the tree first."""
    ancestors: list[TopicFacts] = []
    parent = model.topics.get(topic.broader)
    while parent is not None and parent not in ancestors:
        ancestors.append(parent)
        parent = model.topics.get(parent.broader)
    return ancestors[::-1]


def _curators_choice(model: SiteModel, topic: TopicFacts) -> list[tuple[ListedArticle, str]]:
    """Return the pinned articles, then those that the topic's file names by any of their URLs.

    Each article occurs once.
    """
    reasons = dict(model.pins.get(topic.slug, {}))
    for url in topic.start_here:
        row = model.db.execute(_ARTICLE_BY_URL, (url, url)).fetchone()
        if row:
            reasons.setdefault(row[0], "the curator's choice")
    return [
        (model.articles[article_id], reason)
        for article_id, reason in reasons.items()
        if article_id in model.articles
    ]


def _best_by_score(articles: list[ListedArticle], topic: str) -> list[tuple[ListedArticle, str]]:
    """Return the articles with the highest score for `topic`, with the reason in words."""
    scored = []
    for article in articles:
        confidence = article.confidence(topic)
        score, reason = start_here_score(article.sharers, confidence, article.kind, article.state)
        if score:
            scored.append((-score, article.id, reason, article))
    scored.sort(key=itemgetter(0, 1))
    return [(article, reason) for _, _, reason, article in scored[:_MAX_START_HERE]]


def _kinds(page: ListPage[ListedArticle]) -> list[tuple[str, int]]:
    """Return the kinds of the articles on one page with their counts, most frequent first.

    Articles that were not fetched yet have no kind.
    """
    return most_frequent(article.kind for article in page.items if article.kind)


def _linked_data(page: ListPage[ListedArticle]) -> list[dict[str, Any]]:
    """Return the articles of one page as list items (https://schema.org/ListItem)."""
    return [
        {"@type": "ListItem", "position": position, "name": article.title, "url": article.url}
        for position, article in enumerate(page.items, 1)
    ]
