"""Shelves: the articles of a topic by kind, the most shared ones first."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass

from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.article_store import ArticleList, Articles
from crawler.sitegen.display_formats import LOST

LEAST_FOR_SHELVES = 6
"""A topic with fewer articles shows all of them in one list."""

_MAX_ROWS = 5
_KINDS = ("post-mortem", "case-study", "paper", "talk", "deep-dive", "guide", "pattern", "tutorial")
"""The kinds that have a shelf, in the order of the page."""
_HEADINGS = {kind.kind: kind.heading for kind in KIND_DEFINITIONS}


_OF_KIND = """
SELECT s.id, s.first_shared, s.host, s.sharers FROM ({}) s JOIN articles a ON a.id = s.id
WHERE s.kind = :kind AND a.state NOT IN (SELECT value FROM json_each(:lost))
"""
_KINDS_OF = """
SELECT s.kind, count(*) FROM ({}) s JOIN articles a ON a.id = s.id
WHERE s.kind IN (SELECT value FROM json_each(:kinds))
AND a.state NOT IN (SELECT value FROM json_each(:lost)) GROUP BY s.kind
"""
_TOP = """
SELECT s.id FROM ({}) s
LEFT JOIN topic_articles t ON t.article_id = s.id AND t.topic = :shelved
ORDER BY COALESCE(t.confidence, '') <> 'certain', s.sharers DESC, s.first_shared DESC, s.id DESC
LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class TopicShelf:
    """The articles of one kind in a topic: the `top` rows, and all of them by `newest` share."""

    kind: str
    heading: str
    top: Articles
    newest: ArticleList

    @property
    def omitted(self) -> int:
        """Return how many articles are not among the top rows."""
        return len(self.newest) - len(self.top)


def shelves(articles: ArticleList, topic: str) -> list[TopicShelf]:
    """Return the shelves of `topic`: its `articles` by kind, at most five each.

    `articles` is a list of a topic or a branch, which selects the kind and the number of sharers.

    Articles that are certainly about the topic come first, then those that more people shared, then
    newer ones. Articles that can no longer be read are left out.
    """
    lost = json.dumps(sorted(LOST))
    query = _KINDS_OF.format(articles.selected)
    counts = dict(articles.rows(query, kinds=json.dumps(_KINDS), lost=lost).fetchall())
    return [
        _shelf(articles, topic, {"kind": kind, "lost": lost}, counts[kind])
        for kind in _KINDS
        if kind in counts
    ]


def _shelf(articles: ArticleList, topic: str, parameters: dict[str, str], count: int) -> TopicShelf:
    kind = parameters["kind"]
    newest = ArticleList(
        articles.store,
        _OF_KIND.format(articles.selected),
        {**articles.parameters, **parameters},
        count=count,
    )
    rows = newest.rows(_TOP.format(newest.selected), shelved=topic, limit=_MAX_ROWS)
    top = Articles(articles.store, array("q", (row[0] for row in rows)))
    return TopicShelf(kind, _HEADINGS[kind], top, newest)
