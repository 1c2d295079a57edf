"""Named queries: one file each, checked when it is read, redirected from earlier names."""

from __future__ import annotations

import pytest

from crawler.errors import ConfigurationError
from crawler.named_queries.query_files import (
    all_queries,
    offered_queries,
    parse_query,
    renamed_path,
)

VALID = "-- title: Hosts\n-- description: All hosts.\n\nSELECT host FROM articles WHERE :week\n"


def test_query_file_is_parsed_into_title_sql_and_parameters() -> None:
    query = parse_query("hosts", VALID)
    assert (query.title, query.parameters) == ("Hosts", ("week",))
    assert query.sql == "SELECT host FROM articles WHERE :week"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (VALID.replace("title", "titel"), "unknown key 'titel'"),
        (VALID.replace("-- title: Hosts\n", ""), "title is missing"),
        (VALID.partition("SELECT")[0], "it has no SQL"),
        (VALID.replace(":week", ":weak"), "parameter :weak is not described"),
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
