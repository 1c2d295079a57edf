"""Rows and summaries of the queries on people, over a small library."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.named_queries.query_files import offered_queries
from tests.explorer.query_library import Answer, columns_of, run_named_query

ANSWERS = {
    "articles_of_an_author": Answer(
        {"author_id": "2"},
        "Ben (@Ben, bluesky) shared 4 articles in 4 posts since 2026-02-02.",
        ("title", "host"),
        (
            ("Cats of the harbour", "cats.example"),
            ("Paxos in practice", "papers.example"),
            ("Caching at Acme", "acme.example"),
            ("Lost leases", "old.example"),
        ),
    ),
    "early_sharers": Answer(
        {},
        "2 people shared 3 articles first that somebody else shared later.",
        ("name", "network", "led_articles", "followed_articles", "later_sharers"),
        (("Ada", "mastodon", 2, 2, 4), ("Ben", "bluesky", 1, 2, 3)),
    ),
    "notes": Answer(
        {},
        "3 posts without a link since 2026-11-01.",
        ("text", "network", "author"),
        (
            ("2/ On leaders.", "bluesky", "Ben"),
            ("1/ On leaders.", "bluesky", "Ben"),
            ("Leases expire.", "mastodon", "Ada"),
        ),
    ),
    "people_of_a_topic": Answer(
        {},
        "3 people with shares of 3 articles on Caching.",
        ("name", "network", "articles", "posts"),
        (("Ada", "mastodon", 3, 3), ("Ben", "bluesky", 2, 2), ("Cleo", "hackernews", 1, 1)),
    ),
    "people_with_the_same_articles": Answer(
        {},
        "2 people with 3 articles in common with Ben (@Ben, bluesky).",
        ("name", "network", "articles", "earlier"),
        (("Ada", "mastodon", 3, 2), ("Cleo", "hackernews", 1, 0)),
    ),
    "posts_of_a_topic": Answer(
        {"topic": "locking"},
        "1 post about Locking by 1 person since 2026-11-01.",
        ("text", "author"),
        (("Leases expire.", "Ada"),),
    ),
    "sharers_in_agreement": Answer(
        {},
        "3 people shared an article that somebody else shared as well.",
        ("name", "network", "also_shared_by_others", "articles"),
        (("Ben", "bluesky", 4, 4), ("Ada", "mastodon", 3, 4), ("Cleo", "hackernews", 1, 3)),
    ),
    "threads_of_a_topic": Answer(
        {},
        "1 thread about Consensus with 2 posts.",
        ("text", "author", "network", "posts"),
        (("1/ On leaders.", "Ben", "bluesky", 2),),
    ),
    "topics_of_a_person": Answer(
        {"author_id": "2"},
        "3 topics in 3 articles that Ben (@Ben, bluesky) shared.",
        ("topic", "label", "articles"),
        (("caching", "Caching", 2), ("consensus", "Consensus", 1), ("locking", "Locking", 1)),
    ),
    "who_shared_first": Answer(
        {"article_id": "1"},
        "4 posts by 4 people on 3 networks since 2026-09-01.",
        ("author", "network", "shared", "days_later"),
        (
            ("Ada", "mastodon", "2026-09-01T04:00:00Z", 0.0),
            ("Ben", "bluesky", "2026-09-02T04:00:00Z", 1.0),
            ("Cleo", "hackernews", "2026-09-03T04:00:00Z", 2.0),
            ("", "mastodon", "2026-09-04T00:00:00Z", 3.0),
        ),
    ),
}


def test_answers_cover_every_query_of_the_group() -> None:
    queries = offered_queries(semantic_model=False)
    assert {query.name for query in queries if query.group == "people"} == ANSWERS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_query_returns_the_known_rows_and_summary(library: sqlite3.Connection, name: str) -> None:
    answer = ANSWERS[name]
    result = run_named_query(library, name, answer.values)
    assert result.summary == answer.summary
    assert columns_of(result, answer.columns) == answer.rows
