"""Connect cards and links in texts with articles, and complete articles by their cards.

Only what changed articles concern is derived. So this comes before the step that forgets these
changes.
"""

from __future__ import annotations

from sqlite_utils import Database

from crawler.crawl.crawl_context import open_ledger
from crawler.links.match_cards import match_cards
from crawler.store.article_card_fields import fill_from_cards


def complete_articles(db: Database) -> None:
    """Give cards and links in texts their articles, and fill articles from their cards."""
    ledger = open_ledger(db)
    ledger.attach_cards(match_cards)
    ledger.link_articles()
    fill_from_cards(db)
