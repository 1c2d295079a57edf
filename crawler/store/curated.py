"""Applying the curator's word after every understanding: it wins over the machine, outlives every crawl, and is taken back when it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.errors import ConfigurationError
from crawler.model import AliasReason, Decision, Evidence, TopicScore
from crawler.store.database import transaction
from crawler.store.identity import Ledger
from crawler.store.taggings import CURATOR, write_tagging
from crawler.text import fold, iso

# Above every score of the machine's, so that what the curator tagged stands first.
CURATOR_SCORE = 100.0
_ABOUT_TOPICS = ("pin", "tag", "untag")
_GENERAL = "('ban-author', 'ban-host', 'trust')"  # these are about no single article or post

# One article may be named by several of its addresses.
_VERDICTS = """SELECT action, 'article', article_id, other, MIN(reason) FROM curated WHERE article_id IS NOT NULL GROUP BY 1, 3, 4
    UNION ALL SELECT action, 'post', post_id, other, MIN(reason) FROM curated WHERE post_id IS NOT NULL GROUP BY 1, 3, 4"""

Mark = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Applied:
    """How many decisions are new since the last time, how many were withdrawn, and which ones meet nothing that is kept (yet)."""

    new: int
    withdrawn: int
    unmet: tuple[Decision, ...]


def apply_decisions(db: Database, ledger: Ledger, decisions: Sequence[Decision], now: datetime) -> Applied:
    """Make the database say what the decisions say; the same again changes nothing. Raises ConfigurationError for a topic that does not exist."""
    _check_topics(db, decisions)
    with transaction(db):
        wanted = {_mark(decision): decision for decision in decisions}
        known = {(action, subject, other): reason for action, subject, other, reason in db.execute("SELECT action, subject, other, reason FROM curated")}
        withdrawn = sorted(known.keys() - wanted.keys())
        new = [decision for mark, decision in wanted.items() if known.get(mark) != decision.reason]
        _take_back(db, ledger, withdrawn, now)
        _write_down(db, new, now)
        _join_and_split(ledger, decisions, now)
        _find_subjects(db, ledger)
        _hide(db)
        _tag(db)
    return Applied(len(new), len(withdrawn), _unmet(db, decisions))


def _check_topics(db: Database, decisions: Iterable[Decision]) -> None:
    known = {slug for (slug,) in db.execute("SELECT slug FROM topics")}
    for decision in decisions:
        if decision.action in _ABOUT_TOPICS and decision.other not in known:
            told = f"The curator's {decision.action} of {decision.subject} names a topic that does not exist: {decision.other}."
            raise ConfigurationError(told, "The topics are listed by: hashtrail topics list")


def _take_back(db: Database, ledger: Ledger, withdrawn: Sequence[Mark], now: datetime) -> None:
    """Undo what is no longer decided. Where a tag was decided the machine is asked again."""
    for action, subject, other in withdrawn:
        if action == "merge" and ledger.find(subject) is not None:
            ledger.split(subject, now)
        if action == "split":
            ledger.unsplit(subject, now)
        if action in ("tag", "untag"):
            about = db.execute("SELECT article_id, post_id FROM curated WHERE (action, subject, other) = (?, ?, ?)", [action, subject, other]).fetchone()
            db.conn.execute("UPDATE articles SET understood = '' WHERE id = ?", about[:1])
            db.conn.execute("UPDATE posts SET understood = '' WHERE id = ?", about[1:])
        db.conn.execute("DELETE FROM curated WHERE (action, subject, other) = (?, ?, ?)", [action, subject, other])
        _log(db, CURATOR, f"withdrawn: {action}", subject, other or "no longer in data/curation", now)


def _write_down(db: Database, decisions: Iterable[Decision], now: datetime) -> None:
    for decision in decisions:
        db.conn.execute(
            "INSERT INTO curated (action, subject, other, reason, who, since) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET reason = excluded.reason, who = excluded.who",
            [*_mark(decision), decision.reason, decision.who, iso(now)],
        )
        reason = f"{decision.other}: {decision.reason}" if decision.other else decision.reason
        _log(db, decision.who, decision.action, decision.subject, reason, now)


def _join_and_split(ledger: Ledger, decisions: Iterable[Decision], now: datetime) -> None:
    for decision in decisions:
        one, other = ledger.find(decision.subject), ledger.find(decision.other) if decision.action == "merge" else None
        if one is not None and other is not None and one != other:
            ledger.merge(other, one, AliasReason.CURATOR, decision.reason, now)
        elif decision.action == "split" and one is not None:
            ledger.split(decision.subject, now)


def _find_subjects(db: Database, ledger: Ledger) -> None:
    """Note which article or post each decision is about now: merges and new posts may have changed that."""
    for action, subject, other in db.execute(f"SELECT action, subject, other FROM curated WHERE action NOT IN {_GENERAL}").fetchall():  # noqa: S608 (ours)
        post = db.execute("SELECT id FROM posts WHERE uri = ? OR (url <> '' AND url = ?) ORDER BY id", [subject, subject]).fetchone()
        found = [None if post else ledger.find(subject), post[0] if post else None]
        db.conn.execute(
            "UPDATE curated SET article_id = ?, post_id = ? WHERE (action, subject, other) = (?, ?, ?) AND (article_id, post_id) IS NOT (?, ?)",
            [*found, action, subject, other, *found],
        )


def _hide(db: Database) -> None:
    """Hide exactly what is hidden, banned or held. A ban includes a host's subdomains; what nobody else shared goes with a banned or held post."""
    away = _json(_banned_posts(db) | _held_posts(db))
    db.conn.execute(
        """WITH away AS (
               SELECT post_id AS id FROM curated WHERE action = 'hide' AND post_id IS NOT NULL UNION SELECT value FROM json_each(?)
           ) UPDATE posts SET hidden = id IN (SELECT id FROM away) WHERE hidden <> (id IN (SELECT id FROM away))""",
        [away],
    )
    db.conn.execute(
        """WITH shared AS (SELECT article_id, post_id FROM links UNION ALL SELECT article_id, post_id FROM cards), away AS (
               SELECT article_id AS id FROM curated WHERE action = 'hide' AND article_id IS NOT NULL
               UNION SELECT a.id FROM articles a JOIN curated c ON c.action = 'ban-host' AND (a.host = c.subject OR a.host LIKE '%.' || c.subject)
               UNION SELECT article_id FROM shared WHERE article_id IS NOT NULL GROUP BY article_id
                     HAVING MIN(post_id IN (SELECT value FROM json_each(?)))
           ) UPDATE articles SET hidden = id IN (SELECT id FROM away) WHERE hidden <> (id IN (SELECT id FROM away))""",
        [away],
    )


def _banned_posts(db: Database) -> set[int]:
    banned = {subject for (subject,) in db.execute("SELECT subject FROM curated WHERE action = 'ban-author'")}
    authors = [author for author, network, handle in db.execute("SELECT id, network, handle FROM authors") if fold(f"{network}:{handle}") in banned]
    return {post_id for (post_id,) in db.execute("SELECT id FROM posts WHERE author_id IN (SELECT value FROM json_each(?))", [_json(authors)])}


def _held_posts(db: Database) -> set[int]:
    """What is held; nothing of a source that the curator trusts by now."""
    db.conn.execute(
        "DELETE FROM held WHERE post_id IN (SELECT id FROM posts WHERE source IN (SELECT subject FROM curated WHERE action = 'trust'))"
    )
    return {post_id for (post_id,) in db.execute("SELECT post_id FROM held")}


def _tag(db: Database) -> None:
    """Give and take topics. The evidence of a topic that was given is the curator's reason."""
    verdicts = db.execute(_VERDICTS).fetchall()
    given = {(kind, subject, topic): reason for action, kind, subject, topic, reason in verdicts if action == "tag"}
    stale = [each for each in db.execute("SELECT subject_kind, subject_id, topic FROM taggings WHERE tagger = ?", [CURATOR]) if each not in given]
    taken = [(kind, subject, topic) for action, kind, subject, topic, _ in verdicts if action == "untag"]
    db.conn.executemany("DELETE FROM taggings WHERE (subject_kind, subject_id, topic) = (?, ?, ?)", stale + taken)
    for tagged, reason in given.items():
        evidence = Evidence(CURATOR, reason, 0, CURATOR, CURATOR_SCORE)
        write_tagging(db, tagged, TopicScore(tagged[2], CURATOR_SCORE, "certain", (evidence,)), CURATOR, CURATOR)


def _unmet(db: Database, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that meet nothing. A ban waits for what it bans and is never unmet."""
    met = set(
        db.execute(f"SELECT action, subject, other FROM curated WHERE article_id IS NOT NULL OR post_id IS NOT NULL OR action IN {_GENERAL}")  # noqa: S608 (ours)
    )
    return tuple(decision for decision in decisions if _mark(decision) not in met)


def _log(db: Database, who: str, action: str, subject: str, reason: str, now: datetime) -> None:
    db.conn.execute("INSERT INTO curation_log (at, who, action, subject, reason) VALUES (?, ?, ?, ?, ?)", [iso(now), who, action, subject, reason])


def _mark(decision: Decision) -> Mark:
    return decision.action, decision.subject, decision.other


def _json(values: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(values)).decode()
