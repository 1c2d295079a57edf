"""Merge articles with the same text: changed texts are compared with those that share keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlite_utils import Database

from crawler.links.duplicate_texts import (
    LEAST_KEYS_OF_COPIES,
    compare_texts,
    text_keys,
    with_fingerprint,
)
from crawler.links.text_fingerprint import MOST_TEXTS_OF_KEY
from crawler.models.card_matching import ArticleMatch, MatchCandidate
from crawler.store.article_identity import IdentityLedger
from crawler.store.changed_items import change_batches, forget_changes, list_everything_changed
from crawler.store.database import transaction
from crawler.store.match_candidates import articles_with_text
from crawler.store.similarity_keys import StoredKeys

_Pair = tuple[int, int]


def join_changed_copies(ledger: IdentityLedger, now: datetime) -> int:
    """Compare the texts that changed since the last call, and merge copies; returns how many.

    A batch is one transaction, so that a killed run continues with the next batch.
    """
    db = ledger.db
    stored = StoredKeys(db, "text_keys", MOST_TEXTS_OF_KEY)
    with transaction(db):
        if list_everything_changed(db, "text"):
            stored.clear()
    joined = 0
    for article_ids in change_batches(db, "text"):
        with transaction(db):
            matches = sorted(_matches(db, stored, article_ids), key=_ids)
            forget_changes(db, "text", article_ids)
            joined += ledger.join_copies(matches, now)
    return joined


def _matches(db: Database, stored: StoredKeys, article_ids: Collection[int]) -> set[ArticleMatch]:
    """Return the pairs with the same text of which one is among these articles."""
    articles = _articles(db, article_ids)
    pairs = set(_pairs(stored, articles))
    others = {article_id for pair in pairs for article_id in pair} - articles.keys()
    articles.update(_articles(db, others))
    matches = (
        compare_texts(articles[first], articles[second])
        for first, second in sorted(pairs)
        if first in articles and second in articles
    )
    return {match for match in matches if match}


def _articles(db: Database, article_ids: Collection[int]) -> dict[int, MatchCandidate]:
    articles = map(with_fingerprint, articles_with_text(db, article_ids))
    return {article.article_id: article for article in articles}


def _pairs(stored: StoredKeys, articles: Mapping[int, MatchCandidate]) -> Iterator[_Pair]:
    """Yield the ids of pairs with keys in common, and store the keys of the articles."""
    for article_id, article in articles.items():
        keys = text_keys(article)
        for other_id in stored.sharing(keys, LEAST_KEYS_OF_COPIES) - {article_id}:
            yield min(article_id, other_id), max(article_id, other_id)
        stored.add(article_id, keys)


def _ids(match: ArticleMatch) -> _Pair:
    return match.article_id, match.subject_id
