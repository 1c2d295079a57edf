"""Every path, link, setting and command that the documentation names exists."""

from __future__ import annotations

import re

import pytest

from crawler.explorer.table_pages import TABLES
from crawler.named_queries.query_files import all_queries
from crawler.store.database import open_memory
from devtools.doc_pages import (
    ROOT,
    Page,
    broken_links,
    missing_paths,
    pages,
    unknown_commands,
    unknown_settings,
)

PAGES = {page.name: page for page in pages()}


@pytest.mark.parametrize("name", PAGES)
def test_page_names_only_existing_paths_and_modules(name: str) -> None:
    assert sorted(missing_paths(PAGES[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_links_only_to_existing_pages_and_headings(name: str) -> None:
    assert sorted(broken_links(PAGES[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_names_only_known_settings(name: str) -> None:
    assert sorted(unknown_settings(PAGES[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_only_known_commands_and_options(name: str) -> None:
    assert sorted(unknown_commands(PAGES[name])) == []


def test_wrong_names_are_reported() -> None:
    page = Page(
        "docs/made-up.md",
        "See `crawler/nothing.py`, `crawler.nothing`, [a](NOWHERE.md), [b](SETTINGS.md#nothing), "
        "`[crawl] nothing` and `hashtrail nothing` or `hashtrail tag --nothing`.",
    )
    assert sorted(missing_paths(page)) == ["crawler.nothing", "crawler/nothing.py"]
    assert sorted(broken_links(page)) == ["NOWHERE.md", "SETTINGS.md#nothing"]
    assert list(unknown_settings(page)) == ["[crawl] nothing"]
    assert list(unknown_commands(page)) == ["hashtrail nothing", "hashtrail tag --nothing"]


def test_explorer_urls_name_existing_queries_and_tables() -> None:
    known = {query.name for query in all_queries()} | TABLES.keys()
    paths = re.findall(r"/public/(\w+)", PAGES["docs/EXPLORER.md"].text)
    assert paths
    assert set(paths) <= known


def test_sql_examples_run_on_the_schema() -> None:
    examples = re.findall(r"```sql\n(.*?)```", PAGES["docs/EXPLORER.md"].text, re.DOTALL)
    assert examples
    db = open_memory()
    for sql in examples:
        db.execute(sql).fetchall()


def test_readme_states_a_number_of_topics_that_exists() -> None:
    topics = [path for path in (ROOT / "data/topics").glob("*.toml") if path.stem[0] != "_"]
    stated = re.search(r"more than (\d+) topics", PAGES["README.md"].text)
    assert stated is not None
    assert int(stated[1]) < len(topics)
