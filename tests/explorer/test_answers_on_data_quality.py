"""Rows and summaries of the queries on data quality, over a small library."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.named_queries.query_files import offered_queries
from tests.explorer.query_library import Answer, columns_of, run_named_query

ANSWERS = {
    "article_history": Answer(
        {"article_id": "2"},
        '7 events of "Paxos in practice" since 2026-01-15: 1 URL, 2 posts, 0 requests, '
        "1 change, 3 other events.",
        ("event", "at", "detail", "who", "url"),
        (
            (
                "published",
                "2026-01-15T00:00:00Z",
                "as the page states",
                "",
                "https://papers.example/paxos",
            ),
            (
                "shared on bluesky",
                "2026-09-05T04:00:00Z",
                "Read 2",
                "Ben",
                "https://bluesky.example/2/2",
            ),
            (
                "shared on mastodon",
                "2026-09-06T04:00:00Z",
                "Read 2",
                "Ada",
                "https://mastodon.example/1/2",
            ),
            (
                "URL added: as-posted",
                "2026-11-20T03:41:00Z",
                "",
                "",
                "https://papers.example/paxos",
            ),
            (
                "decision: tag",
                "2026-11-21T03:15:00Z",
                "caching It caches.",
                "Mara",
                "https://papers.example/paxos",
            ),
            ("topic added", "2026-11-21T03:20:00Z", "caching", "", ""),
            ("state: ok", None, "", "", "https://papers.example/paxos"),
        ),
    ),
    "articles_of_a_post_source": Answer(
        {"source": "fosstodon"},
        "4 articles in 5 posts of fosstodon since 2026-09-01.",
        ("title", "host"),
        (
            ("Zwischenspeicher", "acme.example"),
            ("Cats of the harbour", "cats.example"),
            ("Paxos in practice", "papers.example"),
            ("Caching at Acme", "acme.example"),
            ("Caching at Acme", "acme.example"),
        ),
    ),
    "changes_of_articles": Answer(
        {},
        "2 changes of 2 articles since 2026-11-12.",
        ("title", "change"),
        (("Paxos in practice", "topic-added"), ("Lost leases", "state")),
    ),
    "changes_of_the_last_run": Answer(
        {},
        "2 changes since 2026-11-21: 1 new article, 0 new states, 1 changed topic, "
        "0 merges and splits.",
        ("title", "change", "detail"),
        (
            ("Zwischenspeicher", "new article", '["caching","consensus"]'),
            ("Paxos in practice", "topic added", "caching"),
        ),
    ),
    "curator_changes": Answer(
        {},
        "2 decisions by 1 person since 2026-11-20, 1 withdrawn.",
        ("title", "action", "reason", "who"),
        (
            ("Paxos in practice", "tag", "caching: It caches.", "Mara"),
            ("Paxos in practice", "withdrawn: pin", "caching: It caches.", "Mara"),
        ),
    ),
    "failing_sources": Answer(
        {},
        "1 source of 3 failed at the last check.",
        ("source", "kind", "last_outcome"),
        (("dead feed", "feed", "timeout"),),
    ),
    "gone_articles": Answer(
        {},
        "1 article: 1 gone, 0 moved, 0 blocked, 0 in another state.",
        ("title", "host", "state", "state_since", "state_evidence"),
        (("Lost leases", "old.example", "gone", "2026-11-12T03:00:00Z", "HTTP 410"),),
    ),
    "last_run": Answer(
        {},
        "1 article from 1 site first seen since 2026-11-21.",
        ("title", "host"),
        (("Zwischenspeicher", "acme.example"),),
    ),
    "links_that_died": Answer(
        {},
        "1 link of 1 site died in 2026-11.",
        ("title", "host", "state", "state_since", "state_evidence", "archive_search"),
        (
            (
                "Lost leases",
                "old.example",
                "gone",
                "2026-11-12T03:00:00Z",
                "HTTP 410",
                "https://web.archive.org/web/20260201/https://old.example/leases",
            ),
        ),
    ),
    "merged_urls": Answer(
        {},
        "1 URL: 1 by redirect, 0 by canonical link, 0 by equal text, 0 by a rule or the curator.",
        ("title", "other_url", "reason", "evidence"),
        (("Caching at Acme", "https://sho.rt/x", "redirect", "301"),),
    ),
    "reading_list_unread": Answer(
        {},
        "1 recommended work of 1 topic never fetched, of 2 works in all.",
        ("title", "topic", "state"),
        (("Hints", "caching", "not requested"),),
    ),
    "requests_of_the_last_run": Answer(
        {},
        "2 requests since 2026-11-21, 1 without a usable answer.",
        ("outcome", "purpose", "requests", "average_ms", "megabytes"),
        (("ok", "page", 1, 40.0, 2.0), ("timeout", "page", 1, 40.0, 2.0)),
    ),
    "topics_on_one_match": Answer(
        {},
        "6 topics of articles on one piece of evidence.",
        ("title", "topic", "quote", "field"),
        (
            ("Caching at Acme", "caching", "Caching at Acme", "title"),
            ("Paxos in practice", "consensus", "Paxos in practice", "title"),
            ("The outage of May", "consensus", "The outage of May", "title"),
            ("Lost leases", "locking", "Lost leases", "title"),
            ("Zwischenspeicher", "caching", "Zwischenspeicher", "title"),
            ("Zwischenspeicher", "consensus", "Zwischenspeicher", "title"),
        ),
    ),
    "unique_sources": Answer(
        {},
        "4 sources with posts; 3 articles from a single source.",
        ("source", "unique_articles", "articles", "percent"),
        (("hn", 2, 3, 67.0), ("fosstodon", 1, 4, 25.0), ("bsky", 0, 4, 0.0), ("a feed", 0, 1, 0.0)),
    ),
    "unread_articles": Answer(
        {},
        "1 article of 1 site without text.",
        ("title", "host", "state", "last_outcome"),
        (("", "unread.example", "new", "timeout"),),
    ),
    "untagged_articles": Answer(
        {},
        "1 article of two people or more without a topic; 0 of five or more.",
        ("title", "host", "sharers"),
        (("Cats of the harbour", "cats.example", 2),),
    ),
}


def test_answers_cover_every_query_of_the_group() -> None:
    queries = offered_queries(semantic_model=False)
    assert {query.name for query in queries if query.group == "data quality"} == ANSWERS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_query_returns_the_known_rows_and_summary(library: sqlite3.Connection, name: str) -> None:
    answer = ANSWERS[name]
    result = run_named_query(library, name, answer.values)
    assert result.summary == answer.summary
    assert columns_of(result, answer.columns) == answer.rows
