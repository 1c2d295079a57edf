"""Formats of named queries over HTTP: media types, links, shapes and errors."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest
from aiohttp.test_utils import TestClient, TestServer

from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.query_exports import export_routes
from crawler.explorer.request_dispatcher import explorer_application
from crawler.named_queries.query_files import offered_queries
from crawler.settings.site import SiteSettings
from crawler.workspace import Workspace
from tests.explorer.request_fuzz import sample_workspace

QUERIES = offered_queries(semantic_model=False)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return sample_workspace(tmp_path_factory.mktemp("formats"))


def get(here: Workspace, *paths: str) -> list[httpx.Response]:
    async def respond() -> list[httpx.Response]:
        explorer = create_explorer(here)
        await explorer.invoke_startup()
        return [await explorer.client.get(path) for path in paths]

    return asyncio.run(respond())


@pytest.mark.parametrize("extension", TYPES)
def test_every_query_has_every_format(workspace: Workspace, extension: str) -> None:
    queries = [query for query in QUERIES if extension != "atom" or query.feed]
    paths = [f"/public/{query.name}.{extension}" for query in queries]
    for query, response in zip(queries, get(workspace, *paths), strict=True):
        assert response.status_code == 200, query.name
        assert response.headers["content-type"] == TYPES[extension]
        name = f'inline; filename="{query.name}.{extension}"'
        assert response.headers["content-disposition"] == name
        if extension == "atom":
            assert not feedparser.parse(response.content).bozo, query.name


def test_csv_has_the_rows_of_json(workspace: Workspace) -> None:
    json_response, csv_response = get(
        workspace, "/public/articles_of_a_topic.json", "/public/articles_of_a_topic.csv"
    )
    document = json_response.json()
    header, *rows = csv.reader(io.StringIO(csv_response.text, newline=""))
    assert header == [column["name"] for column in document["columns"]]
    assert len(rows) == len(document["rows"]) > 0


def test_array_shape_has_the_rows_alone(workspace: Workspace) -> None:
    path = "/public/articles_of_a_topic.json?topic=caching"
    document, array = get(workspace, path, f"{path}&_shape=array")
    assert array.json() == document.json()["rows"]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("articles_of_a_topic.json?topci=x", 400, "has no parameter “topci”. Parameters: topic."),
        ("this_week.json?_shape=arrays", 400, "“array” and “objects”"),
        ("no_such_query.json", 404, "not found"),
    ],
)
def test_invalid_request_gets_an_error_object(
    workspace: Workspace, path: str, status: int, sentence: str
) -> None:
    (response,) = get(workspace, f"/public/{path}")
    error = response.json()
    assert (response.status_code, error["status"], error["ok"]) == (status, status, False)
    assert sentence in error["error"]


def test_page_of_a_query_refuses_a_misspelled_parameter(workspace: Workspace) -> None:
    (response,) = get(workspace, "/public/articles_of_a_topic?topci=x")
    assert response.status_code == 400
    assert "has no parameter “topci”. Parameters: topic." in response.text


@pytest.mark.parametrize("name", ["id__nosuch", "title__contain"])
def test_filter_with_an_unknown_comparison_is_refused(workspace: Workspace, name: str) -> None:
    (response,) = get(workspace, f"/public/articles?{name}=1")
    assert response.status_code == 400
    assert f"The filter “{name}” ends in an unknown comparison." in response.text


def test_unknown_value_gives_no_rows(workspace: Workspace) -> None:
    (response,) = get(workspace, "/public/articles_of_a_topic.json?topic=nothing")
    document = response.json()
    assert (response.status_code, document["rows"], document["truncated"]) == (200, [], False)
    assert document["parameters"]["topic"]["value"] == "nothing"


@pytest.mark.parametrize(
    "path",
    [
        "/public/authors.atom",
        "/public/taggings.md",
        "/public/articles.xyz",
        "/public/articles/1.xyz",
        "/public/most_shared.xyz",
    ],
)
def test_format_that_a_page_does_not_have_is_not_found(workspace: Workspace, path: str) -> None:
    (response,) = get(workspace, path)
    assert response.status_code == 404
    assert "not available in this format" in response.text


def test_query_without_feed_has_no_atom(workspace: Workspace) -> None:
    name = next((query.name for query in QUERIES if not query.feed), "")
    (response,) = get(workspace, f"/public/{name}.atom")
    assert response.status_code == 404
    assert "has no feed" in response.text


def test_routes_match_names_of_queries_only() -> None:
    ((pattern, _),) = export_routes(("this_week", "notes"))
    assert re.search(pattern, "/public/notes.json")
    for path in ("/public/notes", "/public/xnotes.json", "/public/notes.jsonx", "/public/a.csv"):
        assert not re.search(pattern, path), path


def test_explorer_that_is_not_published_is_closed_to_other_origins(workspace: Workspace) -> None:
    paths = ("/public/notes.json", "/public/articles.csv", "/")
    for response in get(workspace, *paths):
        assert "access-control-allow-origin" not in response.headers


def test_feed_that_did_not_change_gets_304(workspace: Workspace) -> None:
    async def check() -> None:
        async with TestClient(TestServer(explorer_application(workspace))) as client:
            for path in ("/public/articles_of_a_topic.atom", "/public/notes.json"):
                first = await client.get(path)
                stored = {"If-None-Match": f'"other", W/{first.headers["ETag"]}'}
                second = await client.get(path, headers=stored)
                assert (second.status, await second.read()) == (304, b""), path
                assert second.headers["ETag"] == first.headers["ETag"]
                assert "Content-Security-Policy" in second.headers

                changed = await client.get(path, headers={"If-None-Match": '"other"'})
                assert (changed.status, await changed.read()) == (200, await first.read())
            error = await client.get("/public/none.json", headers={"If-None-Match": "*"})
            assert (error.status, "ETag" in error.headers) == (404, False)

    asyncio.run(check())


def test_links_have_the_published_host_and_path(tmp_path: Path) -> None:
    here = sample_workspace(tmp_path)
    site = SiteSettings(explorer_url="https://trail.example.org/data/")
    here = replace(here, settings=replace(here.settings, site=site))

    async def check() -> None:
        async with TestClient(TestServer(explorer_application(here))) as client:
            for prefix in ("", "/data"):
                response = await client.get(f"{prefix}/public/articles_of_a_topic.json")
                document = await response.json()
                assert response.headers["Access-Control-Allow-Origin"] == "*"
                links = [document["licence"]["terms"], *filter(None, document["links"].values())]
                assert len(links) >= 4
                for link in links:
                    assert link.startswith("https://trail.example.org/data/"), link
                    parts = urlsplit(link)
                    path = f"{parts.path}?{parts.query}".removesuffix("?")
                    assert (await client.get(path)).status == 200, path

    asyncio.run(check())


def test_every_column_of_every_query_is_described(workspace: Workspace) -> None:
    paths = [f"/public/{query.name}.json" for query in QUERIES]
    undescribed = {
        (query.name, column["name"])
        for query, response in zip(QUERIES, get(workspace, *paths), strict=True)
        for column in response.json()["columns"]
        if not column["description"]
    }
    assert undescribed == set(), "edit crawler/named_queries/column_descriptions.toml"
