"""History of articles: topics, states, merges and splits, as readers see them change.

State changes are recorded by a trigger, merges and splits when they happen. Topics are compared
with those of the last recording, so that a topic that leaves and comes back in one run is not a
change.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.store.changed_items import EVERYTHING, changed_ids
from crawler.store.database import transaction
from crawler.utc_times import iso

_STORED_DAYS = 400

_EVERY_ARTICLE = "SELECT id FROM articles"
_CHANGED_ARTICLES = "SELECT id FROM changed_items WHERE change = 'article'"
_ADDED = """
INSERT INTO article_changes (article_id, at, change, detail)
SELECT t.subject_id, :now, 'topic-added', t.topic FROM taggings t
WHERE t.subject_kind = 'article' AND t.subject_id IN ({changed}) AND t.confidence <> 'weak'
    AND EXISTS (SELECT 1 FROM recorded_topics WHERE article_id = t.subject_id AND topic = '')
    AND NOT EXISTS (
        SELECT 1 FROM recorded_topics WHERE article_id = t.subject_id AND topic = t.topic)
ORDER BY t.subject_id, t.topic
"""
_REMOVED = """
INSERT INTO article_changes (article_id, at, change, detail)
SELECT r.article_id, :now, 'topic-removed', r.topic FROM recorded_topics r
WHERE r.article_id IN ({changed}) AND r.topic <> '' AND NOT EXISTS (
    SELECT 1 FROM taggings WHERE subject_kind = 'article' AND subject_id = r.article_id
    AND topic = r.topic AND confidence <> 'weak')
ORDER BY r.article_id, r.topic
"""
_FORGET_REMOVED = """
DELETE FROM recorded_topics WHERE article_id IN ({changed}) AND topic <> '' AND NOT EXISTS (
    SELECT 1 FROM taggings WHERE subject_kind = 'article'
    AND subject_id = recorded_topics.article_id AND topic = recorded_topics.topic
    AND confidence <> 'weak')
"""
_RECORD = """
INSERT INTO recorded_topics (article_id, topic)
SELECT subject_id, topic FROM taggings
WHERE subject_kind = 'article' AND subject_id IN ({changed}) AND confidence <> 'weak'
UNION SELECT id, '' FROM articles WHERE id IN ({changed})
EXCEPT SELECT article_id, topic FROM recorded_topics WHERE article_id IN ({changed})
"""
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
        is_every_article = EVERYTHING in changed_ids(db, "article")
        changed = _EVERY_ARTICLE if is_every_article else _CHANGED_ARTICLES
        added, removed, *_ = (
            db.conn.execute(statement.format(changed=changed), times).rowcount
            for statement in (_ADDED, _REMOVED, _FORGET_REMOVED, _RECORD)
        )
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
