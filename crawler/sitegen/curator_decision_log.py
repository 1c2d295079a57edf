"""The public log of the curator's decisions, with the article that each is about."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.sitegen.snapshot_reader import ListedArticle, Row

_LOG = "SELECT id, at, who, action, subject, reason FROM curation_log ORDER BY at DESC, id DESC"
_ARTICLES_BY_URL = """
SELECT url, id AS article_id FROM articles WHERE url IN (SELECT subject FROM curation_log)
UNION SELECT url, article_id FROM aliases WHERE url IN (SELECT subject FROM curation_log)
"""
_WITHDRAWN = "withdrawn: "
_ACTIONS = {
    "ban-author": "Banned",
    "ban-host": "Banned the host",
    "forget": "Erased",
    "hide": "Hid",
    "merge": "Merged",
    "note": "Added a note to",
    "pin": "Pinned",
    "split": "Split off",
    "tag": "Added a topic to",
    "trust": "Trusted the source",
    "untag": "Removed a topic from",
}
_ABOUT_TOPICS = ("pin", "tag", "untag")


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """One line of the log. `subject` is a URL, host or source, or a general term if it is hidden.

    `article` is the visible article that the subject is a URL of. `topic` is the topic that a
    decision added, removed or pinned to. `withdrawn` decisions are no longer in effect.
    """

    id: int
    at: str
    who: str
    action: str
    withdrawn: bool
    subject: str
    article: ListedArticle | None
    topic: str
    reason: str

    @property
    def words(self) -> str:
        """Return the action as the beginning of a sentence that the subject completes."""
        words = _ACTIONS.get(self.action, self.action)
        if not self.withdrawn:
            return words
        return f"Withdrawn: {words[:1].lower()}{words[1:]}"


def read_decision_log(
    db: sqlite3.Connection, articles: Mapping[int, ListedArticle]
) -> list[LoggedDecision]:
    """Return the public log, newest line first; `articles` are the visible articles by id."""
    ids = {row["url"]: row["article_id"] for row in db.execute(_ARTICLES_BY_URL)}
    by_url = {url: articles[number] for url, number in ids.items() if number in articles}
    return [_logged(row, by_url) for row in db.execute(_LOG)]


def _logged(row: Row, by_url: Mapping[str, ListedArticle]) -> LoggedDecision:
    action = row["action"].removeprefix(_WITHDRAWN)
    topic, reason = _topic_and_reason(action, row["reason"])
    subject = row["subject"]
    if subject and reason.startswith(subject):  # as in an erasure on request
        subject, reason = reason, ""
    return LoggedDecision(
        id=row["id"],
        at=row["at"],
        who=row["who"],
        action=action,
        withdrawn=row["action"].startswith(_WITHDRAWN),
        subject=subject,
        article=by_url.get(row["subject"]),
        topic=topic,
        reason=reason,
    )


def _topic_and_reason(action: str, reason: str) -> tuple[str, str]:
    """Return the topic of a decision about topics, and its reason.

    The log has both as `topic: reason`. A withdrawn decision has only the topic.
    """
    if action not in _ABOUT_TOPICS:
        return "", reason
    topic, _, reason_alone = reason.partition(": ")
    return (topic, reason_alone) if " " not in topic else ("", reason)
