"""Shelves: the articles of a topic by kind, the most shared ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.group_by_key import group_by
from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.display_formats import LOST
from crawler.sitegen.snapshot_reader import ListedArticle

LEAST_FOR_SHELVES = 6
"""A topic with fewer articles shows all of them in one list."""

_MAX_ROWS = 5
_KINDS = ("post-mortem", "case-study", "paper", "talk", "deep-dive", "guide", "pattern", "tutorial")
"""The kinds that have a shelf, in the order of the page."""
_HEADINGS = {kind.kind: kind.heading for kind in KIND_DEFINITIONS}


@dataclass(frozen=True, slots=True)
class TopicShelf:
    """The articles of one kind in a topic: the `top` rows, and all of them by `newest` share."""

    kind: str
    heading: str
    top: tuple[ListedArticle, ...]
    newest: tuple[ListedArticle, ...]

    @property
    def omitted(self) -> int:
        """Return how many articles are not among the top rows."""
        return len(self.newest) - len(self.top)


def shelves(articles: Sequence[ListedArticle], topic: str) -> list[TopicShelf]:
    """Return the shelves of `topic`: its `articles` by kind, at most five each.

    Articles that are certainly about the topic come first, then those that more people shared, then
    newer ones. Articles that can no longer be read are left out.
    """
    by_kind = group_by(
        (article for article in articles if article.state not in LOST),
        lambda article: article.kind,
    )
    return [
        TopicShelf(kind, _HEADINGS[kind], tuple(_top(by_kind[kind], topic)), tuple(by_kind[kind]))
        for kind in _KINDS
        if kind in by_kind
    ]


def _top(articles: Sequence[ListedArticle], topic: str) -> list[ListedArticle]:
    """Return the first rows of a shelf. The sort is stable, so that newer shares come first."""
    ranked = sorted(
        articles,
        key=lambda article: (article.confidence(topic) != "certain", -article.sharers),
    )
    return ranked[:_MAX_ROWS]
