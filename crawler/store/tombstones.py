"""What somebody asked us to forget, remembered as digests only, so that it never comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.model import Author, Link, Post
from crawler.text import fold, iso


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

    def allowed(self, links: Iterable[Link]) -> tuple[Link, ...]:
        """The links that were not forgotten."""
        return tuple(link for link in links if not self.has(link.url))


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
