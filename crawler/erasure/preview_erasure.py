"""The rows that an erasure would remove from the database, by name, before it erases them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.erasure.erase_database_text import with_urls_below
from crawler.erasure.match_traces import Traces
from crawler.store.erasure_matches import matching_rows
from crawler.store.sql_values import to_json
from crawler.store.tombstones import Tombstones, digest
from crawler.store.withheld_authors import posts_that_may_name

_AUTHORS = "SELECT network || ':' || handle, name, url FROM authors"
_POSTS = "SELECT COALESCE(NULLIF(url, ''), uri), '', '' FROM posts"
_TEXTS = "SELECT uri, text FROM posts"
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
    mention or a link in their text.
    """

    authors: tuple[ErasableRow, ...]
    posts: tuple[ErasableRow, ...]
    articles: tuple[ErasableRow, ...]
    links: tuple[ErasableRow, ...]
    only_shared: int
    mentions: int


def preview_erasure(db: Database, words: Collection[str]) -> ErasurePreview:
    """Return what erasing `words` (URLs, keys, `network:handle`) would remove from `db`."""
    words = with_urls_below(db, words)
    forgotten = Tombstones(frozenset(map(digest, filter(None, words))))
    matches = matching_rows(db, forgotten)
    return ErasurePreview(
        _rows(db, _AUTHORS, matches.authors),
        _rows(db, _POSTS, matches.posts),
        _rows(db, _ARTICLES, matches.articles),
        _rows(db, _LINKS, matches.links),
        len(matches.articles) - len(matches.named_articles),
        _mentions(db, words, forgotten, matches.posts),
    )


def _mentions(
    db: Database, words: Collection[str], forgotten: Tombstones, erased: Collection[int]
) -> int:
    """Return the number of posts that lose a mention or a link in their text and stay."""
    traces = Traces(frozenset(words))
    uris = {uri for uri, text in db.execute(_TEXTS) if traces.redacted(text) != text}
    for (network,) in db.execute("SELECT DISTINCT network FROM posts").fetchall():
        posts = posts_that_may_name(db, network)
        uris |= {post.uri for post in posts if forgotten.cleared(post).text != post.text}
    return len(uris - {row.address for row in _rows(db, _URIS, erased)})


def _rows(db: Database, query: str, ids: Collection[int]) -> tuple[ErasableRow, ...]:
    chosen = db.execute(f"{query} {_CHOSEN}", [to_json(list(ids))])
    return tuple(ErasableRow(*row) for row in chosen)
