"""The texts that matched a topic most often in its newest articles."""

from __future__ import annotations

import sqlite3

_MAX_MATCHES = 8
_NEWEST = 300
_COMMON = """
SELECT lower(e.quote) FROM (
    SELECT tagging_id FROM topic_articles WHERE topic = ?
    ORDER BY first_shared DESC, article_id DESC LIMIT ?
) t JOIN evidence e ON e.tagging_id = t.tagging_id
WHERE e.quote <> '' AND e.rule IN ('strong', 'contextual', 'hashtag')
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?
"""


def common_matches(db: sqlite3.Connection, topic: str) -> list[str]:
    """Return the texts that match `topic` most often, in lower case; `db` is the snapshot.

    Only the newest articles count: reading the evidence of all takes long, and its order hardly
    changes.
    """
    return [row[0] for row in db.execute(_COMMON, (topic, _NEWEST, _MAX_MATCHES))]
