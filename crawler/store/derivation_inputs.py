"""The rows from which ranks, stories and relations are derived, of chosen articles or of all.

Every query finds the rows of chosen articles by index. `article_list` has the same values, but it
joins all articles first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlite_utils import Database

from crawler.store.sql_values import to_json

_TITLE = """COALESCE(NULLIF(a.title, ''), (
    SELECT MIN(c.title) FROM cards c JOIN publishable_posts p ON p.id = c.post_id
    WHERE c.article_id = a.id AND p.level <> 'link-only'), '')"""
_SHOWN = "articles a JOIN publishable_articles may ON may.id = a.id"
_SHARING = """(SELECT post_id FROM links WHERE article_id = a.id
    UNION SELECT post_id FROM cards WHERE article_id = a.id AND link_id IS NULL)"""
WORDS = f"""
SELECT a.id, {_TITLE} || ' ' || CASE may.shows WHEN 'excerpt' THEN a.summary ELSE '' END
FROM {_SHOWN}"""  # noqa: S608
HEADLINES = f"""
SELECT a.id, {_TITLE} AS title, COALESCE(a.published, (
    SELECT MIN(p.shared) FROM publishable_posts p WHERE p.id IN {_SHARING}
), a.first_seen), a.rank
FROM {_SHOWN}"""  # noqa: S608
SHARES = f"""
SELECT COALESCE(p.network || '/' || p.author_id, 'post ' || p.id), p.network, p.shared,
    (SELECT count(*) FROM post_hashtags h WHERE h.post_id = p.id), COALESCE(p.similar_to, p.id)
FROM articles a JOIN publishable_posts p ON p.id IN {_SHARING}
WHERE a.id = ? ORDER BY p.id"""  # noqa: S608
RANKED = """
SELECT a.id, a.rank, a.kind, (
    SELECT CASE min(CASE t.confidence WHEN 'certain' THEN 0 WHEN 'likely' THEN 1 ELSE 2 END)
        WHEN 0 THEN 'certain' WHEN 1 THEN 'likely' WHEN 2 THEN 'weak' END
    FROM taggings t WHERE t.subject_kind = 'article' AND t.subject_id = a.id)
FROM articles a"""
TOPICS = """
SELECT a.id, p.label FROM articles a
JOIN taggings t ON t.subject_kind = 'article' AND t.subject_id = a.id
JOIN topics p ON p.slug = t.topic AND t.confidence <> 'weak'"""
ENTITIES = """
SELECT a.id, e.{column} FROM articles a JOIN article_entities m ON m.article_id = a.id
JOIN entities e ON e.id = m.entity_id AND e.kind <> 'figure'"""
CHOSEN = " WHERE a.id IN (SELECT value FROM json_each(?))"
_ALL = " ORDER BY a.id"


class RankedRow(NamedTuple):
    """An article, its stored rank, its kind and the highest confidence of its topics."""

    article_id: int
    rank: float
    kind: str
    confidence: str | None


def words_of(db: Database, article_ids: Iterable[int] | None = None) -> list[tuple[int, str]]:
    """Return the title with the summary of each article, or of those of `article_ids`.

    Articles that may not be shown are left out.
    """
    return list(_rows(db, WORDS, article_ids))


def headlines_of(
    db: Database, article_ids: Iterable[int] | None = None
) -> list[tuple[int, str, str, float]]:
    """Return id, title, date and rank of each article with a title, or of `article_ids`."""
    return [row for row in _rows(db, HEADLINES, article_ids) if row[1]]


def topics_of(db: Database, article_ids: Iterable[int] | None = None) -> dict[int, frozenset[str]]:
    """Return the labels of the topics of each article, or of those of `article_ids`."""
    return _sets(_rows(db, TOPICS, article_ids))


def entities_of(
    db: Database, column: str, article_ids: Iterable[int] | None = None
) -> dict[int, frozenset[str]]:
    """Return a `column` of the entities of each article, or of those of `article_ids`."""
    return _sets(_rows(db, ENTITIES.format(column=column), article_ids))


def ranked_articles(db: Database, article_ids: Iterable[int] | None = None) -> list[RankedRow]:
    """Return each article with what its rank depends on, or those of `article_ids`."""
    return [RankedRow(*row) for row in _rows(db, RANKED, article_ids)]


def shares_of(db: Database, article_id: int) -> list[tuple[str, str, str, int, int]]:
    """Return author, network, time, number of hashtags and repeated post of each share.

    `article_id` is the shared article.
    """
    return db.execute(SHARES, [article_id]).fetchall()


def _rows(db: Database, sql: str, article_ids: Iterable[int] | None) -> Iterator[tuple]:  # type: ignore[type-arg]
    if article_ids is None:
        return iter(db.execute(sql + _ALL).fetchall())
    return iter(db.execute(sql + CHOSEN + _ALL, [to_json(sorted(article_ids))]).fetchall())


def _sets(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    sets: dict[int, set[str]] = defaultdict(set)
    for key, value in rows:
        sets[key].add(value)
    return {key: frozenset(values) for key, values in sets.items()}
