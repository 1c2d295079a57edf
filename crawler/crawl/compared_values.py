"""The values of articles that relations and stories compare, read from the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from crawler.knowledge.related_articles import Profile
from crawler.knowledge.stories import Headline
from crawler.store import derivation_inputs

_NOTHING: frozenset[str] = frozenset()


def load_headlines(db: Database, article_ids: Iterable[int] | None = None) -> list[Headline]:
    """Return the headlines of all articles that may be shown, or of those of `article_ids`."""
    rows = derivation_inputs.headlines_of(db, article_ids)
    ids = None if article_ids is None else [article_id for article_id, *_ in rows]
    entities = derivation_inputs.entities_of(db, "slug", ids)
    return [
        Headline(
            article, title, datetime.fromisoformat(at), weight, entities.get(article, _NOTHING)
        )
        for article, title, at, weight in rows
    ]


def load_profiles(db: Database, article_ids: Iterable[int] | None = None) -> list[Profile]:
    """Return the profiles of all articles that may be shown, or of those of `article_ids`."""
    rows = derivation_inputs.words_of(db, article_ids)
    ids = None if article_ids is None else [article_id for article_id, _ in rows]
    topics = derivation_inputs.topics_of(db, ids)
    entities = derivation_inputs.entities_of(db, "name", ids)
    return [
        Profile(number, topics.get(number, _NOTHING), entities.get(number, _NOTHING), words)
        for number, words in rows
    ]
