"""Fields of articles that come from link preview cards and feed entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.store.article_row_access import EMPTY, article_row, update_article
from crawler.store.changed_items import EVERYTHING, changed_ids
from crawler.store.database import transaction
from crawler.store.match_candidates import CARDS_OF_ARTICLES
from crawler.store.sql_values import to_json

# A feed without authors has its title as the author of its posts, and the handle is only its host.
# The title is not an author of the pages of another site.
_TITLE_OF_FEED = """(p.author_handle NOT LIKE '%/%' OR p.author_name = c.site_name)
    AND '.' || a.host NOT LIKE '%.' || substr(p.author_handle, 1,
        instr(p.author_handle || '/', '/') - 1)
    AND '.' || substr(p.author_handle, 1, instr(p.author_handle || '/', '/') - 1)
        NOT LIKE '%.' || a.host"""


def fill_from_cards(db: Database) -> int:
    """Fill missing titles, sites, dates, summaries and authors from feed entries and cards.

    Only changed articles are read. Returns how many articles changed.
    """
    changed = changed_ids(db, "article")
    among = "" if EVERYTHING in changed else f"c.id IN ({CARDS_OF_ARTICLES}) AND"
    rows = db.query(
        f"""SELECT a.id, c.title, c.site_name, MIN(c.published, p.seen_at) AS published,
            c.description AS summary, p.network, p.language,
                  CASE WHEN p.network = 'feed' AND p.author_name <> '' AND NOT ({_TITLE_OF_FEED})
                       THEN json_array(p.author_name) ELSE '[]' END AS authors
           FROM cards c JOIN publishable_posts p ON p.id = c.post_id LEFT
           JOIN links l ON l.id = c.link_id
           JOIN articles a ON a.id = COALESCE(l.article_id, c.article_id)
           WHERE {among} (a.title = '' OR (a.published IS NULL AND c.published IS NOT NULL)
           OR (a.summary = '' AND c.description <> '')
              OR (a.site_name = '' AND c.site_name <> ''))
           ORDER BY a.id, p.network <> 'feed', c.id""",  # noqa: S608
        {"articles": to_json(changed)},
    )
    with transaction(db):
        return len({row["id"] for row in list(rows) if _fill(db, row)})


def withdraw_card_fields(db: Database, post_ids: Iterable[int]) -> None:
    """Remove titles and summaries that came from the cards of these posts (`post_ids`).

    Values from the page itself stay; other cards can fill the gaps.
    """
    rows = db.query(
        """SELECT a.id, a.title, a.summary_source, a.field_sources, c.title AS card_title,
            c.description
           FROM cards c LEFT JOIN links l ON l.id = c.link_id
           JOIN articles a ON a.id = COALESCE(l.article_id, c.article_id)
           WHERE c.post_id IN (SELECT value FROM json_each(?))""",
        [to_json(list(post_ids))],
    )
    for row in list(rows):
        sources = msgspec.json.decode(row["field_sources"])
        lost = (
            {"title": ""}
            if sources.get("title") == "card" and row["title"] == row["card_title"]
            else {}
        )
        lost |= (
            {"summary": "", "summary_source": ""}
            if row["summary_source"] == "card" and row["description"]
            else {}
        )
        if lost:
            update_article(
                db,
                row["id"],
                lost
                | {
                    "field_sources": to_json(
                        {name: origin for name, origin in sources.items() if name not in lost}
                    )
                },
            )


def _fill(db: Database, card: Mapping[str, Any]) -> bool:
    old = article_row(db, card["id"])
    origin = "feed" if card["network"] == "feed" else "card"
    gained = {
        name: card[name]
        for name in ("title", "site_name", "published", "summary", "authors")
        if old[name] in EMPTY and card[name] not in EMPTY
    }
    if not gained:
        return False
    sources = msgspec.json.decode(old["field_sources"]) | dict.fromkeys(gained, origin)
    update_article(
        db,
        card["id"],
        gained
        | {"field_sources": to_json(sources)}
        | ({"summary_source": origin} if "summary" in gained else {}),
    )
    return True
