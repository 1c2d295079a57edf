"""A relation of rows, and the SQL and columns that relations share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowRelation:
    """A list of related rows: its title, its SQL with the parameter `:key`, and its columns.

    `columns` are shown; the SQL may select others that links need. At most `most` rows are shown.
    `page` is the table or named query that lists all, with the parameters `where`; `{key}` stands
    for the key of the row.
    """

    title: str
    sql: str
    columns: tuple[str, ...]
    page: str = ""
    where: tuple[tuple[str, str], ...] = ()
    most: int = 10


EVIDENCE = """
SELECT t.topic, t.confidence, e.field, e.rule, e.weight, e.times, e.quote, t.id AS tagging_id,
       CASE e.sentence WHEN '' THEN e.quote ELSE e.sentence END AS sentence
FROM taggings t LEFT JOIN evidence e ON e.tagging_id = t.id
WHERE t.subject_kind = '{}' AND t.subject_id = :key
ORDER BY t.score DESC, t.topic, e.weight DESC, e.id"""
EVIDENCE_COLUMNS = ("topic", "confidence", "sentence", "field", "rule", "weight", "tagging_id")
CARDS = "SELECT title AS preview, description, site_name, published, post_id, article_id FROM cards"
DECISIONS = "SELECT action, object, reason, who, since FROM curation_decisions"
DECISION_COLUMNS = ("action", "object", "reason", "who", "since")
LISTED = """SELECT l.id AS article_id, l.title, l.url, l.host, l.kind, l.first_shared, l.sharers
FROM article_list l"""
ARTICLE_COLUMNS = ("title", "host", "kind", "first_shared", "sharers")
POSTS = """SELECT p.id AS post_id, p.text, p.author_id, a.name AS author, p.network,
       COALESCE(p.published, p.seen_at) AS published
FROM posts p LEFT JOIN authors a ON a.id = p.author_id"""
POST_COLUMNS = ("text", "author", "network", "published", "post_id")
