"""The works that the page of a topic recommends: the curator's pins, the reading list, or a choice.

A topic without a reading list shows the articles with the highest score instead
(`crawler.knowledge.start_here`).
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.knowledge.start_here import KIND_WEIGHTS, start_here_score
from crawler.sitegen.article_store import ArticleList
from crawler.sitegen.display_formats import LOST
from crawler.sitegen.reading_lists import ListedPick
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts

_MAX_SCORED = 5
_TOO_FEW_TO_CHOOSE = 3
_PINNED = "the curator's choice"
_ARTICLE_BY_URL = """
SELECT id FROM articles WHERE url = ? UNION SELECT article_id FROM aliases WHERE url = ?
"""

_SCORED = """
SELECT s.id, s.sharers, COALESCE(t.confidence, 'likely'), s.kind, a.state, a.word_count
FROM ({}) s JOIN articles a ON a.id = s.id
LEFT JOIN topic_articles t ON t.article_id = s.id AND t.topic = :scored
WHERE s.kind IN (SELECT value FROM json_each(:kinds))
"""


@dataclass(frozen=True, slots=True)
class RecommendedWork:
    """One row of a reading list.

    `why` is one sentence or a reason in words. `article` is the article with this URL, None before
    it is fetched. `language` is that of the title, empty if unknown. `year` is empty if unknown.
    """

    url: str
    title: str
    authors: tuple[str, ...]
    year: str
    kind: str
    why: str
    article: ListedArticle | None = None
    language: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether the work can no longer be read at its URL."""
        return self.article is not None and self.article.state in LOST


@dataclass(frozen=True, slots=True)
class Recommendations:
    """The recommended works of a topic in order.

    With `scored`, the works were chosen by score because the topic has no reading list.
    """

    works: tuple[RecommendedWork, ...]
    scored: bool = False


def recommended_works(model: SiteModel, topic: TopicFacts) -> Recommendations:
    """Return the works that the page of `topic` in `model` recommends, each once.

    The articles that the curator pinned come first, then those that the topic's file names, then
    the reading list. A topic of more than three articles without any of them has up to five
    articles with the highest score.
    """
    picks = model.reading_lists.get(topic.slug, ())
    pinned = _pinned_articles(model, topic)
    works = [
        *_pinned_works(pinned, picks),
        *(_picked_work(model, pick) for pick in picks if pick.article_id not in pinned),
    ]
    articles = model.by_branch.get(topic.slug)
    if works or articles is None or len(articles) <= _TOO_FEW_TO_CHOOSE:
        return Recommendations(tuple(works))
    return Recommendations(tuple(_best_by_score(articles, topic.slug)), scored=True)


def _pinned_articles(model: SiteModel, topic: TopicFacts) -> dict[int, tuple[ListedArticle, str]]:
    """Return the pinned articles and those that the topic's file names by any of their URLs."""
    reasons = dict(model.pins.get(topic.slug, {}))
    for url in topic.start_here:
        row = model.db.execute(_ARTICLE_BY_URL, (url, url)).fetchone()
        if row:
            reasons.setdefault(row[0], _PINNED)
    return {
        article_id: (model.articles[article_id], reason)
        for article_id, reason in reasons.items()
        if article_id in model.articles
    }


def _pinned_works(
    pinned: Mapping[int, tuple[ListedArticle, str]], picks: Iterable[ListedPick]
) -> Iterator[RecommendedWork]:
    """Yield the pinned articles. One that is a pick too keeps the words of the reading list."""
    picks_by_article = {pick.article_id: pick for pick in picks}
    for article_id, (article, reason) in pinned.items():
        pick = picks_by_article.get(article_id)
        yield _work(pick, article) if pick else _article_work(article, reason)


def _picked_work(model: SiteModel, pick: ListedPick) -> RecommendedWork:
    return _work(pick, model.articles.get(pick.article_id or 0))


def _work(pick: ListedPick, article: ListedArticle | None) -> RecommendedWork:
    year = str(pick.year) if pick.year else ""
    return RecommendedWork(pick.url, pick.title, pick.authors, year, pick.kind, pick.why, article)


def _article_work(article: ListedArticle, why: str) -> RecommendedWork:
    return RecommendedWork(
        article.url,
        article.title,
        article.authors,
        article.published[:4],
        article.kind,
        why,
        article,
        article.language,
    )


def _best_by_score(articles: ArticleList, topic: str) -> Iterator[RecommendedWork]:
    """Yield the articles with the highest score for `topic`, with the reason in words.

    For an article of a topic below, the confidence is `likely`.
    """
    kinds = json.dumps(sorted(KIND_WEIGHTS))
    rows = articles.rows(_SCORED.format(articles.selected), scored=topic, kinds=kinds)
    scored = []
    for article_id, *facts in rows:
        score, reason = start_here_score(*facts)
        if score:
            scored.append((-score, article_id, reason))
    for _, article_id, reason in heapq.nsmallest(_MAX_SCORED, scored):
        yield _article_work(articles.store[article_id], reason)
