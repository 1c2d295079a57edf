"""The explorer answers invalid parameters with 400 and one sentence, never with 500."""

from __future__ import annotations

import asyncio
import gc
import warnings
from pathlib import Path

import httpx
import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.workspace import Workspace
from tests.explorer.request_fuzz import sample_workspace, statuses


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return sample_workspace(Path(tmp_path_factory.mktemp("kb")))


def ask(workspace: Workspace, *requests: tuple[str, str]) -> list[httpx.Response]:
    """The answers to pairs of method and URL."""

    async def answers() -> list[httpx.Response]:
        explorer = create_explorer(workspace)
        await explorer.invoke_startup()
        return [await explorer.client.request(method, url) for method, url in requests]

    return asyncio.run(answers())


INVALID = [
    "_where=1=1;drop table posts",
    "_where=nothing",
    "_where=load_extension('x')",
    "_sort=zz",
    "_sort_desc=zz",
    "_sort=id&_sort_desc=id",
    "_through={}",
    "_through=x",
    "_through=[]",
    '_through={"table":"nowhere","column":"x","value":1}',
    "_through=" + "[" * 5000,
    '_through={"table":"runs","column":"id","value":1}',
    "_timelimit=zz",
    "_timelimit=-1",
    "_timelimit=99999999999999999999",
    "_size=zz",
    "_size=-1",
    "_size=100000",
    "_col=zz",
    "_nocol=zz",
    "id__in=[",
    "id__in=[{}]",
    "id__in=[[1]]",
    "id__notin=[",
    "_search_zz=a",
    "_fts_table=zz&_search=a",
    "_fts_pk=zz&_search=a",
    "_facet=zz",
    "_facet_size=zz",
    "_searchmode=raw&_search=%22",
    "id=%00",
    "%00=1",
    "zz=1",
    "_zz=1",
    "zz__gt=1",
    "&".join(f"id__gt={n}" for n in range(150)),
    "id=" + "a" * 30_000,
]


@pytest.mark.parametrize("kind", ["", ".json", ".csv"])
def test_invalid_parameters_of_a_table_return_400_and_one_sentence(
    workspace: Workspace, kind: str
) -> None:
    queries = [query for query in INVALID if "_facet=" not in query or kind != ".csv"]
    urls = [f"/public/articles{kind}?{query}" for query in queries]
    for url, answer in zip(urls, ask(workspace, *(("GET", url) for url in urls)), strict=True):
        assert answer.status_code == 400, url
        if kind == ".json":
            assert answer.json()["error"].endswith((".", "”")), answer.json()


@pytest.mark.parametrize("query", ["_search=", "_search=+", "_search=%09", "_search_title=+"])
def test_blank_search_returns_all_rows(workspace: Workspace, query: str) -> None:
    found, every = ask(
        workspace,
        ("GET", f"/public/articles.json?{query}&_shape=array"),
        ("GET", "/public/articles.json?_shape=array"),
    )
    assert found.status_code == 200
    assert found.json() == every.json() != []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/public", "/public/posts", "/public/this_week", "/nowhere"])
def test_other_methods_return_405_with_the_allowed_ones(
    workspace: Workspace, method: str, path: str
) -> None:
    (answer,) = ask(workspace, (method, path))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_no_random_request_returns_500_or_leads_to_another_host(workspace: Workspace) -> None:
    seen, failed = asyncio.run(statuses(workspace, 250))
    assert failed == []
    assert {200, 400, 404, 405} <= set(seen)


def test_invalid_query_prints_no_warning(workspace: Workspace) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (answer,) = ask(workspace, ("GET", "/public/posts?_facet=zz"))
        gc.collect()
    assert answer.status_code == 400
    assert not [warning for warning in caught if warning.category is RuntimeWarning]
