"""Import articles that another workspace exported."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from crawler.models.articles import Article, ArticleState
from crawler.store.article_identity import IdentityLedger
from crawler.store.articles import ArticleCheck, save_article
from crawler.store.database import transaction


def import_articles(
    db: Database, ledger: IdentityLedger, articles: Sequence[Article], now: datetime
) -> int:
    """Store exported `articles` that were not fetched here; the next crawl checks their URLs.

    Returns how many were new.
    """
    with transaction(db):
        article_ids = ledger.attach([article.url for article in articles], now)
        unread = {
            article_id
            for (article_id,) in db.execute("SELECT id FROM articles WHERE content_hash = ''")
        }
        adopted = 0
        for article_id, article in zip(article_ids, articles, strict=True):
            if article_id is not None and article_id in unread:
                _keep(db, article_id, article, now)
                unread.remove(article_id)
                adopted += 1
    return adopted


def _keep(db: Database, article_id: int, article: Article, now: datetime) -> None:
    content_hash = article.content_hash or hashlib.sha256(article.text.encode()).hexdigest()
    sources = tuple(
        (name, article.extractor)
        for name in ("authors", "published", "site_name", "title")
        if getattr(article, name)
    )
    complete_article = replace(
        article, content_hash=content_hash, field_sources=article.field_sources or sources
    )
    save_article(db, ArticleCheck(article_id, now, now, ArticleState.OK), complete_article)
