"""What somebody asked us to forget, remembered as digests only, so that it never comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.model import Author, Post
from crawler.text import fold, iso

REMOVED = "[removed]"  # stands in a post's words where a forgotten address stood

NETWORKS = ("bluesky", "devto", "feed", "hackernews", "linkedin", "mastodon", "newsletter", "x")
"""The networks under which an author may have been forgotten, besides those of stored posts."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The digests of everything forgotten; questions are answered without knowing what was forgotten."""

    digests: frozenset[str] = frozenset()

    def has(self, words: str) -> bool:
        """Whether this URL, uri, article key or author (as `author_words` writes it) was forgotten."""
        return bool(self.digests) and digest(words) in self.digests

    def refuses(self, post: Post) -> bool:
        """Whether a post, or everything of its author, was forgotten."""
        return bool(self.digests) and any(self.has(words) for words in (post.uri, post.url, *_author_words(post.author)) if words)

    def cleared(self, post: Post) -> Post:
        """The post without forgotten addresses, in its links, its cards and its words."""
        gone = [link.url for link in post.links if self.has(link.url)]
        if not gone:
            return post
        text = post.text
        for url in gone:
            text = text.replace(url, REMOVED)
        links = tuple(link for link in post.links if link.url not in gone)
        return replace(post, text=text, links=links, cards=tuple(card for card in post.cards if card.link not in gone))


def read_forgotten(db: Database) -> Forgotten:
    """Every tombstone of the database."""
    return Forgotten(frozenset(row[0] for row in db.execute("SELECT digest FROM forgotten")))


def add_tombstones(db: Database, words: Iterable[str], at: datetime, reason: str) -> None:
    """Forget these URLs, uris, keys or authors for good."""
    rows = [(digest(each), iso(at), reason) for each in words if each]
    db.conn.executemany("INSERT INTO forgotten (digest, at, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", rows)


def author_words(network: str, handle: str) -> str:
    """The one spelling under which an author is forgotten; handles are compared without case."""
    return f"{network}:{fold(handle)}"


def digest(words: str) -> str:
    """SHA-256 of the words: enough to know them again, not enough to read them."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def _author_words(author: Author | None) -> tuple[str, ...]:
    return (author_words(author.network, author.handle), author.url) if author and author.handle else ()
