"""Values for matching link cards without a URL to articles."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.models.posts import Card


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """The fields of an article that matching compares."""

    article_id: int
    url: str
    title: str = ""
    site_name: str = ""
    text: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A card without a URL, and the articles that its post links to."""

    card_id: int
    card: Card
    nearby: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """A card or article (`subject_id`), the article it equals, and a score from 0 to 1."""

    subject_id: int
    article_id: int
    score: float
