"""Import articles that another workspace exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.models.articles import AliasReason, Article, ArticleState
from crawler.store.article_identity import IdentityLedger
from crawler.store.articles import ArticleCheck, new_article_columns, save_article
from crawler.store.database import insert_rows, transaction
from crawler.store.redact_secrets import redacted_article
from crawler.store.sql_values import batches, to_json
from crawler.store.tombstones import Tombstones, load_tombstones
from crawler.store.url_aliases import Keyed, add_aliases, host_of

_ROWS = 200  # per statement: their texts are bound together
_STORED_KEYS = """
SELECT key FROM articles WHERE key IN (SELECT value FROM json_each(:keys))
UNION SELECT key FROM aliases WHERE key IN (SELECT value FROM json_each(:keys))
"""
_UNREAD = """
SELECT id FROM articles WHERE content_hash = '' AND id IN (SELECT value FROM json_each(?))
"""


def import_articles(
    db: Database, ledger: IdentityLedger, articles: Sequence[Article], now: datetime
) -> int:
    """Store exported `articles` that were not fetched here; the next crawl checks their URLs.

    Returns how many were new.
    """
    with transaction(db):
        forgotten = load_tombstones(db, ledger.key)
        articles = [forgotten.cleared_article(redacted_article(article)) for article in articles]
        keyed = [(article, ledger.key(article.url)) for article in articles]
        new_articles = _new_articles(db, keyed, forgotten)
        for rows in batches(new_articles.items(), _ROWS):
            _insert(db, rows, now)
        inserted = {article.url for article, _ in new_articles.values()}
        others = [article for article in articles if article.url not in inserted]
        return len(new_articles) + _adopt(db, ledger, others, now)


def _new_articles(
    db: Database, keyed: Sequence[tuple[Article, Keyed]], forgotten: Tombstones
) -> dict[str, tuple[Article, Keyed]]:
    """Return by key the first article with each key that is not stored and not `forgotten`.

    Its URL is the plainest of the articles with this key.
    """
    stored = db.execute(_STORED_KEYS, {"keys": to_json([key.key for _, key in keyed])})
    taken = {key for (key,) in stored.fetchall()}
    new_articles: dict[str, tuple[Article, Keyed]] = {}
    for article, key in keyed:
        is_erased = forgotten.has_url(article.url, key) or forgotten.has_article(key.key)
        if not key.key or key.key in taken or is_erased or article.links:
            continue
        first, first_key = new_articles.setdefault(key.key, (article, key))
        if _plainness(article, key) < _plainness(first, first_key):
            new_articles[key.key] = (replace(first, url=article.url), key)
    return new_articles


def _plainness(article: Article, key: Keyed) -> tuple[int, int, str]:
    return len(key.rules), len(article.url), article.url


def _insert(
    db: Database, new_articles: Sequence[tuple[str, tuple[Article, Keyed]]], now: datetime
) -> None:
    rows = [_row(article, key, now) for key, (article, _) in new_articles]
    insert_rows(db, "articles", rows)
    keys = to_json([key for key, _ in new_articles])
    ids = dict(
        db.execute(
            "SELECT key, id FROM articles WHERE key IN (SELECT value FROM json_each(?))", [keys]
        ).fetchall()
    )
    aliases = []
    for row, (key, (_, keyed)) in zip(rows, new_articles, strict=True):
        url = row["url"]
        aliases.append((url, key, ids[key], AliasReason.AS_POSTED.value, ""))
        aliases += [(url, key, ids[key], f"rule:{rule}", key) for rule in keyed.rules]
    add_aliases(db, aliases, now)


def _row(article: Article, key: str, now: datetime) -> dict[str, Any]:
    place = {"url": article.url, "key": key, "host": host_of(article.url, key)}
    return place | new_article_columns(article, now)


def _adopt(db: Database, ledger: IdentityLedger, articles: Sequence[Article], now: datetime) -> int:
    """Store the fields of articles whose URL is stored and was not fetched; return how many."""
    article_ids = ledger.attach([article.url for article in articles], now)
    known_ids = [article_id for article_id in article_ids if article_id is not None]
    unread = {article_id for (article_id,) in db.execute(_UNREAD, [to_json(known_ids)]).fetchall()}
    adopted = 0
    for article_id, article in zip(article_ids, articles, strict=True):
        if article_id is not None and article_id in unread:
            check = ArticleCheck(article_id, now, now, ArticleState.OK)
            save_article(db, check, article)
            unread.remove(article_id)
            adopted += 1
    return adopted
