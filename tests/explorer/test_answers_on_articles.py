"""Rows and summaries of the queries on articles, over a small library."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.named_queries.query_files import offered_queries
from tests.explorer.query_library import Answer, columns_of, run_named_query

ANSWERS = {
    "articles_of_a_kind": Answer(
        {"kind": "post-mortem"},
        "1 article of the kind Post-mortem from 1 site since 2026-11-10.",
        ("title", "host"),
        (("The outage of May", "acme.example"),),
    ),
    "articles_of_a_language": Answer(
        {"language": "de"},
        "1 article in German since 2026-11-21.",
        ("title", "host"),
        (("Zwischenspeicher", "acme.example"),),
    ),
    "articles_of_a_network": Answer(
        {"network": "hackernews"},
        "3 shares on Hacker News since 2026-09-03.",
        ("title", "host"),
        (
            ("", "unread.example"),
            ("The outage of May", "acme.example"),
            ("Caching at Acme", "acme.example"),
        ),
    ),
    "articles_of_a_source": Answer(
        {},
        "3 articles of acme.example, 6 shares since 2026-09-01.",
        ("title", "kind"),
        (
            ("Zwischenspeicher", "article"),
            ("The outage of May", "post-mortem"),
            ("Caching at Acme", "case-study"),
        ),
    ),
    "articles_of_a_topic": Answer(
        {"topic": "caches"},
        "3 articles on caches from 2 sites since 2026-09-01.",
        ("title", "host", "kind"),
        (
            ("Zwischenspeicher", "acme.example", "article"),
            ("Paxos in practice", "papers.example", "paper"),
            ("Caching at Acme", "acme.example", "case-study"),
        ),
    ),
    "articles_of_a_topic_and_kind": Answer(
        {},
        "1 article of the kind Paper on Caching from 1 site since 2026-09-05.",
        ("title", "host"),
        (("Paxos in practice", "papers.example"),),
    ),
    "articles_of_a_week": Answer(
        {"week": "2026-W36"},
        "2 articles first shared in 2026-W36, from 2 sites.",
        ("title", "host"),
        (("Paxos in practice", "papers.example"), ("Caching at Acme", "acme.example")),
    ),
    "articles_of_an_entity": Answer(
        {"entity": "redis"},
        "Redis is named in 2 articles from 2 sites since 2026-09-01.",
        ("title", "host"),
        (("Paxos in practice", "papers.example"), ("Caching at Acme", "acme.example")),
    ),
    "articles_of_an_organization": Answer(
        {},
        "Acme is named in 2 articles with a topic since 2026-09-01.",
        ("title", "host", "named_in"),
        (
            ("Caching at Acme", "acme.example", "title"),
            ("Paxos in practice", "papers.example", "text"),
        ),
    ),
    "articles_of_two_topics": Answer(
        {},
        "2 articles on Caching and Consensus from 2 sites since 2026-09-05.",
        ("title", "host"),
        (("Zwischenspeicher", "acme.example"), ("Paxos in practice", "papers.example")),
    ),
    "case_studies_by_organization": Answer(
        {},
        "1 case study on Caching by 1 organization since 2026-09-01.",
        ("title", "organization", "host"),
        (("Caching at Acme", "Acme", "acme.example"),),
    ),
    "figures_of_a_system": Answer(
        {},
        "1 figure in 1 article naming Redis.",
        ("figure", "sentence", "title", "host", "named_in"),
        (("2 million requests", "", "Caching at Acme", "acme.example", "text"),),
    ),
    "figures_of_scale": Answer(
        {},
        "1 figure in 1 article since 2026-09-01.",
        ("figure", "sentence"),
        (("2 million requests", ""),),
    ),
    "links_between_articles": Answer(
        {},
        "1 article with 2 links from other articles.",
        ("title", "host", "linking_articles", "sharers"),
        (("Caching at Acme", "acme.example", 2, 4),),
    ),
    "links_of_an_article": Answer(
        {"article_id": "2"},
        '1 linked article: 1 in the text of "Paxos in practice", 0 with a link to it.',
        ("title", "direction"),
        (("Caching at Acme", "it links to"),),
    ),
    "most_discussed": Answer(
        {},
        "3 articles with two posts or more, 8 posts in all.",
        ("title", "host", "posts", "people", "networks"),
        (
            ("Caching at Acme", "acme.example", 4, 4, "bluesky, hackernews, mastodon"),
            ("Lost leases", "old.example", 2, 2, "bluesky, feed"),
            ("Paxos in practice", "papers.example", 2, 2, "bluesky, mastodon"),
        ),
    ),
    "most_shared": Answer(
        {"days": "90"},
        "4 articles shared in 8 posts in the last 90 days.",
        ("title", "host", "people", "posts"),
        (
            ("Caching at Acme", "acme.example", 4, 4),
            ("Paxos in practice", "papers.example", 2, 2),
            ("The outage of May", "acme.example", 1, 1),
            ("Zwischenspeicher", "acme.example", 1, 1),
        ),
    ),
    "newest_articles": Answer(
        {},
        "5 articles with a topic since 2026-02-01.",
        ("title", "host"),
        (
            ("Zwischenspeicher", "acme.example"),
            ("The outage of May", "acme.example"),
            ("Paxos in practice", "papers.example"),
            ("Caching at Acme", "acme.example"),
            ("Lost leases", "old.example"),
        ),
    ),
    "newest_stories": Answer(
        {},
        "1 story of 2 articles.",
        ("title", "host", "articles", "sites", "people", "reason"),
        (("The outage of May", "acme.example", 2, 2, 3, "the same outage"),),
    ),
    "post_mortems_with_a_phrase": Answer(
        {"words": "stale lease"},
        "1 post-mortem from 1 site with the words stale lease.",
        ("title", "host"),
        (("The outage of May", "acme.example"),),
    ),
    "reading_list_of_a_topic": Answer(
        {},
        "2 works on Caching, 1 in the library.",
        ("title", "authors", "state", "sharers"),
        (
            ("Caching at Acme", "A. Writer, B. Writer", "ok", 4),
            ("Hints", "A. Writer, B. Writer", "not requested", None),
        ),
    ),
    "related_articles_of_an_article": Answer(
        {"article_id": "1"},
        '1 article related to "Caching at Acme".',
        ("title", "reason", "score"),
        (("Paxos in practice", "both about Caching", 0.5),),
    ),
    "search_articles": Answer(
        {"words": "stale"},
        "6 articles with the words stale.",
        ("title", "host"),
        (
            ("Zwischenspeicher", "acme.example"),
            ("Lost leases", "old.example"),
            ("Paxos in practice", "papers.example"),
            ("Caching at Acme", "acme.example"),
            ("Cats of the harbour", "cats.example"),
            ("The outage of May", "acme.example"),
        ),
    ),
    "this_week": Answer(
        {},
        "1 article first shared in 2026-W47, from 1 site.",
        ("title", "host"),
        (("Zwischenspeicher", "acme.example"),),
    ),
}


def test_answers_cover_every_query_of_the_group() -> None:
    queries = offered_queries(semantic_model=False)
    assert {query.name for query in queries if query.group == "articles"} == ANSWERS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_query_returns_the_known_rows_and_summary(library: sqlite3.Connection, name: str) -> None:
    answer = ANSWERS[name]
    result = run_named_query(library, name, answer.values)
    assert result.summary == answer.summary
    assert columns_of(result, answer.columns) == answer.rows
