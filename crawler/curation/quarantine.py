"""Quarantine of new posts after a suspected takeover of their source.

The posts stay hidden until the curator trusts the source or hides them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlite_utils import Database

from crawler.models.post_traits import PostTraits
from crawler.store.database import transaction
from crawler.utc_times import iso

_MOST_COMPARED = 500  # posts of a source, new ones included
_SOURCES = """SELECT DISTINCT source FROM posts INDEXED BY posts_seen WHERE seen_at >= ?
    AND source NOT IN (SELECT subject FROM curation_decisions WHERE action = 'trust')"""
_TRAITS = """
SELECT p.id, p.seen_at >= :since, p.language,
       (SELECT json_group_array(DISTINCT a.host)
        FROM links l JOIN articles a ON a.id = l.article_id WHERE l.post_id = p.id),
       (SELECT json_group_array(DISTINCT t.topic) FROM taggings t WHERE t.confidence <> 'weak' AND (
           (t.subject_kind = 'post' AND t.subject_id = p.id)
           OR (t.subject_kind = 'article' AND t.subject_id IN (
               SELECT article_id FROM links WHERE post_id = p.id))))
FROM posts p WHERE p.source = :source AND p.deleted_at IS NULL
    AND p.id NOT IN (SELECT post_id FROM quarantined_posts)
    ORDER BY p.seen_at DESC, p.id DESC LIMIT :most
"""
_INSERT = "INSERT INTO quarantined_posts (post_id, since, reason) VALUES (?, ?, ?)"
_RELEASE_TRUSTED = """DELETE FROM quarantined_posts
    WHERE (SELECT source FROM posts WHERE id = post_id) IN (
        SELECT subject FROM curation_decisions WHERE action = 'trust')"""

TakeoverCheck = Callable[[Sequence[PostTraits], Sequence[PostTraits]], str]
"""Returns why the new posts differ from the older ones, oldest first; "" if they do not."""


class _PostRow(NamedTuple):
    """A post of a source, with its hosts and topics as JSON arrays."""

    post_id: int
    is_new: int
    language: str
    hosts: str
    topics: str

    def traits(self) -> PostTraits:
        """Return the traits that a takeover changes."""
        return PostTraits(
            frozenset(msgspec.json.decode(self.hosts)),
            frozenset({self.language} - {""}),
            frozenset(msgspec.json.decode(self.topics)),
        )


def quarantine_new_posts(
    db: Database, takeover_check: TakeoverCheck, since: datetime, now: datetime
) -> int:
    """Quarantine the posts stored since `since` from sources with a suspected takeover.

    `takeover_check` returns why the new posts of a source differ from its older posts, or "".
    Returns the number of posts that were added to the quarantine.
    """
    with transaction(db):
        sources = db.execute(_SOURCES, [iso(since)]).fetchall()
        posts = (_load_posts(db, source, since) for (source,) in sources)
        return sum(_quarantine_posts(db, rows, takeover_check, now) for rows in posts)


def _quarantine_posts(
    db: Database, rows: Sequence[_PostRow], takeover_check: TakeoverCheck, now: datetime
) -> int:
    """Quarantine the new posts of one source if it is suspicious; return their number."""
    reason = takeover_check(list(_traits(rows, False)), list(_traits(rows, True)))
    if not reason:
        return 0
    quarantined = [(row.post_id, iso(now), reason) for row in rows if row.is_new]
    db.conn.executemany(_INSERT, quarantined)
    return len(quarantined)


def release_trusted_posts(db: Database) -> set[int]:
    """Release the posts of sources that the curator trusts. Return the ids of the others."""
    db.conn.execute(_RELEASE_TRUSTED)
    return {post_id for (post_id,) in db.execute("SELECT post_id FROM quarantined_posts")}


def _load_posts(db: Database, source: str, since: datetime) -> list[_PostRow]:
    """Return the last posts of a source, oldest first."""
    values = {"source": source, "since": iso(since), "most": _MOST_COMPARED}
    return [_PostRow(*row) for row in db.execute(_TRAITS, values)][::-1]


def _traits(rows: Sequence[_PostRow], new: bool) -> Iterator[PostTraits]:
    return (row.traits() for row in rows if bool(row.is_new) == new)
