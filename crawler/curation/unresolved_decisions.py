"""Finding decisions of the curator that match nothing, several subjects, or a subject without
effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.curation.decision_subjects import resolve_subject
from crawler.curation.hide_items import is_host_banned
from crawler.models.curator_decisions import Decision
from crawler.store.authors import find_authors
from crawler.store.identity_ledger import IdentityLedger

_NO_AUTHOR = (
    "no author with this network:handle is stored; `hashtrail explain URL` shows the handle"
)
_NEED_ARTICLE = ("merge", "pin", "split")
_OPPOSITE = {"tag": "untag", "pin": "untag"}


@dataclass(frozen=True, slots=True)
class UnresolvedDecision:
    """A decision that does not match exactly one subject, and the reason in words."""

    decision: Decision
    problem: str

    def __str__(self) -> str:
        """The place of the entry, the decision and the problem, in one line."""
        place = f"{self.decision.where}: " if self.decision.where else ""
        return f"{place}{self.decision.subject}: {self.problem}"


def find_unresolved_decisions(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision]
) -> tuple[UnresolvedDecision, ...]:
    """The decisions that need the curator's attention, in their order. Nothing is written."""
    found = [(each, _problem(db, ledger, each)) for each in decisions]
    problems = [UnresolvedDecision(each, problem) for each, problem in found if problem]
    return (*problems, *_contradictions(db, ledger, decisions))


def _problem(db: Database, ledger: IdentityLedger, decision: Decision) -> str:
    if decision.action == "ban-author":
        known = find_authors(db, decision.subject)
        return "" if known else _NO_AUTHOR
    if decision.action == "ban-host":
        return "" if _has_host(db, decision.subject) else "no article on this host is stored"
    if decision.action == "trust":
        return "" if _has_source(db, decision.subject) else "no source has this name"
    return _problem_of_url(db, ledger, decision)


def _problem_of_url(db: Database, ledger: IdentityLedger, decision: Decision) -> str:
    subject = resolve_subject(db, ledger, decision.subject, post=decision.post)
    if subject.problem:
        return subject.problem
    if decision.action in _NEED_ARTICLE and subject.article_id is None:
        return f"only a post has this URL, and {decision.action} needs an article"
    if decision.action == "merge":
        target = resolve_subject(db, ledger, decision.other)
        missing = "only a post has this URL" if target.article_id is None else ""
        problem = target.problem or missing
        return f"into {decision.other}: {problem}" if problem else ""
    if decision.action == "split" and not ledger.can_split(subject.url):
        return "the article has no other URL, so there is nothing to split"
    return ""


def _has_host(db: Database, named: str) -> bool:
    rows = db.execute("SELECT DISTINCT host FROM articles")
    return any(is_host_banned(host, {named}) for (host,) in rows) or _has_link(db, named)


def _has_link(db: Database, named: str) -> bool:
    query = "SELECT 1 FROM links WHERE url LIKE '%//' || ? || '/%' LIMIT 1"
    return db.execute(query, [named]).fetchone() is not None


def _has_source(db: Database, named: str) -> bool:
    query = "SELECT 1 FROM sources WHERE name = :n UNION SELECT 1 FROM posts WHERE source = :n"
    return db.execute(query, {"n": named}).fetchone() is not None


def _contradictions(
    db: Database, ledger: IdentityLedger, decisions: Sequence[Decision]
) -> Iterator[UnresolvedDecision]:
    """Decisions for and against one topic, made under two URLs of the same subject."""
    about: dict[tuple[str, int | None, tuple[int, ...], str], Decision] = {}
    for each in decisions:
        if each.action in ("untag", *_OPPOSITE):
            subject = resolve_subject(db, ledger, each.subject, post=each.post)
            if subject.article_id or subject.post_ids:
                about[each.action, subject.article_id, subject.post_ids, each.other] = each

    for (action, article, posts, topic), each in about.items():
        other = about.get((_OPPOSITE.get(action, ""), article, posts, topic))
        if other:
            yield UnresolvedDecision(
                each, f"contradicts {other.where or other.subject}, its other URL"
            )
