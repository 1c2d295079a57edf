"""The rows that an erasure would remove from the database, by name, before it erases them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.erasure.erase_database_text import with_urls_below
from crawler.store.erasure_matches import ErasureMatches, matching_rows
from crawler.store.sql_values import to_json
from crawler.store.tombstones import Tombstones, digest
from crawler.store.withheld_authors import posts_that_may_name

_AUTHORS = "SELECT network || ':' || handle, name, url FROM authors"
_POSTS = "SELECT COALESCE(NULLIF(url, ''), uri), '', '' FROM posts"
_URIS = "SELECT uri, '', '' FROM posts"
_ARTICLES = "SELECT url, COALESCE(title, ''), '' FROM articles"
_LINKS = "SELECT url, '', '' FROM links"
_CHOSEN = "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"


@dataclass(frozen=True, slots=True)
class ErasableRow:
    """A row by its `address`: a URL, or `network:handle` of an author.

    `name` is the name of an author or the title of an article, `profile` the page of an author;
    each is empty if it is not known.
    """

    address: str
    name: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class ErasurePreview:
    """The rows that an erasure would remove.

    `only_shared` is how many of the `articles` are erased only because no other post leads to
    them. `links` are removed from posts that stay, too. `mentions` is how many other posts lose a
    mention.
    """

    authors: tuple[ErasableRow, ...]
    posts: tuple[ErasableRow, ...]
    articles: tuple[ErasableRow, ...]
    links: tuple[ErasableRow, ...]
    only_shared: int
    mentions: int


def preview_erasure(db: Database, words: Collection[str]) -> ErasurePreview:
    """Return what erasing `words` (URLs, keys, `network:handle`) would remove from `db`."""
    digests = frozenset(map(digest, filter(None, with_urls_below(db, words))))
    forgotten = Tombstones(digests)
    matches = matching_rows(db, forgotten)
    return ErasurePreview(
        _rows(db, _AUTHORS, matches.authors),
        _rows(db, _POSTS, matches.posts),
        _rows(db, _ARTICLES, matches.articles),
        _rows(db, _LINKS, matches.links),
        len(matches.articles) - len(matches.named_articles),
        _mentions(db, forgotten, matches),
    )


def _mentions(db: Database, forgotten: Tombstones, matches: ErasureMatches) -> int:
    """Return the number of posts that stay and lose a mention in their text."""
    erased = _rows(db, _URIS, matches.posts)
    uris = {row.address for row in erased}
    networks = db.execute("SELECT DISTINCT network FROM posts").fetchall()
    posts = (post for (network,) in networks for post in posts_that_may_name(db, network))
    return sum(post.uri not in uris and forgotten.cleared(post).text != post.text for post in posts)


def _rows(db: Database, query: str, ids: Collection[int]) -> tuple[ErasableRow, ...]:
    chosen = db.execute(f"{query} {_CHOSEN}", [to_json(list(ids))])
    return tuple(ErasableRow(*row) for row in chosen)
