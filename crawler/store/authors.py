"""Keeping authors and what they allow: consent can always be narrowed, for everything an author wrote."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from crawler.model import Author, Consent

_STRICTNESS = {Consent.FULL: 0, Consent.LINK_ONLY: 1, Consent.NONE: 2}


def stricter(first: Consent, second: Consent) -> Consent:
    """The one of two consents that allows less."""
    return max(first, second, key=_STRICTNESS.__getitem__)


def keep_authors(db: Database, authors: Iterable[Author]) -> dict[tuple[str, str], int]:
    """Keep authors and return their ids by (network, handle). One who allows nothing is not kept, and loses what was kept before."""
    distinct = {(author.network, author.handle): author for author in authors if author.handle}
    shown = [author for author in distinct.values() if author.consent is not Consent.NONE]
    for author in distinct.values():
        if author.consent is not Consent.FULL:
            _narrow(db, author)
    db.conn.executemany(
        "INSERT INTO authors (network, handle, name, url, consent) VALUES (?, ?, ?, ?, ?) ON CONFLICT (network, handle) DO UPDATE SET "
        "name = excluded.name, url = excluded.url, consent = excluded.consent "
        "WHERE (name, url, consent) IS NOT (excluded.name, excluded.url, excluded.consent)",
        [(author.network, author.handle, author.name, author.url, author.consent.value) for author in shown],
    )
    return {key: _author_id(db, *key) for key in ((author.network, author.handle) for author in shown)}


def withdraw_posts(db: Database, post_ids: Iterable[int]) -> None:
    """Keep nothing of what these posts say: only that they were seen, and the addresses they link to."""
    for post_id in post_ids:
        db.execute(
            "UPDATE posts SET text = '', url = '', language = '', author_id = NULL, thread_key = NULL, counts = '{}', content_hash = '', "
            "similar_to = NULL, consent = 'none' WHERE id = ?",
            [post_id],
        )
        db.execute("UPDATE posts SET similar_to = NULL WHERE similar_to = ?", [post_id])
        db.execute("UPDATE links SET shown = '' WHERE post_id = ?", [post_id])
        db.execute("DELETE FROM post_hashtags WHERE post_id = ?", [post_id])
        db.execute("DELETE FROM taggings WHERE subject_kind = 'post' AND subject_id = ?", [post_id])


def drop_if_silent(db: Database, author_ids: Iterable[int]) -> None:
    """Drop those of these authors of whom no post is kept any more."""
    db.conn.executemany(
        "DELETE FROM authors WHERE id = ? AND NOT EXISTS (SELECT 1 FROM posts WHERE author_id = authors.id)", [(author_id,) for author_id in author_ids]
    )


def _narrow(db: Database, author: Author) -> None:
    """Apply a consent that is not full to everything kept of an author."""
    row = db.execute("SELECT id FROM authors WHERE network = ? AND handle = ?", [author.network, author.handle]).fetchone()
    if row is None:
        return
    if author.consent is Consent.NONE:
        withdraw_posts(db, [post[0] for post in db.execute("SELECT id FROM posts WHERE author_id = ?", [row[0]]).fetchall()])
        db.execute("DELETE FROM authors WHERE id = ?", [row[0]])
    else:
        db.execute("UPDATE posts SET consent = 'link-only' WHERE author_id = ? AND consent = 'full'", [row[0]])


def _author_id(db: Database, network: str, handle: str) -> int:
    return int(db.execute("SELECT id FROM authors WHERE network = ? AND handle = ?", [network, handle]).fetchone()[0])
