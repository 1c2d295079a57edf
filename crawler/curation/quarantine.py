"""Holding back the posts of a source that became something else overnight, until the curator trusts
it or hides them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.post_traits import PostTraits
from crawler.store.database import transaction
from crawler.text_cleaning import iso

_REMEMBERED = 500  # posts of a source that say what it is like
_PROFILES = """
SELECT p.id, p.seen_at >= :since, p.language,
       (SELECT json_group_array(DISTINCT a.host) FROM links l JOIN articles a ON a.id = l.article_id WHERE l.post_id = p.id),
       (SELECT json_group_array(DISTINCT t.topic) FROM taggings t WHERE t.confidence <> 'weak' AND (
           (t.subject_kind = 'post' AND t.subject_id = p.id)
           OR (t.subject_kind = 'article' AND t.subject_id IN (SELECT article_id FROM links WHERE post_id = p.id))))
FROM posts p WHERE p.source = :source AND p.deleted_at IS NULL AND p.id NOT IN (SELECT post_id FROM quarantined_posts) ORDER BY p.id DESC LIMIT :most
"""


def quarantine_new_posts(
    db: Database,
    judge: Callable[[Sequence[PostTraits], Sequence[PostTraits]], str],
    since: datetime,
    now: datetime,
) -> int:
    """Hold the posts that came since `since` from sources of which `judge` says that they broke
    with their past. Returns how many are held anew.
    """
    held = 0
    with transaction(db):
        for (source,) in db.execute(
            "SELECT DISTINCT source FROM posts WHERE seen_at >= ? AND source NOT IN (SELECT subject FROM curation_decisions WHERE action = 'trust')",
            [iso(since)],
        ).fetchall():
            rows = db.execute(
                _PROFILES, {"source": source, "since": iso(since), "most": _REMEMBERED}
            ).fetchall()[::-1]
            reason = judge(
                [_profile(row) for row in rows if not row[1]],
                [_profile(row) for row in rows if row[1]],
            )
            new = [(row[0], iso(now), reason) for row in rows if row[1] and reason]
            db.conn.executemany(
                "INSERT INTO quarantined_posts (post_id, since, reason) VALUES (?, ?, ?)", new
            )
            held += len(new)
    return held


def _profile(row: Sequence[str]) -> PostTraits:
    _, _, language, hosts, topics = row
    return PostTraits(
        frozenset(msgspec.json.decode(hosts)),
        frozenset({language} - {""}),
        frozenset(msgspec.json.decode(topics)),
    )
