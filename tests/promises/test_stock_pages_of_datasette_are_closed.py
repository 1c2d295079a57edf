"""Visitors see the pages of the data; the administrative pages of Datasette are closed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.fetch.robots_txt import RobotsTxt
from crawler.workspace import Workspace
from tests.explorer.request_fuzz import sample_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return sample_workspace(Path(tmp_path_factory.mktemp("kb")))


def get(workspace: Workspace, *paths: str) -> list[httpx.Response]:
    async def answers() -> list[httpx.Response]:
        explorer = create_explorer(workspace)
        await explorer.invoke_startup()
        return [await explorer.client.get(path) for path in paths]

    return asyncio.run(answers())


def test_every_route_under_dash_that_datasette_ships_returns_404(workspace: Workspace) -> None:
    routes = [pattern.pattern for pattern, _ in create_explorer(workspace)._routes()]
    stock = {re.sub(r"[\\$^(].*", "", route) for route in routes if route.startswith("/-/")}
    assert {"/-/patterns", "/-/allow-debug", "/-/messages", "/-/versions"} <= stock
    paths = sorted(stock) + [f"{path}.json" for path in sorted(stock)]
    assert {answer.status_code for answer in get(workspace, *paths)} == {404}


def test_other_databases_downloads_and_alternative_spellings_are_closed(
    workspace: Workspace,
) -> None:
    paths = [
        "/_internal",
        "/_internal.json",
        "/_internal/tables",
        "/_memory",
        "/:memory:",
        "/-/../-/x",
        "//-/versions",
        "/./-/versions",
        "/%2d/versions",
        "/-%2fversions",
        "//public",
        "/public//x",
    ]
    answers = get(workspace, *paths, "/public.db")
    assert [answer.status_code for answer in answers] == [404] * len(paths) + [403]


def test_tables_of_the_full_text_index_are_neither_listed_nor_readable(
    workspace: Workspace,
) -> None:
    shadow = [f"articles_fts_{part}" for part in ("data", "idx", "docsize", "config")]
    listing, *answers = get(
        workspace,
        "/public.json",
        *(f"/public/{table}" for table in shadow),
        *(f"/public/{table}.json" for table in shadow),
        *(f"/public.json?sql=select+*+from+{table}" for table in shadow),
        *(f"/public.json?sql=select+*+from+[{table.upper()}]" for table in shadow),
        "/public/articles.json?_fts_table=articles_fts_data&_search=a",
        "/public/articles.json?_where=id+in+(select+id+from+articles_fts_data)",
        '/public/articles.json?_through={"table":"articles\\u005ffts_data","column":"a","value":1}',
        "/public.json?sql=select+*+from+dbstat",
        "/public.json?sql=select+*+from+sqlite_stmt",
    )
    assert not {table["name"] for table in listing.json()["tables"]} & set(shadow)
    assert {answer.status_code for answer in answers} <= {400, 403, 404}


def test_search_still_works(workspace: Workspace) -> None:
    (found,) = get(workspace, "/public/articles.json?_search=caching&_shape=array")
    assert found.status_code == 200
    assert found.json()


def test_robots_txt_keeps_crawlers_off_sql_facets_and_paging(workspace: Workspace) -> None:
    (robots,) = get(workspace, "/robots.txt")
    assert robots.status_code == 200
    assert robots.headers["content-type"].startswith("text/plain")
    rules = RobotsTxt.parse(robots.content)
    closed = ["/public?sql=select+1", "/public/articles?_facet=kind", "/public/posts?_next=50"]
    for path in (*closed, "/public/articles.csv", "/public/articles.json?_size=max"):
        assert not rules.decide("anybot", f"https://explorer.example{path}").allowed, path
    assert rules.decide("anybot", "https://explorer.example/public/articles").allowed
