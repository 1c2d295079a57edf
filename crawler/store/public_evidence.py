"""Reduce the evidence of topics and the sentences of entities to the quotable part."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from crawler.store.quotation_limits import EvidenceQuote, published_quotes, sentence_within

# Evidence that quotes the article itself. A quote from a post is not bounded where the published
# text of a post that shares the article contains it.
_EVIDENCE = """
SELECT e.id, t.subject_id, t.topic, e.field, e.quote, e.rule, e.weight, e.tagging_id, e.times,
       e.sentence, a.summary, CASE WHEN t.subject_id IN (SELECT id FROM titled) THEN 0
       ELSE a.word_count END AS words,
       t.tagger <> 'curator' AND (
           e.field IN ('headings', 'summary', 'text') OR e.field = 'post' AND NOT EXISTS (
               SELECT 1 FROM links l JOIN posts p ON p.id = l.post_id
               WHERE l.article_id = t.subject_id AND instr(p.text, e.quote) > 0
           )
       ) AS own
FROM evidence e JOIN taggings t ON t.id = e.tagging_id JOIN articles a ON a.id = t.subject_id
WHERE t.subject_kind = 'article' AND t.subject_id > ? AND t.subject_id <= ? ORDER BY t.subject_id
"""
_LAST_OF_BATCH = """
SELECT max(subject_id) FROM (
    SELECT DISTINCT subject_id FROM taggings WHERE subject_kind = 'article' AND subject_id > ?
    ORDER BY subject_id LIMIT ?)
"""

# The sentences of a post are as public as its published text.
_REDUCE_SENTENCES_OF_POSTS = """
UPDATE evidence SET sentence = '' FROM taggings t JOIN posts p ON p.id = t.subject_id
WHERE t.id = evidence.tagging_id AND t.subject_kind = 'post' AND evidence.sentence <> ''
    AND sentence_within(p.text, evidence.sentence) = ''
"""
_REDUCE_SENTENCES_OF_ENTITIES = """
UPDATE article_entities SET sentence = sentence_within(a.summary, article_entities.sentence),
    start = 0 FROM articles a WHERE a.id = article_entities.article_id
"""
_INSERT = """INSERT INTO evidence
    (id, tagging_id, field, quote, start, rule, weight, times, sentence)
    VALUES (:id, :tagging_id, :field, :quote, 0, :rule, :weight, :times, :sentence)"""
_BATCH = 1_000  # articles whose evidence is in memory at a time

_Row = dict[str, Any]


def reduce_evidence(db: sqlite3.Connection) -> None:
    """Reduce the evidence of each article to short quotes, without offsets and sorted.

    `db` has the function `sentence_within`. Its temporary table `titled` has the articles of which
    only the title may be shown. A sentence stays only if the excerpt of the article, or the
    published text of the post, contains it. The number of occurrences stays only for published
    quotes.
    """
    last = 0
    while rows := _load_evidence(db, last):
        published = list(_published_rows(rows))
        db.executemany("DELETE FROM evidence WHERE id = ?", [(row["id"],) for row in rows])
        db.executemany(_INSERT, published)
        last = rows[-1]["subject_id"]
    db.execute(_REDUCE_SENTENCES_OF_POSTS)


def reduce_entity_sentences(db: sqlite3.Connection) -> None:
    """Keep the sentence that names an entity only where the excerpt contains it.

    `db` has the function `sentence_within`.
    """
    db.execute(_REDUCE_SENTENCES_OF_ENTITIES)


def _load_evidence(db: sqlite3.Connection, after: int) -> list[_Row]:
    """Return the evidence of the next articles with an id above `after`; none after the last."""
    while (last := db.execute(_LAST_OF_BATCH, (after, _BATCH)).fetchone()[0]) is not None:
        cursor = db.execute(_EVIDENCE, (after, last))
        names = [column[0] for column in cursor.description]
        if rows := [dict(zip(names, row, strict=True)) for row in cursor]:
            return rows
        after = last  # taggings without evidence
    return []


def _published_rows(rows: list[_Row]) -> Iterator[_Row]:
    for _, group in groupby(rows, key=itemgetter("subject_id")):
        evidence = {row["id"]: row for row in group}
        words = next(iter(evidence.values()))["words"]
        quotes = published_quotes(map(_quote, evidence.values()), words)
        for row_id, quote in zip(sorted(evidence), quotes, strict=True):
            yield {**_published(evidence[quote.id], quote), "id": row_id}


def _quote(row: _Row) -> EvidenceQuote:
    return EvidenceQuote(row["id"], row["topic"], row["quote"], row["weight"], bool(row["own"]))


def _published(row: _Row, quote: EvidenceQuote) -> _Row:
    """Return a row of evidence as it may be published: only the rule if its quote may not."""
    if quote.words != row["quote"]:
        return {**row, "quote": quote.words, "times": 1, "sentence": ""}
    return {**row, "sentence": sentence_within(row["summary"], row["sentence"])}
