"""Store for each source its newest post, its usual gap, and how its newest posts have changed."""

from __future__ import annotations

import heapq
from datetime import datetime

from sqlite_utils import Database

from crawler.curation.source_health import VERSION, changed_nature, usual_gap_days
from crawler.store.database import transaction
from crawler.store.post_traits import stored_traits
from crawler.store.sql_values import to_json
from crawler.store.stored_versions import load_versions, save_versions
from crawler.utc_times import iso

_MOST_COMPARED = 60  # posts of a source, the newest by the date of their first sight
_STEP = "input:source-health"  # the name of the version of this step
_MARK_ALL = "INSERT INTO changed_sources SELECT name FROM sources WHERE true ON CONFLICT DO NOTHING"
_CHANGED = """
SELECT name FROM sources WHERE enabled = 1 AND name IN (SELECT name FROM changed_sources)
ORDER BY name
"""
# A source that is not enabled stays marked. One that is added later is marked then.
_FORGET = """
DELETE FROM changed_sources WHERE name NOT IN (SELECT name FROM sources WHERE enabled <> 1)
"""
_POSTS = """
SELECT id, language, MIN(COALESCE(published, seen_at), seen_at) AS at
FROM posts WHERE id IN (SELECT value FROM json_each(?)) ORDER BY at, id
"""
_DATES = """
SELECT MIN(COALESCE(published, seen_at), seen_at), id, seen_at
FROM posts WHERE source = ? AND deleted_at IS NULL ORDER BY seen_at DESC
"""
_UPDATE = "UPDATE sources SET newest_post = ?, usual_gap_days = ?, changed = ? WHERE name = ?"


def update_source_health(db: Database) -> None:
    """Compute the health of every enabled source whose posts changed, and store it."""
    with transaction(db):
        if load_versions(db, _STEP) != {"": str(VERSION)}:
            db.conn.execute(_MARK_ALL)
            save_versions(db, {_STEP: str(VERSION)})
        names = [name for (name,) in db.execute(_CHANGED)]
        db.conn.executemany(_UPDATE, [(*_health(db, name), name) for name in names])
        db.conn.execute(_FORGET)


def _health(db: Database, name: str) -> tuple[str | None, float | None, str]:
    """Return the date of the newest post, the usual gap in days, and the change."""
    rows = db.execute(_POSTS, [to_json(_newest_posts(db, name))]).fetchall()
    times = [datetime.fromisoformat(at) for _, _, at in rows]
    newest = iso(max(times)) if times else None
    gap = usual_gap_days([time.date() for time in times])
    posts = stored_traits(db, [(post_id, language) for post_id, language, _ in rows])
    return newest, gap, changed_nature(posts)


def _newest_posts(db: Database, name: str) -> list[int]:
    """Return the ids of the newest posts of the source `name`.

    No post is newer than its first sight, so that the reading ends at the first post that was seen
    before all of them.
    """
    newest: list[tuple[str, int]] = []
    for at, post_id, seen_at in db.execute(_DATES, [name]):
        if len(newest) < _MOST_COMPARED:
            heapq.heappush(newest, (at, post_id))
        elif seen_at < newest[0][0]:
            break
        else:
            heapq.heappushpop(newest, (at, post_id))
    return [post_id for _, post_id in newest]
