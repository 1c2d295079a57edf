"""Takes back what `hashtrail export --format jsonl` wrote: posts, and articles with their texts. Topics are decided again by `retag`."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from crawler.importers.jsonl import Corpus
from crawler.links.normalize import normalize
from crawler.links.rules import VERSION
from crawler.store.adopting import adopt_articles
from crawler.store.identity import Ledger
from crawler.store.posts import Kept, keep_posts


def keep_corpus(db: Database, source: str, corpus: Corpus, now: datetime) -> Kept:
    """Keep the posts of an export and its articles; an article that was read here stays as it was read."""
    kept = keep_posts(db, source, corpus.posts, now)
    ledger = Ledger(db, normalize, VERSION)
    adopt_articles(db, ledger, corpus.articles, now)
    ledger.attach_links(now)
    return kept
