"""Errors of the JSON API: every one has the members that the API page names."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.worker_process import plain_response
from crawler.serving.http_server import create_application
from tests.explorer.request_fuzz import sample_workspace

MEMBERS = {"ok", "status", "error", "title"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/public.json?sql=select+no_column", 400),
        ("/public.json?sql=select+1&_shape=object", 400),
        ("/public/no_table.json", 404),
        ("/public/articles.json?no_column=1", 400),
        ("/public/articles.json?_size=x", 400),
        (f"/public.json?sql={'a' * 25_000}", 400),
        ("/public/newest_articles.json?no_parameter=1", 400),
        ("/public/newest_articles.json?_shape=object", 400),
    ],
)
def test_error_has_all_members(tmp_path: Path, path: str, status: int) -> None:
    async def respond() -> tuple[int, dict[str, object]]:
        explorer = create_explorer(sample_workspace(tmp_path))
        await explorer.invoke_startup()
        response = await explorer.client.get(path)
        return response.status_code, response.json()

    responded, error = asyncio.run(respond())
    assert responded == status
    assert set(error) == MEMBERS
    assert (error["ok"], error["status"]) == (False, status)
    assert error["error"]


def test_unsupported_method_of_json_has_all_members() -> None:
    async def respond() -> tuple[int, dict[str, object]]:
        async def unused(request: web.Request) -> web.Response:
            raise AssertionError(request.path)

        application = create_application(unused, frozenset({"127.0.0.1"}))
        async with TestClient(TestServer(application)) as client:
            response = await client.post("/public.json")
            return response.status, await response.json()

    status, error = asyncio.run(respond())
    assert (status, set(error), error["status"]) == (405, MEMBERS, 405)


def test_error_of_the_worker_pool_has_all_members() -> None:
    body = plain_response(503, "Busy.", "/public.json").body
    assert all(f'"{member}"'.encode() in body for member in MEMBERS)
