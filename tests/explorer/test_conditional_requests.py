"""Conditional requests of pages: 304 while the snapshot is the same."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from crawler.explorer.conditional_requests import entity_tag, with_entity_tag
from crawler.explorer.request_dispatcher import explorer_application
from crawler.explorer.worker_process import WorkerResponse, plain_response
from tests.explorer.request_fuzz import sample_workspace

PAGES = ("/", "/public", "/public/this_week", "/public/articles/1", "/search?q=raft", "/api")


def test_page_of_the_same_snapshot_is_not_sent_again(tmp_path: Path) -> None:
    asyncio.run(_request_pages_twice(tmp_path))


async def _request_pages_twice(folder: Path) -> None:
    here = sample_workspace(folder)
    async with TestClient(TestServer(explorer_application(here))) as client:
        for page in PAGES:
            first = await client.get(page)
            assert first.status == 200, page
            assert first.headers["Cache-Control"] == "max-age=5", page
            tag = first.headers["ETag"]
            for sent in (tag, f"W/{tag}", f'"other", {tag}'):
                again = await client.get(page, headers={"If-None-Match": sent})
                assert (again.status, await again.read()) == (304, b""), (page, sent)
                assert again.headers["ETag"] == tag

            for sent in ('"other"', "*", "none"):
                again = await client.get(page, headers={"If-None-Match": sent})
                assert again.status == 200, (page, sent)

        wrong = await client.get("/public/nowhere")
        assert wrong.status == 404
        assert "ETag" not in wrong.headers

        os.utime(here.public_database, ns=(1, 1))
        changed = await client.get("/", headers={"If-None-Match": tag})
        assert changed.status == 200


def test_tags_differ_between_snapshots() -> None:
    assert entity_tag((1, 2, 3)) == entity_tag((1, 2, 3)) != entity_tag((1, 2, 4))


def test_response_with_cache_control_keeps_it() -> None:
    response = WorkerResponse(200, [(b"Cache-Control", b"max-age=60")], b"x")
    headers = dict(with_entity_tag(response, 1).headers)
    assert headers[b"Cache-Control"] == b"max-age=60"
    assert b"cache-control" not in headers


def test_error_has_no_tag() -> None:
    response = plain_response(503, "The explorer is busy.")
    assert with_entity_tag(response, 1) is response
