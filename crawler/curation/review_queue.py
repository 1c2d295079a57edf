"""What waits for the curator: where the machine was unsure, or where something looks wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.curation.unresolved_decisions import UnresolvedDecision

_UNMET = "decision-unmet"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing to look at: its kind, the address or title it is about, and what the machine says
    of it.
    """

    kind: str
    subject: str
    message: str


# kind -> a query for subject and message, the most pressing first; sorted by kind
_QUESTIONS = {
    "address-suspicious": """SELECT a.url, a.state || ' since ' || COALESCE(a.state_since, '?') || ': ' || a.state_evidence
        FROM articles a JOIN publishable_articles USING (id)
        WHERE a.state IN ('hijacked', 'parked', 'changed') ORDER BY a.state_since DESC, a.id""",
    "card-unmatched": """SELECT c.title, 'on ' || COALESCE(NULLIF(c.site_name, ''), 'an unknown site') || ', shared in ' || COALESCE(NULLIF(p.url, ''), p.uri)
        FROM cards c JOIN publishable_posts p ON p.id = c.post_id WHERE c.article_id IS NULL AND c.link_id IS NULL
        ORDER BY p.seen_at DESC, c.id""",
    "copy-joined": """SELECT url, 'taken for the same text as ' || joined_to || ': ' || evidence FROM aliases WHERE reason = 'text-match'
        ORDER BY added_at DESC, id DESC""",
    "source-held": """SELECT p.source, COUNT(*) || ' posts held: ' || MAX(h.reason) || '; trust the source, or turn it off' FROM quarantined_posts h
        JOIN posts p ON p.id = h.post_id GROUP BY p.source ORDER BY MAX(h.since) DESC, p.source""",
    "story": """SELECT l.url, l.title || ', with ' || COUNT(*) || ' more: ' || c.reason FROM stories c JOIN articles l ON l.id = c.lead_article_id
        JOIN articles m ON m.story_id = c.id AND m.id <> l.id GROUP BY c.id ORDER BY c.id DESC""",
    "topic-missing": """SELECT a.url, a.title FROM article_list l JOIN articles a ON a.id = l.id WHERE a.content_hash <> '' AND l.shares > 0
        AND NOT EXISTS (SELECT 1 FROM taggings WHERE subject_kind = 'article' AND subject_id = a.id) ORDER BY l.sharers DESC, a.id DESC""",
    "topic-weak": """SELECT a.url, 'perhaps ' || group_concat(t.topic, ', ') || ': ' || a.title FROM article_list l JOIN articles a ON a.id = l.id
        JOIN taggings t ON t.subject_kind = 'article' AND t.subject_id = a.id GROUP BY a.id HAVING MIN(t.confidence = 'weak')
        ORDER BY l.sharers DESC, a.id DESC""",
}


def list_review_items(
    db: Database, each: int, decisions: Sequence[UnresolvedDecision] = ()
) -> list[ReviewItem]:
    """At most `each` questions of every kind; `decisions` are those without one subject."""
    asked = [
        ReviewItem(kind, *row)
        for kind, query in _QUESTIONS.items()
        for row in db.execute(f"{query} LIMIT ?", [each])
    ]
    unmet = [ReviewItem(_UNMET, one.decision.subject, str(one)) for one in decisions[:each]]
    return sorted(asked + unmet, key=lambda question: question.kind)


def count_review_items(
    db: Database, decisions: Sequence[UnresolvedDecision] = ()
) -> dict[str, int]:
    """How many questions of each kind there are; kinds without any are left out."""
    counted = {
        kind: db.execute(f"SELECT count(*) FROM ({query})").fetchone()[0]  # noqa: S608
        for kind, query in _QUESTIONS.items()
    }
    counted[_UNMET] = len(decisions)
    return {kind: counted[kind] for kind in sorted(counted) if counted[kind]}
