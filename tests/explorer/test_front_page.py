"""The front page of the explorer: search first, queries by group, tables, downloads, SQL last."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import httpx
import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.front_page import contents_sentence, query_groups
from crawler.explorer.sql_examples import SQL_EXAMPLES
from crawler.workspace import Workspace
from tests.explorer.search_library import search_library, search_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return search_workspace(tmp_path_factory.mktemp("kb"), search_library())


def get(workspace: Workspace, *paths: str) -> list[httpx.Response]:
    """Return the responses to GETs, in order, from one explorer."""

    async def ask() -> list[httpx.Response]:
        explorer = create_explorer(workspace)
        await explorer.invoke_startup()
        return [await explorer.client.get(path) for path in paths]

    return asyncio.run(ask())


def test_search_comes_first_and_sql_last(workspace: Workspace) -> None:
    (page,) = get(workspace, "/")
    parts = ("search-words", "queries", "tables", "download", "sql")
    places = [page.text.index(f'id="{part}"') for part in parts]
    assert places == sorted(places)
    headings = re.findall(r'<h3 id="group-\d">(.*?)</h3>', page.text)
    assert headings == ["Articles", "People", "Topics", "Data quality"]
    assert page.text.count('role="search"') == 1


def test_every_other_page_has_the_search_field(workspace: Workspace) -> None:
    for page in get(workspace, "/public/articles", "/public/this_week", "/public/articles/1", "/x"):
        assert '<form class="find" action="/search"' in page.text


def test_each_sql_example_runs_and_is_linked(workspace: Workspace) -> None:
    (front,) = get(workspace, "/")
    assert len(SQL_EXAMPLES) == 5
    for example in SQL_EXAMPLES:
        link = re.search(rf'href="([^"]+)">{re.escape(example.title)}</a>', front.text)
        assert link, example.title
        path = unescape(link[1])
        page, data = get(workspace, path, path.replace("/public?", "/public.json?", 1))
        assert page.status_code == 200, example.title
        assert data.json()["ok"] is True, example.title


def test_sentence_of_contents_has_singular_and_plural() -> None:
    assert contents_sentence({"articles": 1204, "posts": 1}) == "1,204 articles and 1 post"
    assert contents_sentence({"topics": 2}) == "2 topics"
    assert contents_sentence({}) == ""


def test_groups_without_queries_are_left_out() -> None:
    assert query_groups([{"group": "people"}]) == [("People", [{"group": "people"}])]
