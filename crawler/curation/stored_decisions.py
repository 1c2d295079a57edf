"""Rows of `curation_decisions`, the decisions in force, and of `curation_log`."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from crawler.models.curator_decisions import Decision
from crawler.url_secrets import text_without_secrets
from crawler.utc_times import iso

DecisionKey = tuple[str, str, str]
"""(action, subject, object) of a decision"""

SubjectIds = tuple[int | None, int | None]
"""(article id, post id) that a stored decision is about"""

_REASONS = "SELECT action, subject, object, reason FROM curation_decisions"
_STORE = """INSERT INTO curation_decisions (action, subject, object, reason, who, since)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET reason = excluded.reason, who = excluded.who"""
_DELETE = "DELETE FROM curation_decisions WHERE (action, subject, object) = (?, ?, ?)"
_SUBJECT_IDS = """SELECT article_id, post_id FROM curation_decisions
    WHERE (action, subject, object) = (?, ?, ?)"""
_SET_SUBJECT_IDS = """UPDATE curation_decisions SET article_id = ?, post_id = ?
    WHERE (action, subject, object) = (?, ?, ?)"""
_LOG = "INSERT INTO curation_log (at, who, action, subject, reason) VALUES (?, ?, ?, ?, ?)"


def decision_key(decision: Decision) -> DecisionKey:
    """Return the primary key of the row that stores `decision`."""
    return decision.action, decision.subject, decision.object


def load_reasons(db: Database) -> dict[DecisionKey, str]:
    """Return the reason of each decision in force, by its key."""
    return {(row[0], row[1], row[2]): row[3] for row in db.execute(_REASONS)}


def store_decision(db: Database, decision: Decision, now: datetime) -> None:
    """Insert `decision`, or update its reason, and log it."""
    row = [*decision_key(decision), decision.reason, decision.who, iso(now)]
    db.conn.execute(_STORE, row)
    reason = f"{decision.object}: {decision.reason}" if decision.object else decision.reason
    log_action(db, decision.who, decision.action, decision.subject, reason, now)


def delete_decision(db: Database, key: DecisionKey) -> None:
    """Delete the decision with this `key`. The log stays."""
    db.conn.execute(_DELETE, key)


def load_subject_ids(db: Database, key: DecisionKey) -> SubjectIds:
    """Return the ids of the article and of the post that the decision with this `key` is about."""
    article_id, post_id = db.execute(_SUBJECT_IDS, key).fetchone()
    return article_id, post_id


def save_subject_ids(db: Database, key: DecisionKey, ids: SubjectIds) -> None:
    """Store `ids` as the article and the post that the decision with this `key` is about."""
    db.conn.execute(_SET_SUBJECT_IDS, [*ids, *key])


def log_action(
    db: Database, who: str, action: str, subject: str, reason: str, now: datetime
) -> None:
    """Append to the public log that `who` did `action` to `subject`, for this `reason`.

    URLs are logged without secrets.
    """
    texts = map(text_without_secrets, (subject, reason))
    db.conn.execute(_LOG, [iso(now), who, action, *texts])
