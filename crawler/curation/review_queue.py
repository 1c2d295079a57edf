"""The review queue: uncertain automatic decisions and suspicious items for the curator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.curation.ineffective_decisions import UnresolvedDecision

_UNRESOLVED = "decision-unmet"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One case for the curator: its kind, its URL or title, and the automatic decision in words."""

    kind: str
    subject: str
    message: str


# kind -> a query for subject and message, the most urgent first; sorted by kind
_QUERIES = {
    "address-suspicious": """
        SELECT a.url,
            a.state || ' since ' || COALESCE(a.state_since, '?') || ': ' || a.state_evidence
        FROM articles a JOIN publishable_articles USING (id)
        WHERE a.state IN ('hijacked', 'parked', 'changed') ORDER BY a.state_since DESC, a.id""",
    "card-unmatched": """
        SELECT c.title, 'on ' || COALESCE(NULLIF(c.site_name, ''), 'an unknown site')
            || ', shared in ' || COALESCE(NULLIF(p.url, ''), p.uri)
        FROM cards c JOIN publishable_posts p ON p.id = c.post_id
        WHERE c.article_id IS NULL AND c.link_id IS NULL ORDER BY p.seen_at DESC, c.id""",
    "copy-joined": """
        SELECT url, 'taken for the same text as ' || joined_to || ': ' || evidence FROM aliases
        WHERE reason = 'text-match' ORDER BY added_at DESC, id DESC""",
    "pick-dead": """
        SELECT p.url, 'in the reading list of ' || group_concat(p.topic, ', ') || ': ' || a.state
            || ' since ' || COALESCE(substr(a.state_since, 1, 10), '?')
            || '; replace the pick in data/reading_lists'
        FROM reading_list p JOIN articles a ON a.id = p.article_id
        WHERE a.state IN ('gone', 'hijacked', 'parked', 'unreachable')
        GROUP BY p.url ORDER BY a.state_since DESC, p.url""",
    "source-held": """
        SELECT p.source, COUNT(*) || ' posts held: ' || MAX(h.reason)
            || '; trust the source, or turn it off'
        FROM quarantined_posts h JOIN posts p ON p.id = h.post_id
        GROUP BY p.source ORDER BY MAX(h.since) DESC, p.source""",
    "story": """
        SELECT l.url, l.title || ', with ' || COUNT(*) || ' more: ' || c.reason
        FROM stories c JOIN articles l ON l.id = c.lead_article_id
        JOIN articles m ON m.story_id = c.id AND m.id <> l.id GROUP BY c.id ORDER BY c.id DESC""",
    "topic-missing": """
        SELECT a.url, a.title FROM article_list l JOIN articles a ON a.id = l.id
        WHERE a.content_hash <> '' AND l.shares > 0 AND NOT EXISTS (
            SELECT 1 FROM taggings WHERE subject_kind = 'article' AND subject_id = a.id)
        ORDER BY l.sharers DESC, a.id DESC""",
    "topic-weak": """
        SELECT a.url, 'perhaps ' || group_concat(t.topic, ', ') || ': ' || a.title
        FROM article_list l JOIN articles a ON a.id = l.id
        JOIN taggings t ON t.subject_kind = 'article' AND t.subject_id = a.id
        GROUP BY a.id HAVING MIN(t.confidence = 'weak') ORDER BY l.sharers DESC, a.id DESC""",
}


def list_review_items(
    db: Database, limit: int, unresolved: Sequence[UnresolvedDecision] = ()
) -> list[ReviewItem]:
    """Return at most `limit` items of every kind, sorted by kind.

    `unresolved` are the decisions without exactly one subject, which are items as well.
    """
    items = [
        ReviewItem(kind, *row)
        for kind, query in _QUERIES.items()
        for row in db.execute(f"{query} LIMIT ?", [limit])
    ]
    for decision in unresolved[:limit]:
        items.append(ReviewItem(_UNRESOLVED, decision.decision.subject, str(decision)))
    return sorted(items, key=lambda item: item.kind)


def count_review_items(
    db: Database, unresolved: Sequence[UnresolvedDecision] = ()
) -> dict[str, int]:
    """Return the number of items of each kind that has any, sorted by kind.

    `unresolved` are the decisions without exactly one subject.
    """
    counts = {kind: _count_rows(db, query) for kind, query in _QUERIES.items()}
    counts[_UNRESOLVED] = len(unresolved)
    return {kind: counts[kind] for kind in sorted(counts) if counts[kind]}


def _count_rows(db: Database, query: str) -> int:
    (count,) = db.execute(f"SELECT count(*) FROM ({query})").fetchone()  # noqa: S608
    return int(count)
