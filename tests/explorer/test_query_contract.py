"""Every named query keeps the contract of its file, over a small library and in the explorer."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.named_queries.query_files import GROUPS, NamedQuery, offered_queries
from crawler.named_queries.query_results import MOST_ROWS, QueryResult, run_query
from crawler.named_queries.summary_sentences import summary_fields
from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace
from tests.explorer.query_library import write_library

QUERIES = offered_queries(semantic_model=False)


@pytest.fixture(params=QUERIES, ids=[query.name for query in QUERIES])
def query(request: pytest.FixtureRequest) -> NamedQuery:
    return request.param


@pytest.fixture
def result(library: sqlite3.Connection, query: NamedQuery) -> QueryResult:
    return run_query(library, query, {})


def test_each_group_has_at_least_six_queries() -> None:
    groups = [query.group for query in QUERIES]
    assert {group: groups.count(group) >= 6 for group in GROUPS} == dict.fromkeys(GROUPS, True)
    assert len(QUERIES) >= 36


def test_default_values_return_rows_and_a_summary(result: QueryResult) -> None:
    assert result.rows
    assert not result.is_empty
    assert result.summary.endswith((".", "!"))
    assert "unknown" not in result.summary


def test_first_columns_begin_with_the_title_and_are_in_the_result(result: QueryResult) -> None:
    first = result.query.columns
    assert 1 <= len(first) <= 8
    assert set(first) <= set(result.columns)
    if "title" in first:
        subject = {"figures_of_scale", "figures_of_a_system"}
        assert first[0] == ("figure" if result.query.name in subject else "title")


def test_rows_about_an_article_have_its_id_and_url(result: QueryResult) -> None:
    if "title" in result.columns:
        assert "article_id" in result.columns
        assert {"url", "subject"} & set(result.columns)


def test_statement_ends_with_order_and_limit(query: NamedQuery) -> None:
    ending = re.search(r"ORDER BY [^;]+\nLIMIT (\d+)$", query.sql)
    assert ending
    assert int(ending[1]) <= MOST_ROWS


def test_order_of_rows_does_not_depend_on_the_order_of_a_scan(
    library: sqlite3.Connection, result: QueryResult
) -> None:
    library.execute("PRAGMA reverse_unordered_selects = ON")
    try:
        reversed_scan = run_query(library, result.query, {})
    finally:
        library.execute("PRAGMA reverse_unordered_selects = OFF")
    assert reversed_scan.rows == result.rows
    assert reversed_scan.summary == result.summary


def test_both_statements_use_every_parameter(query: NamedQuery) -> None:
    for name in query.parameters:
        assert f":{name}" in query.sql
        assert f":{name}" in query.summary_sql


def test_summary_begins_with_a_number_and_names_its_parameters(query: NamedQuery) -> None:
    assert re.search(r"\{\w+:[^{}]+\}", query.summary)
    named = {*query.parameters} - {"article_id"}
    assert named <= {*summary_fields(query.summary)} | {"topic", "kind"}


def test_statements_use_no_function_that_a_browser_lacks(library: sqlite3.Connection) -> None:
    known = {row[0] for row in library.execute("SELECT name FROM pragma_function_list")}
    for query in QUERIES:
        library.set_authorizer(None)
        called: set[str] = set()

        def record(action: int, _: str | None, name: str | None, *__: object) -> int:
            if action == sqlite3.SQLITE_FUNCTION and name:
                called.add(name)  # noqa: B023
            return sqlite3.SQLITE_OK

        library.set_authorizer(record)
        run_query(library, query, {})
        library.set_authorizer(None)
        assert {name.lower() for name in called} <= known, query.name


def test_unknown_values_return_no_rows_and_no_error(
    library: sqlite3.Connection, query: NamedQuery
) -> None:
    values = dict.fromkeys(query.parameters, "zz-unknown")
    result = run_query(library, query, values)
    if query.parameters and set(query.parameters) - {"days"}:
        assert result.rows == ()
        assert result.is_empty


def test_explorer_shows_each_query_without_input(tmp_path: Path) -> None:
    here = Workspace(tmp_path, Settings())
    write_library(here.public_database)

    async def statuses() -> dict[str, int]:
        explorer = create_explorer(here)
        await explorer.invoke_startup()
        pages = {query.name: f"/public/{query.name}" for query in QUERIES}
        return {name: (await explorer.client.get(page)).status_code for name, page in pages.items()}

    assert asyncio.run(statuses()) == {query.name: 200 for query in QUERIES}
