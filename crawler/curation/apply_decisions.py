"""Applying the decisions of the curator to the database.

A decision overrides every derived value and stays in force in later crawls. It ends when its
entry is removed from the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.curation.curator_topics import (
    apply_topics,
    request_retag,
    require_topics,
    with_current_topics,
)
from crawler.curation.decision_subjects import Subject, resolve_subject
from crawler.curation.hide_items import set_hidden_items
from crawler.curation.ineffective_decisions import UnresolvedDecision, find_unresolved_decisions
from crawler.curation.stored_decisions import (
    DecisionKey,
    decision_key,
    delete_decision,
    load_reasons,
    load_subject_ids,
    log_action,
    save_subject_ids,
    store_decision,
)
from crawler.models.articles import AliasReason
from crawler.models.curator_decisions import Decision
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import transaction
from crawler.store.taggings import CURATOR
from crawler.store.tombstones import REMOVED, Tombstones, load_tombstones

_WITHOUT_URL = ("ban-author", "ban-host", "trust")
_ERASED = "this was erased with `hashtrail forget`; remove the entry from the file"


@dataclass(frozen=True, slots=True)
class AppliedDecisions:
    """The number of new and of withdrawn decisions since the last run.

    `unresolved` are the decisions that do not match exactly one subject.
    """

    new: int
    withdrawn: int
    unresolved: tuple[UnresolvedDecision, ...]


def apply_decisions(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision], now: datetime
) -> AppliedDecisions:
    """Change the database so that it agrees with `decisions`. A repeated call changes nothing.

    Decisions about something that was erased are not stored, since they would store its URL again.
    Returns the number of changes and the unresolved decisions. Raises ConfigurationError for a
    topic that does not exist.
    """
    current = with_current_topics(db, decisions)
    require_topics(db, current)
    in_force, erased = _without_erased(db, ledger, current)
    with transaction(db):
        new, withdrawn = _store_changes(db, ledger, in_force, now)
        _merge_and_split_articles(db, ledger, in_force, now)
        _record_subjects_and_hide(db, ledger, in_force)
        apply_topics(db)
    unresolved = find_unresolved_decisions(db, ledger, in_force)
    return AppliedDecisions(new, withdrawn, (*unresolved, *erased))


def _store_changes(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision], now: datetime
) -> tuple[int, int]:
    """Store new decisions and undo withdrawn ones; return the number of both."""
    new, withdrawn = _compare_with_stored(db, decisions)
    for key in withdrawn:
        _withdraw_decision(db, ledger, key, now)
    for decision in new:
        store_decision(db, decision, now)
    return len(new), len(withdrawn)


def _without_erased(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision]
) -> tuple[list[Decision], list[UnresolvedDecision]]:
    """Return the decisions that may be stored, and the others without the erased URL."""
    tombstones = load_tombstones(db, ledger.key)
    erased = [decision for decision in decisions if _names_erased(decision, tombstones)]
    in_force = [decision for decision in decisions if decision not in erased]
    redacted = [replace(decision, subject=REMOVED, object="") for decision in erased]
    return in_force, [UnresolvedDecision(decision, _ERASED) for decision in redacted]


def _names_erased(decision: Decision, tombstones: Tombstones) -> bool:
    if tombstones.has_url(decision.subject):
        return True
    return decision.action == "merge" and tombstones.has_url(decision.object)


def _compare_with_stored(
    db: Database, decisions: Iterable[Decision]
) -> tuple[list[Decision], list[DecisionKey]]:
    """Return the decisions that are new or have a new reason, and the keys of withdrawn ones."""
    wanted = {decision_key(decision): decision for decision in decisions}
    stored = load_reasons(db)
    new = [decision for key, decision in wanted.items() if stored.get(key) != decision.reason]
    return new, sorted(stored.keys() - wanted.keys())


def _withdraw_decision(
    db: Database, ledger: IdentityLedger, key: DecisionKey, now: datetime
) -> None:
    """Undo a decision that is no longer in force. The tagger decides again about its topics."""
    action, subject, target = key
    if action in ("merge", "split"):
        _undo_merge_or_split(db, ledger, action, subject, now)
    if action in ("tag", "untag"):
        request_retag(db, *load_subject_ids(db, key))
    delete_decision(db, key)
    reason = target or "no longer in data/curation"
    log_action(db, CURATOR, f"withdrawn: {action}", subject, reason, now)


def _undo_merge_or_split(
    db: Database, ledger: IdentityLedger, action: str, subject: str, now: datetime
) -> None:
    url = resolve_subject(db, ledger, subject).url
    if ledger.find(url) is None:
        return
    if action == "merge":
        ledger.unmerge(url, now)
    else:
        ledger.unsplit(url, now)


def _merge_and_split_articles(
    db: Database, ledger: IdentityLedger, decisions: Iterable[Decision], now: datetime
) -> None:
    for decision in decisions:
        if decision.action not in ("merge", "split"):
            continue
        subject = resolve_subject(db, ledger, decision.subject)
        if subject.article_id is None:
            continue
        if decision.action == "split":
            ledger.split(subject.url, now)
            continue
        target_id = resolve_subject(db, ledger, decision.object).article_id
        if target_id is not None and target_id != subject.article_id:
            reason = decision.reason
            ledger.merge(target_id, subject.article_id, AliasReason.CURATOR, reason, now)


def _record_subjects_and_hide(
    db: Database, ledger: IdentityLedger, decisions: Iterable[Decision]
) -> None:
    """Record the current subject of each decision, and hide the subjects of `hide`.

    Merges and new posts change the subject of a decision.
    """
    articles: set[int] = set()
    posts: set[int] = set()
    for decision in decisions:
        if decision.action in _WITHOUT_URL:
            continue
        subject = resolve_subject(db, ledger, decision.subject, post=decision.post)
        _record_subject(db, decision, subject)
        if decision.action == "hide":
            articles |= {subject.article_id} if subject.article_id else set()
            posts |= set(subject.post_ids)
    set_hidden_items(db, articles, posts)


def _record_subject(db: Database, decision: Decision, subject: Subject) -> None:
    """Store the article of the decision, or else its oldest post.

    If the subject of a topic decision changes, the tagger decides again about the old subject.
    """
    key = decision_key(decision)
    stored_ids = load_subject_ids(db, key)
    if stored_ids == subject.ids:
        return
    if decision.action in ("tag", "untag"):
        request_retag(db, *stored_ids)
    save_subject_ids(db, key, subject.ids)
