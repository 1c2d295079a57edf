"""Named queries: one file each, checked when it is read, redirected from earlier names."""

from __future__ import annotations

import pytest

from crawler.errors import ConfigurationError
from crawler.named_queries.query_files import (
    QueryChart,
    all_queries,
    offered_queries,
    parse_query,
    renamed_path,
)

VALID = """\
-- title: Hosts
-- description: All hosts.
-- group: articles
-- summary: {hosts:host} in {week}.
-- columns: host, articles
-- chart: bars label=host value=articles
-- feed: title=host url=url at=at
-- default: week=SELECT max(week) FROM article_list

SELECT host FROM articles WHERE :week AND '10:30'
-- summary SQL
SELECT count(*) AS hosts FROM articles WHERE :topic
"""


def test_query_file_is_parsed_into_title_sql_and_parameters() -> None:
    query = parse_query("hosts", VALID)
    assert (query.title, query.parameters) == ("Hosts", ("week", "topic"))
    assert query.sql == "SELECT host FROM articles WHERE :week AND '10:30'"
    assert query.summary_sql == "SELECT count(*) AS hosts FROM articles WHERE :topic"


def test_header_of_a_query_file_gives_columns_chart_feed_and_default() -> None:
    query = parse_query("hosts", VALID)
    assert query.columns == ("host", "articles")
    assert query.chart == QueryChart("bars", {"label": "host", "value": "articles"})
    assert query.feed == {"title": "host", "url": "url", "at": "at"}
    assert query.defaults == {"week": "SELECT max(week) FROM article_list"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (VALID.replace("title", "titel"), "unknown key 'titel'"),
        (VALID.replace("-- title: Hosts\n", ""), "title is missing"),
        (VALID.replace("-- group: articles\n", ""), "group is missing"),
        (VALID.replace("group: articles", "group: hosts"), "unknown group 'hosts'"),
        (VALID.partition("\n\n")[0], "it has no SQL"),
        (VALID.replace(":week", ":weak"), "parameter :weak is not described"),
        (VALID.partition("-- summary SQL")[0], "must both be there"),
        (VALID.replace("host, articles", "a, b, c, d, e, f, g, h, i"), "more than 8 columns"),
        (VALID.replace("bars", "pie"), "invalid chart"),
        (VALID.replace("value=articles", "size=articles"), "invalid chart"),
        (VALID.replace(" at=at", ""), "invalid feed"),
        (VALID.replace("default: week", "default: kind"), "default of a parameter"),
        ("-- formula: magic\n" + VALID, "unknown formula 'magic'"),
        ("-- requires: luck\n" + VALID, "unknown requirement 'luck'"),
    ],
)
def test_invalid_query_file_error_names_the_file_and_the_problem(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=r"queries/hosts\.sql: ") as error:
        parse_query("hosts", text)
    assert problem in error.value.message


def test_semantic_search_is_offered_only_with_a_model() -> None:
    without = {query.name for query in offered_queries(semantic_model=False)}
    assert {query.name for query in all_queries()} - without == {"semantic_search"}


@pytest.mark.parametrize(
    ("path", "present"),
    [
        ("/public/everything_about", "/public/search_articles"),
        ("/public/last_night.json", "/public/last_run.json"),
        ("/public/search_articles", None),
        ("/public/articles", None),
        ("/site/everything_about", None),
    ],
)
def test_earlier_name_of_a_query_gives_its_present_path(path: str, present: str | None) -> None:
    assert renamed_path(path) == present
