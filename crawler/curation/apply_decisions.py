"""Applying the curator's decisions: they override every deriver, survive every crawl, and end when
their entry is removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.curation.decision_subjects import Subject, resolve_subject
from crawler.curation.hide_items import set_hidden_items
from crawler.curation.unresolved_decisions import UnresolvedDecision, find_unresolved_decisions
from crawler.errors import ConfigurationError
from crawler.models.articles import AliasReason
from crawler.models.curator_decisions import Decision
from crawler.models.topics import Evidence, TopicScore
from crawler.store.database import transaction
from crawler.store.identity_ledger import IdentityLedger
from crawler.store.taggings import CURATOR, save_tagging
from crawler.store.tombstones import REMOVED, load_tombstones
from crawler.text_cleaning import iso

# Above every score of a tagger, so that the topics of the curator come first.
CURATOR_SCORE = 100.0
_ABOUT_TOPICS = ("pin", "tag", "untag")

# One article may be named by several of its URLs.
_VERDICTS = """SELECT action, 'article', article_id, object, MIN(reason) FROM curation_decisions WHERE article_id IS NOT NULL GROUP BY 1, 3, 4
    UNION ALL SELECT action, 'post', post_id, object, MIN(reason) FROM curation_decisions WHERE post_id IS NOT NULL GROUP BY 1, 3, 4"""

_FORMER = """SELECT f.value, t.slug FROM topics t, json_each(t.formerly) f
    WHERE f.value NOT IN (SELECT slug FROM topics)"""

Mark = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class AppliedDecisions:
    """How many decisions are new since the last run, how many were withdrawn, and which do not
    match exactly one subject.
    """

    new: int
    withdrawn: int
    unresolved: tuple[UnresolvedDecision, ...]


def apply_decisions(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision], now: datetime
) -> AppliedDecisions:
    """Make the database agree with the decisions; applying them again changes nothing.

    Decisions on something that was forgotten are not stored, since they would bring its URL back.
    Raises ConfigurationError for a topic that does not exist.
    """
    former = former_topics(db)
    decisions = [_with_present_topic(decision, former) for decision in decisions]
    _check_topics(db, decisions)
    decisions, gone = _without_forgotten(db, ledger, decisions)
    with transaction(db):
        wanted = {_mark(decision): decision for decision in decisions}
        known = {
            (action, subject, other): reason
            for action, subject, other, reason in db.execute(
                "SELECT action, subject, object, reason FROM curation_decisions"
            )
        }
        withdrawn = sorted(known.keys() - wanted.keys())
        new = [decision for mark, decision in wanted.items() if known.get(mark) != decision.reason]
        _withdraw_decisions(db, ledger, withdrawn, now)
        _store_decisions(db, new, now)
        _merge_and_split_articles(db, ledger, decisions, now)
        _find_subjects_and_hide(db, ledger, decisions)
        _apply_topics(db)
    return AppliedDecisions(
        len(new), len(withdrawn), (*find_unresolved_decisions(db, ledger, decisions), *gone)
    )


def _without_forgotten(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision]
) -> tuple[list[Decision], list[UnresolvedDecision]]:
    """The decisions that may be stored, and those that name something forgotten, without naming it."""
    forgotten = load_tombstones(db, ledger.key)
    gone = [
        each
        for each in decisions
        if forgotten.has_url(each.subject)
        or (each.action == "merge" and forgotten.has_url(each.other))
    ]
    problem = "this was erased with `hashtrail forget`; remove the entry from the file"
    reported = [
        UnresolvedDecision(replace(each, subject=REMOVED, other=""), problem) for each in gone
    ]
    return [each for each in decisions if each not in gone], reported


def former_topics(db: Database) -> Mapping[str, str]:
    """Slugs that no topic has any more -> the slug of the topic that had it."""
    return dict(db.execute(_FORMER).fetchall())


def _with_present_topic(decision: Decision, former: Mapping[str, str]) -> Decision:
    if decision.action not in _ABOUT_TOPICS or decision.other not in former:
        return decision
    return replace(decision, other=former[decision.other])


def _check_topics(db: Database, decisions: Iterable[Decision]) -> None:
    known = {slug for (slug,) in db.execute("SELECT slug FROM topics")}
    for decision in decisions:
        if decision.action in _ABOUT_TOPICS and decision.other not in known:
            place = f"{decision.where}: " if decision.where else ""
            told = f"{place}{decision.subject}: there is no topic {decision.other!r}."
            raise ConfigurationError(told, "The topics are listed by: hashtrail topics list")


def _withdraw_decisions(
    db: Database, ledger: IdentityLedger, withdrawn: Sequence[Mark], now: datetime
) -> None:
    """Undo decisions that are no longer in force. The tagger decides withdrawn tags again."""
    for action, subject, other in withdrawn:
        url = resolve_subject(db, ledger, subject).url if action in ("merge", "split") else subject
        if action == "merge" and ledger.find(url) is not None:
            ledger.unmerge(url, now)
        if action == "split" and ledger.find(url) is not None:
            ledger.unsplit(url, now)
        if action in ("tag", "untag"):
            about = db.execute(
                "SELECT article_id, post_id FROM curation_decisions WHERE (action, subject, object) = (?, ?, ?)",
                [action, subject, other],
            ).fetchone()
            _request_retag(db, *about)
        db.conn.execute(
            "DELETE FROM curation_decisions WHERE (action, subject, object) = (?, ?, ?)",
            [action, subject, other],
        )
        _log_decision(
            db, CURATOR, f"withdrawn: {action}", subject, other or "no longer in data/curation", now
        )


def _request_retag(db: Database, article_id: int | None, post_id: int | None) -> None:
    """Have the tagger decide this article and this post again."""
    db.conn.execute("UPDATE articles SET annotated = '' WHERE id = ?", [article_id])
    db.conn.execute("UPDATE posts SET annotated = '' WHERE id = ?", [post_id])


def _store_decisions(db: Database, decisions: Iterable[Decision], now: datetime) -> None:
    for decision in decisions:
        db.conn.execute(
            "INSERT INTO curation_decisions (action, subject, object, reason, who, since) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET reason = excluded.reason, who = excluded.who",
            [*_mark(decision), decision.reason, decision.who, iso(now)],
        )
        reason = f"{decision.other}: {decision.reason}" if decision.other else decision.reason
        _log_decision(db, decision.who, decision.action, decision.subject, reason, now)


def _merge_and_split_articles(
    db: Database, ledger: IdentityLedger, decisions: Iterable[Decision], now: datetime
) -> None:
    for decision in decisions:
        if decision.action not in ("merge", "split"):
            continue
        one = resolve_subject(db, ledger, decision.subject)
        if one.article_id is None:
            continue
        if decision.action == "split":
            ledger.split(one.url, now)
            continue
        other = resolve_subject(db, ledger, decision.other).article_id
        if other is not None and other != one.article_id:
            ledger.merge(other, one.article_id, AliasReason.CURATOR, decision.reason, now)


def _find_subjects_and_hide(
    db: Database, ledger: IdentityLedger, decisions: Iterable[Decision]
) -> None:
    """Record what each decision is about now, since merges and new posts change that; hide what is
    hidden.
    """
    articles: set[int] = set()
    posts: set[int] = set()
    for decision in decisions:
        if decision.action in ("ban-author", "ban-host", "trust"):
            continue
        subject = resolve_subject(db, ledger, decision.subject, post=decision.post)
        _record_subject(db, decision, subject)
        if decision.action == "hide":
            articles |= {subject.article_id} if subject.article_id else set()
            posts |= set(subject.post_ids)
    set_hidden_items(db, articles, posts)


def _record_subject(db: Database, decision: Decision, subject: Subject) -> None:
    """Write the article, or else the oldest post, to the decision.

    A tag that moves makes the tagger decide its old subject again.
    """
    post_id = subject.post_ids[0] if subject.article_id is None and subject.post_ids else None
    mark, found = _mark(decision), (subject.article_id, post_id)
    known = db.execute(
        "SELECT article_id, post_id FROM curation_decisions WHERE (action, subject, object) = (?, ?, ?)",
        mark,
    ).fetchone()
    if known == found:
        return
    if decision.action in ("tag", "untag"):
        _request_retag(db, *known)
    db.conn.execute(
        "UPDATE curation_decisions SET article_id = ?, post_id = ? WHERE (action, subject, object) = (?, ?, ?)",
        [*found, *mark],
    )


def _apply_topics(db: Database) -> None:
    """Give and take topics. The evidence of a topic that was given is the curator's reason."""
    verdicts = db.execute(_VERDICTS).fetchall()
    given = {
        (kind, subject, topic): reason
        for action, kind, subject, topic, reason in verdicts
        if action == "tag"
    }
    stale = [
        each
        for each in db.execute(
            "SELECT subject_kind, subject_id, topic FROM taggings WHERE tagger = ?", [CURATOR]
        )
        if each not in given
    ]
    taken = [
        (kind, subject, topic) for action, kind, subject, topic, _ in verdicts if action == "untag"
    ]
    db.conn.executemany(
        "DELETE FROM taggings WHERE (subject_kind, subject_id, topic) = (?, ?, ?)", stale + taken
    )
    for tagged, reason in given.items():
        evidence = Evidence(CURATOR, reason, 0, CURATOR, CURATOR_SCORE)
        save_tagging(
            db,
            tagged,
            TopicScore(tagged[2], CURATOR_SCORE, "certain", (evidence,)),
            CURATOR,
            CURATOR,
        )


def _log_decision(
    db: Database, who: str, action: str, subject: str, reason: str, now: datetime
) -> None:
    db.conn.execute(
        "INSERT INTO curation_log (at, who, action, subject, reason) VALUES (?, ?, ?, ?, ?)",
        [iso(now), who, action, subject, reason],
    )


def _mark(decision: Decision) -> Mark:
    return decision.action, decision.subject, decision.other
