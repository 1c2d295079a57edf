"""Finding decisions of the curator that match no subject, several subjects, or have no effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from crawler.curation.decision_subjects import Subject, resolve_subject
from crawler.curation.hide_items import is_host_banned
from crawler.models.curator_decisions import Decision
from crawler.store.article_identity import IdentityLedger
from crawler.store.authors import find_authors

_NO_AUTHOR = (
    "no author with this network:handle is stored; `hashtrail explain URL` shows the handle"
)
_NEED_ARTICLE = ("merge", "pin", "split")
_OPPOSITE = {"tag": "untag", "pin": "untag"}
_HAS_LINK = "SELECT 1 FROM links WHERE url LIKE '%//' || ? || '/%' LIMIT 1"
_HAS_SOURCE = "SELECT 1 FROM sources WHERE name = :n UNION SELECT 1 FROM posts WHERE source = :n"


class _TopicKey(NamedTuple):
    """The action, the subject and the topic of a decision."""

    action: str
    article_id: int | None
    post_ids: tuple[int, ...]
    topic: str


@dataclass(frozen=True, slots=True)
class UnresolvedDecision:
    """A decision that does not match exactly one subject, and the problem in words."""

    decision: Decision
    problem: str

    def __str__(self) -> str:
        """Return the place of the entry, the subject and the problem, in one line."""
        place = f"{self.decision.where}: " if self.decision.where else ""
        return f"{place}{self.decision.subject}: {self.problem}"


def find_unresolved_decisions(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision]
) -> tuple[UnresolvedDecision, ...]:
    """Return those of `decisions` that the curator has to correct, in their order.

    Writes nothing.
    """
    problems = [(decision, _problem(db, ledger, decision)) for decision in decisions]
    unresolved = [UnresolvedDecision(*pair) for pair in problems if pair[1]]
    return (*unresolved, *_contradictions(db, ledger, decisions))


def _problem(db: Database, ledger: IdentityLedger, decision: Decision) -> str:
    """Return the problem of one decision in words; "" if it matches one subject."""
    name = decision.subject
    match decision.action:
        case "ban-author":
            return "" if find_authors(db, name) else _NO_AUTHOR
        case "ban-host":
            return "" if _has_host(db, name) else "no article on this host is stored"
        case "trust":
            return "" if _has_source(db, name) else "no source has this name"
        case _:
            return _problem_of_url(db, ledger, decision)


def _problem_of_url(db: Database, ledger: IdentityLedger, decision: Decision) -> str:
    subject = resolve_subject(db, ledger, decision.subject, post=decision.post)
    if subject.problem:
        return subject.problem
    if decision.action in _NEED_ARTICLE and subject.article_id is None:
        return f"only a post has this URL, and {decision.action} needs an article"
    if decision.action == "merge":
        return _problem_of_target(resolve_subject(db, ledger, decision.object), decision.object)
    if decision.action == "split" and not ledger.can_split(subject.url):
        return "the article has no other URL, so there is nothing to split"
    return ""


def _problem_of_target(target: Subject, url: str) -> str:
    """Return the problem of the article that another is merged into; "" if there is one."""
    missing = "only a post has this URL" if target.article_id is None else ""
    problem = target.problem or missing
    return f"into {url}: {problem}" if problem else ""


def _has_host(db: Database, name: str) -> bool:
    rows = db.execute("SELECT DISTINCT host FROM articles")
    has_article = any(is_host_banned(host, {name}) for (host,) in rows)
    return has_article or db.execute(_HAS_LINK, [name]).fetchone() is not None


def _has_source(db: Database, name: str) -> bool:
    return db.execute(_HAS_SOURCE, {"n": name}).fetchone() is not None


def _contradictions(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision]
) -> Iterator[UnresolvedDecision]:
    """Yield decisions for and against one topic that name two URLs of the same subject."""
    topic_decisions = _topic_decisions(db, ledger, decisions)
    for key, decision in topic_decisions.items():
        opposite_key = key._replace(action=_OPPOSITE.get(key.action, ""))
        opposite = topic_decisions.get(opposite_key)
        if opposite:
            place = opposite.where or opposite.subject
            yield UnresolvedDecision(decision, f"contradicts {place}, its other URL")


def _topic_decisions(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision]
) -> dict[_TopicKey, Decision]:
    """Return the decisions about topics by action, subject and topic."""
    by_key = {}
    for decision in decisions:
        if decision.action not in ("untag", *_OPPOSITE):
            continue
        subject = resolve_subject(db, ledger, decision.subject, post=decision.post)
        if subject.article_id or subject.post_ids:
            key = _TopicKey(decision.action, subject.article_id, subject.post_ids, decision.object)
            by_key[key] = decision
    return by_key
