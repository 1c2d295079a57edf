"""Takes back what `hashtrail export --format jsonl` wrote: posts, and articles with their texts. Topics are decided again by `retag`."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from crawler.importers.jsonl import Corpus
from crawler.links.normalize import normalize
from crawler.links.rules import VERSION
from crawler.model import AliasReason, Article
from crawler.store.aliases import add_alias, make_article
from crawler.store.articles import keep_reread
from crawler.store.database import transaction
from crawler.store.identity import Ledger
from crawler.store.posts import Kept, keep_posts
from crawler.store.tombstones import read_forgotten


def keep_corpus(db: Database, source: str, corpus: Corpus, now: datetime) -> Kept:
    """Keep the posts of an export and its articles; an article that we know already keeps what it has where the export says less."""
    kept = keep_posts(db, source, corpus.posts, now)
    ledger = Ledger(db, normalize, VERSION)
    ledger.attach_links(now)
    forgotten = read_forgotten(db)
    for article in corpus.articles:
        if not forgotten.has(article.url) and not forgotten.has(normalize(article.url).key):
            _keep(db, ledger, article, now)
    return kept


def _keep(db: Database, ledger: Ledger, article: Article, now: datetime) -> None:
    known = ledger.find(article.url)
    if known is None:
        with transaction(db):
            key = normalize(article.url).key
            known = make_article(db, article.url, key, now)
            add_alias(db, known, article.url, key, AliasReason.AS_POSTED, now, evidence="import")
    keep_reread(db, known, article)


