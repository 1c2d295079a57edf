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
WHERE t.subject_kind = 'article' ORDER BY t.subject_id
"""

# The sentences of a post are as public as its published text.
_SENTENCES_OF_POSTS = """
SELECT e.id, p.text, e.sentence FROM evidence e JOIN taggings t ON t.id = e.tagging_id
JOIN posts p ON p.id = t.subject_id WHERE t.subject_kind = 'post' AND e.sentence <> ''
"""
_INSERT = """INSERT INTO evidence
    (id, tagging_id, field, quote, start, rule, weight, times, sentence)
    VALUES (:id, :tagging_id, :field, :quote, 0, :rule, :weight, :times, :sentence)"""
_SENTENCES_OF_ENTITIES = """SELECT a.summary, e.sentence, e.article_id, e.entity_id
    FROM article_entities e JOIN articles a ON a.id = e.article_id"""
_SET_ENTITY_SENTENCE = """UPDATE article_entities SET sentence = ?, start = 0
    WHERE article_id = ? AND entity_id = ?"""

_Row = dict[str, Any]


def reduce_evidence(db: sqlite3.Connection) -> None:
    """Keep short quotes of each article, without offsets and in an order without meaning.

    A sentence stays only if the excerpt of the article, or the published text of the post,
    contains it. The number of occurrences stays only for published quotes.
    """
    rows = _load_evidence(db)
    published = list(_published_rows(rows))
    db.executemany("DELETE FROM evidence WHERE id = ?", [(row["id"],) for row in rows])
    db.executemany(_INSERT, published)

    of_posts = db.execute(_SENTENCES_OF_POSTS).fetchall()
    db.executemany(
        "UPDATE evidence SET sentence = ? WHERE id = ?",
        [(sentence_within(text, sentence), row_id) for row_id, text, sentence in of_posts],
    )


def reduce_entity_sentences(db: sqlite3.Connection) -> None:
    """Keep the sentence that names an entity only where the excerpt contains it."""
    rows = db.execute(_SENTENCES_OF_ENTITIES).fetchall()
    db.executemany(
        _SET_ENTITY_SENTENCE,
        [(sentence_within(summary, sentence), *key) for summary, sentence, *key in rows],
    )


def _load_evidence(db: sqlite3.Connection) -> list[_Row]:
    cursor = db.execute(_EVIDENCE)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


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
