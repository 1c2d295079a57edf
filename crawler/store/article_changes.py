"""History of articles: topics, states, merges and splits, as readers see them change.

State changes are recorded by a trigger, merges and splits when they happen. Topics are compared
with those of the last recording, so that a topic that leaves and comes back in one run is not a
change.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.store.database import transaction
from crawler.store.schema_changed_items import EVERYTHING
from crawler.utc_times import iso

_STORED_DAYS = 400

_CHANGED = f"""(
    SELECT id FROM changed_items WHERE change = 'article'
    UNION SELECT id FROM articles WHERE EXISTS (
        SELECT 1 FROM changed_items WHERE change = 'article' AND id = {EVERYTHING}))"""  # noqa: S608
_ADDED = f"""
INSERT INTO article_changes (article_id, at, change, detail)
SELECT t.subject_id, :now, 'topic-added', t.topic FROM taggings t
WHERE t.subject_kind = 'article' AND t.subject_id IN {_CHANGED} AND t.confidence <> 'weak'
    AND EXISTS (SELECT 1 FROM recorded_topics WHERE article_id = t.subject_id AND topic = '')
    AND NOT EXISTS (
        SELECT 1 FROM recorded_topics WHERE article_id = t.subject_id AND topic = t.topic)
ORDER BY t.subject_id, t.topic
"""  # noqa: S608
_REMOVED = f"""
INSERT INTO article_changes (article_id, at, change, detail)
SELECT r.article_id, :now, 'topic-removed', r.topic FROM recorded_topics r
WHERE r.article_id IN {_CHANGED} AND r.topic <> '' AND NOT EXISTS (
    SELECT 1 FROM taggings WHERE subject_kind = 'article' AND subject_id = r.article_id
    AND topic = r.topic AND confidence <> 'weak')
ORDER BY r.article_id, r.topic
"""  # noqa: S608
_FORGET_REMOVED = f"""
DELETE FROM recorded_topics WHERE article_id IN {_CHANGED} AND topic <> '' AND NOT EXISTS (
    SELECT 1 FROM taggings WHERE subject_kind = 'article'
    AND subject_id = recorded_topics.article_id AND topic = recorded_topics.topic
    AND confidence <> 'weak')
"""  # noqa: S608
_RECORD = f"""
INSERT INTO recorded_topics (article_id, topic)
SELECT subject_id, topic FROM taggings
WHERE subject_kind = 'article' AND subject_id IN {_CHANGED} AND confidence <> 'weak'
UNION SELECT id, '' FROM articles WHERE id IN {_CHANGED}
EXCEPT SELECT article_id, topic FROM recorded_topics WHERE article_id IN {_CHANGED}
"""  # noqa: S608
_DATE = "UPDATE article_changes SET at = :now WHERE at IS NULL"
_DELETE_OLD = "DELETE FROM article_changes WHERE at < :oldest"
_MERGE = """
INSERT INTO article_changes (article_id, change)
SELECT :winner, 'merged' WHERE EXISTS (
    SELECT 1 FROM recorded_topics WHERE article_id = :loser AND topic = '')
"""
_MOVE = "UPDATE article_changes SET article_id = :winner WHERE article_id = :loser"
_SPLIT = "INSERT INTO article_changes (article_id, change) VALUES (?, 'split')"


def record_changes(db: Database, now: datetime) -> int:
    """Store which topics articles got and lost since the last call, and date pending changes.

    Looks only at articles whose changes are recorded; the caller forgets these afterwards. The
    topics of an article that is new since then are not changes. Changes older than 400 days
    are deleted. It is one transaction. Returns the number of changed taggings.
    """
    times = {"now": iso(now), "oldest": iso(now - timedelta(days=_STORED_DAYS))}
    with transaction(db):
        added = db.conn.execute(_ADDED, times).rowcount
        removed = db.conn.execute(_REMOVED, times).rowcount
        db.conn.execute(_FORGET_REMOVED)
        db.conn.execute(_RECORD)
        db.conn.execute(_DATE, times)
        db.conn.execute(_DELETE_OLD, times)
    return added + removed


def record_merge(db: Database, winner: int, loser: int) -> None:
    """Record that the article `loser` is about to be merged into `winner`.

    The changes of `loser` become those of `winner`. A merge is not recorded for an article that is
    new since the last recording.
    """
    ids = {"winner": winner, "loser": loser}
    db.conn.execute(_MERGE, ids)
    db.conn.execute(_MOVE, ids)


def record_split_article(db: Database, article_id: int) -> None:
    """Record that the article `article_id` was split off another article."""
    db.conn.execute(_SPLIT, [article_id])
