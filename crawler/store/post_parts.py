"""Store the parts of posts: hashtags, links and cards, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlite_utils import Database

from crawler.models.posts import Post
from crawler.store.database import insert_values
from crawler.store.sql_values import to_json
from crawler.text_cleaning import fold
from crawler.utc_times import iso

_HASHTAG_COLUMNS = ("post_id", "hashtag", "shown")
_SHOWN_LAST = "ON CONFLICT DO UPDATE SET shown = excluded.shown"
_LINK_COLUMNS = ("post_id", "position", "url", "shown", "origin", "article_id")
_LINK_OF_THE_EDIT = """
ON CONFLICT (post_id, position) DO UPDATE SET
    article_id = CASE WHEN url = excluded.url THEN article_id END,
    url = excluded.url, shown = excluded.shown, origin = excluded.origin
"""
_CARD_COLUMNS = ("post_id", "title", "description", "site_name", "published", "link_id")
_CARD_PLACES = "?, ?, ?, ?, ?, (SELECT id FROM links WHERE post_id = ? AND url = ?)"
_CARD_OF_THE_EDIT = """
ON CONFLICT (post_id, title) DO UPDATE SET
    description = excluded.description, site_name = excluded.site_name,
    published = excluded.published, link_id = excluded.link_id
"""

Attach = Callable[[Sequence[str]], Sequence[int | None]]
"""Returns the article id of each of the URLs; None for a URL without an article."""


def drop_parts(db: Database, post_id: int, post: Post) -> None:
    """Delete the parts that an edit of `post` removed; the other parts keep their ids."""
    shown = [
        to_json(list(values))
        for values in (map(fold, post.hashtags), (card.title for card in post.cards))
    ]
    db.execute(
        "DELETE FROM post_hashtags WHERE post_id = ? AND hashtag NOT IN (SELECT value "
        "FROM json_each(?))",
        [post_id, shown[0]],
    )
    db.execute(
        "DELETE FROM cards WHERE post_id = ? AND title NOT IN (SELECT value FROM json_each(?))",
        [post_id, shown[1]],
    )
    db.execute("UPDATE cards SET link_id = NULL WHERE post_id = ?", [post_id])
    db.execute("DELETE FROM links WHERE post_id = ? AND position >= ?", [post_id, len(post.links)])


def articles_of_links(posts: Iterable[Post], attach: Attach) -> dict[tuple[str, str], int]:
    """Return the article id of each link of `posts` that has one, by URI and URL.

    `attach` returns the ids of the articles of URLs.
    """
    links = [(post.uri, link.url) for post in posts for link in post.links]
    attached = zip(links, attach([url for _, url in links]), strict=True)
    return {link: article_id for link, article_id in attached if article_id is not None}


def save_parts(
    db: Database, posts: list[tuple[int, Post]], article_ids: Mapping[tuple[str, str], int]
) -> None:
    """Store hashtags (folded and as shown), links with their positions, and cards.

    `posts` are pairs of a row id and a post. `article_ids` has the articles of links that are
    stored for the first time, by URI and URL.
    """
    hashtags = [
        (post_id, fold(hashtag), hashtag) for post_id, post in posts for hashtag in post.hashtags
    ]
    insert_values(db, "post_hashtags", _HASHTAG_COLUMNS, hashtags, _SHOWN_LAST)
    links = [
        (
            post_id,
            position,
            link.url,
            link.shown,
            link.origin,
            article_ids.get((post.uri, link.url)),
        )
        for post_id, post in posts
        for position, link in enumerate(post.links)
    ]
    insert_values(db, "links", _LINK_COLUMNS, links, _LINK_OF_THE_EDIT)
    cards = [
        (i, card.title, card.description, card.site_name, iso(card.published), i, card.link)
        for i, post in posts
        for card in post.cards
    ]
    insert_values(db, "cards", _CARD_COLUMNS, cards, _CARD_OF_THE_EDIT, _CARD_PLACES)
