"""Values for matching link cards without a URL to articles."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.models.posts import Card


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """An article as matching sees it."""

    article_id: int
    url: str
    title: str = ""
    site_name: str = ""
    text: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A card without an address, and the articles that its own post links to."""

    card_id: int
    card: Card
    nearby: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """Two things found to be one: a card or article, the article it is, and how sure we are (0 to
    1).
    """

    subject_id: int
    article_id: int
    score: float
