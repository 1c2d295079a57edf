"""Read the input of matching: cards without an article, titles and texts of articles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from sqlite_utils import Database

from crawler.models.card_matching import ArticleMatch, MatchCandidate, WaitingCard
from crawler.models.posts import Card
from crawler.store.changed_items import EVERYTHING, changed_ids
from crawler.store.sql_values import to_json

MatchCards = Callable[[Sequence[WaitingCard], Sequence[MatchCandidate]], Iterable[ArticleMatch]]


_FOLLOW = """
UPDATE cards SET score = NULL, article_id = (SELECT article_id FROM links WHERE id = link_id)
WHERE link_id IS NOT NULL
    AND article_id IS NOT (SELECT article_id FROM links WHERE id = link_id)
"""
CARDS_OF_ARTICLES = """
SELECT c.id FROM json_each(:articles) j CROSS JOIN cards c ON c.article_id = j.value
UNION SELECT c.id FROM json_each(:articles) j CROSS JOIN links l ON l.article_id = j.value
    CROSS JOIN cards c ON c.post_id = l.post_id AND c.link_id = l.id
"""
"""The cards that show one of the articles, or whose link leads to one."""


def follow_links(db: Database, article_ids: Collection[int] | None = None) -> int:
    """Give every card with a link the article of that link; returns how many changed.

    With `article_ids`, only cards and links of these articles are read.
    """
    if article_ids is None:
        return db.conn.execute(_FOLLOW).rowcount
    values = {"articles": to_json(list(article_ids))}
    return db.conn.execute(f"{_FOLLOW} AND id IN ({CARDS_OF_ARTICLES})", values).rowcount


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


def cards_to_match(db: Database, match: MatchCards, changed: Collection[int]) -> list[WaitingCard]:
    """Return the cards without link that changed, or that one of the `changed` articles matches.

    `match` is compared with all articles for these cards, because an equally good one prevents a
    match. A card is not tried again if only one of two equally good articles lost its title.
    """
    new = set(changed_ids(db, "card"))
    if not new and not changed:
        return []
    waiting = waiting_cards(db)
    if EVERYTHING in new or EVERYTHING in changed:
        return waiting
    others = [card for card in waiting if card.card_id not in new]
    candidates = titled_articles(db, changed) if others else ()
    matched = {pair.subject_id for pair in match(others, candidates)}
    return [card for card in waiting if card.card_id in new | matched]


def titled_articles(
    db: Database, article_ids: Collection[int] | None = None
) -> list[MatchCandidate]:
    """Return every article with its title and site, or those of a card of its link.

    With `article_ids`, only these articles are returned.
    """
    of_cards = ""
    among = ""
    if article_ids is not None:
        of_cards = f"WHERE c.id IN ({CARDS_OF_ARTICLES})"
        among = "WHERE a.id IN (SELECT value FROM json_each(:articles))"
    rows = db.execute(
        "SELECT a.id, a.url, COALESCE(NULLIF(a.title, ''), c.title, ''), "  # noqa: S608
        "COALESCE(NULLIF(a.site_name, ''), c.site_name, '') FROM articles a "
        "LEFT JOIN (SELECT l.article_id, c.title, c.site_name, MIN(c.id) FROM cards c "
        f"JOIN links l ON l.id = c.link_id {of_cards} GROUP BY l.article_id) c "
        f"ON c.article_id = a.id {among} ORDER BY a.id",
        {"articles": to_json(list(article_ids or ()))},
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
