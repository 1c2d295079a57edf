"""Storing authors and what they allow: consent can be narrowed for everything that an author wrote."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from crawler.consent.levels import is_narrower
from crawler.model import Author, Consent
from crawler.store.articles import take_back_cards
from crawler.text import fold


def keep_authors(db: Database, authors: Iterable[Author]) -> dict[tuple[str, str], int]:
    """Store authors and return their ids by (network, handle).

    Only authors who allow everything are stored. The others lose what was stored of them,
    and their older posts are narrowed to the level that they allow now.
    """
    distinct = {(author.network, author.handle): author for author in authors if author.handle}
    shown = [author for author in distinct.values() if author.consent is Consent.FULL]
    for author in distinct.values():
        if author.consent is not Consent.FULL:
            _narrow(db, author)
    db.conn.executemany(
        "INSERT INTO authors (network, handle, name, url, consent) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (network, handle) DO UPDATE SET "
        "name = excluded.name, url = excluded.url, consent = excluded.consent "
        "WHERE (name, url, consent) IS NOT (excluded.name, excluded.url, excluded.consent)",
        [(each.network, each.handle, each.name, each.url, each.consent.value) for each in shown],
    )
    return {key: _author_id(db, *key) for key in ((each.network, each.handle) for each in shown)}


def find_authors(db: Database, named: str) -> dict[int, tuple[str, str, str]]:
    """The authors called `named`: a handle, `network:handle` or the URL of a profile.

    Returns network, handle and profile URL by id. Letter case and a leading @ do not matter.
    """
    wanted = fold(named).lstrip("@")
    rows = db.execute("SELECT id, network, handle, url FROM authors").fetchall()
    return {
        author_id: (network, handle, url)
        for author_id, network, handle, url in rows
        if wanted in (fold(handle).lstrip("@"), fold(f"{network}:{handle}"), fold(url))
    }


def withdraw_posts(db: Database, post_ids: Iterable[int], level: Consent = Consent.NONE) -> None:
    """Remove from these posts what `level` does not allow (`crawler.consent.levels`).

    The links stay, even at the level `none`: they tell that an article was shared by a post
    that is gone.
    """
    keeps_reference = level is Consent.REFERENCE
    for post_id in post_ids:
        db.execute(
            "UPDATE posts SET text = '', url = CASE WHEN ? THEN url ELSE '' END, language = '', "
            "author_id = NULL, thread_key = NULL, thread_position = NULL, counts = '{}', "
            "content_hash = '', similar_to = NULL, consent = ? WHERE id = ?",
            [keeps_reference, level, post_id],
        )
        db.execute("UPDATE posts SET similar_to = NULL WHERE similar_to = ?", [post_id])
        db.execute("UPDATE links SET shown = '' WHERE post_id = ?", [post_id])
        db.execute(
            "DELETE FROM taggings WHERE subject_kind = 'post' AND subject_id = ?", [post_id]
        )
        take_back_cards(db, [post_id])
        db.execute("DELETE FROM cards WHERE post_id = ?", [post_id])
        if not keeps_reference:
            db.execute("DELETE FROM post_hashtags WHERE post_id = ?", [post_id])


def drop_if_silent(db: Database, author_ids: Iterable[int]) -> None:
    """Delete those of these authors of whom no post is stored."""
    db.conn.executemany(
        "DELETE FROM authors WHERE id = ? "
        "AND NOT EXISTS (SELECT 1 FROM posts WHERE author_id = authors.id)",
        [(author_id,) for author_id in author_ids],
    )


def _narrow(db: Database, author: Author) -> None:
    """Apply a consent that is not full to everything stored of an author."""
    row = db.execute(
        "SELECT id FROM authors WHERE network = ? AND handle = ?", [author.network, author.handle]
    ).fetchone()
    if row is None:
        return
    posts = db.execute("SELECT id, consent FROM posts WHERE author_id = ?", [row[0]]).fetchall()
    wider = [post_id for post_id, level in posts if is_narrower(author.consent, Consent(level))]
    withdraw_posts(db, wider, author.consent)
    db.execute("DELETE FROM authors WHERE id = ?", [row[0]])


def _author_id(db: Database, network: str, handle: str) -> int:
    found = db.execute(
        "SELECT id FROM authors WHERE network = ? AND handle = ?", [network, handle]
    ).fetchone()
    return int(found[0])
