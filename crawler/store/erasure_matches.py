"""The stored rows that an erasure matches: authors, posts, articles and links. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from crawler.store.authors import other_names
from crawler.store.erased_identifiers import ENTRIES_OF_ARTICLES
from crawler.store.sql_values import to_json
from crawler.store.tombstones import Tombstones, url_in
from crawler.store.withheld_authors import pseudonym_of


@dataclass(frozen=True, slots=True)
class ErasureMatches:
    """The ids of the rows that an erasure removes, in ascending order.

    `named_articles` are the `articles` that have an erased URL. Only erased posts lead to the
    others. `links` are removed from posts that stay, too.
    """

    authors: tuple[int, ...]
    posts: tuple[int, ...]
    articles: tuple[int, ...]
    named_articles: tuple[int, ...]
    links: tuple[int, ...]


def matching_rows(db: Database, forgotten: Tombstones) -> ErasureMatches:
    """Return the rows that `forgotten` matches.

    These are authors with their posts and the articles that only they shared, posts, articles
    with all their URLs, and links.
    """
    named = _articles(db, forgotten)
    authors = _authors(db, forgotten)
    posts = _posts(db, forgotten, authors) | _entries(db, named)
    articles = named | _shared_by_nobody_else(db, posts)
    links = _links(db, forgotten, named)
    authors_to_links = (authors, posts, articles, named, links)
    return ErasureMatches(*(tuple(sorted(ids)) for ids in authors_to_links))


def _articles(db: Database, forgotten: Tombstones) -> set[int]:
    """Return the articles that have an erased URL, or whose key names an erased account."""
    own = db.execute("SELECT id, url, key FROM articles")
    others = db.execute("SELECT article_id, url, key FROM aliases")
    return {
        article for article, url, key in own if forgotten.has_url(url) or forgotten.has_article(key)
    } | {article for article, url, key in others if forgotten.has_url(url) or forgotten.has(key)}


def _authors(db: Database, forgotten: Tombstones) -> set[int]:
    """Return the forgotten authors, also by an alias.

    A withheld author is stored under a part of the digest of the handle.
    """
    by_alias = {
        author_id
        for author_id, network, _, name in other_names(db)
        if forgotten.has_author(network, name, "")
    }
    pseudonyms = {pseudonym_of(digest) for digest in forgotten.digests}
    rows = db.execute("SELECT id, network, handle, url FROM authors")
    return {
        author_id
        for author_id, network, handle, url in rows
        if handle in pseudonyms or forgotten.has_author(network, handle, url)
    } | by_alias


def _posts(db: Database, forgotten: Tombstones, authors: set[int]) -> set[int]:
    rows = db.execute("SELECT id, uri, url, author_id FROM posts")
    return {
        post_id
        for post_id, uri, url, author in rows
        if author in authors
        or forgotten.has(uri)
        or any(map(forgotten.has_or_names, (url, url_in(uri))))
    }


def _entries(db: Database, articles: set[int]) -> set[int]:
    """Return the posts that are the entry of an article in a feed or a list of bookmarks."""
    values = {"articles": to_json(sorted(articles))}
    rows = db.execute(f"SELECT DISTINCT p.id {ENTRIES_OF_ARTICLES}", values)
    return {post_id for (post_id,) in rows}


def _shared_by_nobody_else(db: Database, posts: set[int]) -> set[int]:
    """Return the articles that only these posts lead to."""
    rows = db.execute(
        """SELECT article_id FROM (SELECT article_id, post_id FROM links UNION ALL
            SELECT article_id, post_id FROM cards)
           WHERE article_id IS NOT NULL GROUP BY article_id HAVING MIN(post_id IN (SELECT value
           FROM json_each(?)))""",
        [to_json(sorted(posts))],
    )
    return {article_id for (article_id,) in rows}


def _links(db: Database, forgotten: Tombstones, articles: set[int]) -> set[int]:
    rows = db.execute("SELECT id, url, article_id FROM links").fetchall()
    return {
        link_id
        for link_id, url, article_id in rows
        if article_id in articles or forgotten.has_or_names(url)
    }
