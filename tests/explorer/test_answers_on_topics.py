"""Rows and summaries of the queries on topics, over a small library."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.named_queries.query_files import offered_queries
from tests.explorer.query_library import Answer, columns_of, run_named_query

ANSWERS = {
    "growing_topics": Answer(
        {},
        "2 topics above the growth of all topics, which is a factor of 6.",
        ("topic", "label", "recent", "expected", "earlier"),
        (("caching", "Caching", 3, 0.0, 0), ("consensus", "Consensus", 3, 0.0, 0)),
    ),
    "hosts_of_a_topic": Answer(
        {},
        "2 sites with 3 articles on Caching.",
        ("host", "articles", "people"),
        (("acme.example", 2, 5), ("papers.example", 1, 2)),
    ),
    "phrases_of_a_topic": Answer(
        {},
        "3 phrases in 3 articles on Caching.",
        ("phrase", "articles", "matches", "rules", "fields"),
        (
            ("cache", 1, 1, "strong", "text"),
            ("caching at acme", 1, 1, "strong", "title"),
            ("zwischenspeicher", 1, 1, "strong", "title"),
        ),
    ),
    "systems_of_a_topic": Answer(
        {"topic": "consensus"},
        "2 systems in 1 article on Consensus.",
        ("system", "articles", "sites"),
        (("Chubby", 1, 1), ("Redis", 1, 1)),
    ),
    "topics_by_month": Answer(
        {},
        "3 topics in 3 months; the table has the 12 with the most articles.",
        ("topic", "label", "month", "articles"),
        (
            ("caching", "Caching", "2026-09", 2),
            ("caching", "Caching", "2026-11", 1),
            ("consensus", "Consensus", "2026-09", 1),
            ("consensus", "Consensus", "2026-11", 2),
            ("locking", "Locking", "2026-01", 1),
        ),
    ),
    "topics_by_week": Answer(
        {},
        "3 articles on Caching in 2 weeks, most in 2026-W36.",
        ("week", "articles"),
        (("2026-W36", 2), ("2026-W47", 1)),
    ),
    "topics_growing_together": Answer(
        {},
        "1 pair of topics above the growth of the library, which is a factor of 4.",
        ("topic", "with_topic", "recent", "expected", "earlier", "articles"),
        (("caching", "consensus", 2, 0.0, 0, 2),),
    ),
    "topics_in_common": Answer(
        {},
        "5 common names of Caching and Consensus: 2 systems, 1 organization, 2 sites, 0 others; "
        "2 articles on both.",
        ("entity", "kind", "topic_articles", "other_topic_articles"),
        (
            ("acme.example", "site", 2, 2),
            ("Acme", "organization", 2, 1),
            ("Redis", "system", 2, 1),
            ("papers.example", "site", 1, 1),
            ("Chubby", "system", 1, 1),
        ),
    ),
    "topics_of_a_host": Answer(
        {},
        "2 topics in 3 articles of acme.example.",
        ("topic", "label", "articles"),
        (("caching", "Caching", 2), ("consensus", "Consensus", 2)),
    ),
    "topics_of_a_system": Answer(
        {},
        "2 topics in 2 articles naming Acme.",
        ("topic", "label", "articles"),
        (("caching", "Caching", 2), ("consensus", "Consensus", 1)),
    ),
    "topics_together": Answer(
        {},
        "1 pair of 2 topics, 0 with five articles or more.",
        ("topic", "with_topic"),
        (("caching", "consensus"),),
    ),
    "why_this_topic": Answer(
        {"article_id": "2"},
        '2 topics of "Paxos in practice" on 3 rows of evidence.',
        ("topic", "confidence", "quote", "field", "times", "rule"),
        (
            ("caching", "likely", "", "url", 1, "weak"),
            ("caching", "likely", "cache", "text", 1, "strong"),
            ("consensus", "certain", "Paxos in practice", "title", 1, "strong"),
        ),
    ),
}


def test_answers_cover_every_query_of_the_group() -> None:
    queries = offered_queries(semantic_model=False)
    assert {query.name for query in queries if query.group == "topics"} == ANSWERS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_query_returns_the_known_rows_and_summary(library: sqlite3.Connection, name: str) -> None:
    answer = ANSWERS[name]
    result = run_named_query(library, name, answer.values)
    assert result.summary == answer.summary
    assert columns_of(result, answer.columns) == answer.rows
