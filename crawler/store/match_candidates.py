"""Read the input of matching: cards without an article, titles and texts of articles."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from crawler.models.card_matching import MatchCandidate, WaitingCard
from crawler.models.posts import Card
from crawler.store.sql_values import to_json


def follow_links(db: Database) -> int:
    """Give every card with a link the article of that link; returns how many changed."""
    return db.conn.execute(
        "UPDATE cards SET score = NULL, article_id = (SELECT article_id FROM links "
        "WHERE id = link_id) "
        "WHERE link_id IS NOT NULL AND article_id IS NOT (SELECT article_id FROM links "
        "WHERE id = link_id)"
    ).rowcount


def waiting_cards(db: Database) -> list[WaitingCard]:
    """Return the cards without link and article, each with the articles that its post links to."""
    rows = db.execute(
        "SELECT c.id, c.title, c.description, c.site_name, (SELECT group_concat(DISTINCT "
        "article_id) FROM links l WHERE l.post_id = c.post_id) "
        "FROM cards c WHERE c.link_id IS NULL AND c.article_id IS NULL ORDER BY c.id"
    )
    return [
        WaitingCard(i, Card(title, text, site), tuple(map(int, near.split(","))) if near else ())
        for i, title, text, site, near in rows
    ]


def titled_articles(db: Database) -> list[MatchCandidate]:
    """Return every article with its title and site, or those of a card of its link."""
    rows = db.execute(
        "SELECT a.id, a.url, COALESCE(NULLIF(a.title, ''), c.title, ''), "
        "COALESCE(NULLIF(a.site_name, ''), c.site_name, '') FROM articles a "
        "LEFT JOIN (SELECT l.article_id, c.title, c.site_name, MIN(c.id) FROM cards c "
        "JOIN links l ON l.id = c.link_id GROUP BY l.article_id) c "
        "ON c.article_id = a.id ORDER BY a.id"
    )
    return [MatchCandidate(*row) for row in rows]


def articles_with_text(db: Database, article_ids: Iterable[int]) -> list[MatchCandidate]:
    """Return the articles among `article_ids` that have a text, with it and its fingerprint."""
    rows = db.execute(
        "SELECT id, url, title, site_name, text, COALESCE(fingerprint, '') FROM articles "
        "WHERE text <> '' AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [to_json(list(article_ids))],
    )
    return [MatchCandidate(*row) for row in rows]
