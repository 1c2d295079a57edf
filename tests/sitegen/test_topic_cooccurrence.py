"""The matrix of topics that occur on the same articles."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from crawler.sitegen.site_model import read_site_model
from crawler.sitegen.site_validation import PAGE_LIMIT
from crawler.sitegen.topic_cooccurrence import topic_matrix
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]


def share(factory: Factory, times: int, *topics: str, confidence: str = "certain") -> None:
    for number in range(times):
        factory.article(f"A{number}", topics=dict.fromkeys(topics, confidence))


def test_matrix_counts_common_articles_and_orders_similar_topics(
    factory: Factory,
) -> None:
    for slug in ("caching", "locking", "queues", "sagas"):
        factory.topic(slug)
    share(factory, 9, "caching", "queues")
    share(factory, 4, "queues", "sagas")
    share(factory, 1, "caching", "locking")
    share(factory, 5, "caching", "sagas", confidence="weak")
    rows = factory.db.conn
    rows.row_factory = sqlite3.Row
    matrix = topic_matrix(read_site_model(rows))
    assert matrix
    assert matrix.topics == ("queues", "caching", "locking", "sagas")
    assert [[cell.articles for cell in row] for row in matrix.rows] == [
        [13, 9, 0, 4],
        [9, 10, 1, 0],
        [0, 1, 1, 0],
        [4, 0, 0, 4],
    ]
    assert [cell.shade for cell in matrix.rows[0]] == ["own", "most", "", "often"]
    assert matrix.pairs == (
        ("caching", "queues", 9),
        ("queues", "sagas", 4),
        ("caching", "locking", 1),
    )


def test_two_topics_have_no_matrix(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    factory.topic("queues")
    share(factory, 9, "caching", "queues")
    build()
    assert 'class="matrix"' not in page("topics.html")


def test_matrix_has_at_most_twenty_linked_topics(
    factory: Factory, build: Build, page: Page
) -> None:
    slugs = [f"topic-{number:02d}" for number in range(30)]
    for slug in slugs:
        factory.topic(slug, label="A <b>very</b> long name of a topic " * 3)
    for number in range(30):
        share(factory, 31 - number, slugs[number], slugs[(number + 1) % 30])
    build()
    table = page("topics.html").partition('<table class="matrix">')[2].partition("</table>")[0]
    assert len(re.findall(r'<th scope="row"><a href="topic/topic-\d\d\.html">', table)) == 20
    assert table.count('<th scope="col">') == 20
    assert "<b>very" not in table
    assert len(page("topics.html")) < PAGE_LIMIT / 4
