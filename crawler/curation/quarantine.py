"""Quarantine of new posts after a suspected takeover of their source.

The posts stay hidden until the curator trusts the source or hides them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlite_utils import Database

from crawler.models.post_traits import Traits
from crawler.store.database import transaction
from crawler.store.post_traits import stored_traits
from crawler.utc_times import iso

_MOST_COMPARED = 500  # posts of a source, new ones included
_SOURCES = """SELECT DISTINCT source FROM posts INDEXED BY posts_seen WHERE seen_at >= ?
    AND source NOT IN (SELECT subject FROM curation_decisions WHERE action = 'trust')"""
_POSTS = """
SELECT id, language, seen_at >= :since FROM posts WHERE source = :source AND deleted_at IS NULL
    AND id NOT IN (SELECT post_id FROM quarantined_posts)
    ORDER BY seen_at DESC, id DESC LIMIT :most
"""
_INSERT = "INSERT INTO quarantined_posts (post_id, since, reason) VALUES (?, ?, ?)"
_RELEASE_TRUSTED = """DELETE FROM quarantined_posts
    WHERE (SELECT source FROM posts WHERE id = post_id) IN (
        SELECT subject FROM curation_decisions WHERE action = 'trust')"""

TakeoverCheck = Callable[[Sequence[Traits], Sequence[Traits]], str]
"""Returns why the new posts differ from the older ones, oldest first; "" if they do not."""


def quarantine_new_posts(
    db: Database, takeover_check: TakeoverCheck, since: datetime, now: datetime
) -> int:
    """Quarantine the posts stored since `since` from sources with a suspected takeover.

    `takeover_check` returns why the new posts of a source differ from its older posts, or "".
    Returns the number of posts that were added to the quarantine.
    """
    with transaction(db):
        sources = db.execute(_SOURCES, [iso(since)]).fetchall()
        return sum(
            _quarantine_posts(db, source, takeover_check, since, now) for (source,) in sources
        )


def _quarantine_posts(
    db: Database, source: str, takeover_check: TakeoverCheck, since: datetime, now: datetime
) -> int:
    """Quarantine the new posts of one source if it is suspicious; return their number."""
    values = {"source": source, "since": iso(since), "most": _MOST_COMPARED}
    rows = db.execute(_POSTS, values).fetchall()
    new, before = (
        stored_traits(
            db, [(post_id, language) for post_id, language, is_new in rows if is_new == part]
        )
        for part in (1, 0)
    )
    reason = takeover_check(before[::-1], new[::-1])
    if not reason:
        return 0
    db.conn.executemany(_INSERT, [(post.post_id, iso(now), reason) for post in new])
    return len(new)


def release_trusted_posts(db: Database) -> set[int]:
    """Release the posts of sources that the curator trusts. Return the ids of the others."""
    db.conn.execute(_RELEASE_TRUSTED)
    return {post_id for (post_id,) in db.execute("SELECT post_id FROM quarantined_posts")}
