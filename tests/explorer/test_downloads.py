"""Downloads of the snapshot file: ranges, validators, replacement while a client reads."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from crawler.explorer.request_dispatcher import explorer_application
from crawler.serving import file_downloads
from crawler.serving.file_downloads import FileDownloads
from crawler.serving.http_server import create_application
from crawler.settings.site import SiteSettings
from tests.explorer.request_fuzz import sample_workspace

LARGE = 24_000_000  # bytes, more than the buffers of a connection


@asynccontextmanager
async def client_of(path: Path) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    downloads = FileDownloads(path, "application/vnd.sqlite3", {})

    async def respond(_: object) -> object:
        return downloads.response("public.db")

    application = create_application(respond, frozenset())  # type: ignore[arg-type]
    async with TestClient(TestServer(application)) as client:
        yield client


def test_snapshot_is_downloaded_as_a_file_that_sqlite_opens(tmp_path: Path) -> None:
    async def check() -> None:
        here = sample_workspace(tmp_path)
        site = SiteSettings(explorer_url="https://trail.example.org/data/")
        here = replace(here, settings=replace(here.settings, site=site))
        async with TestClient(TestServer(explorer_application(here))) as client:
            for path in ("/public.db", "/data/public.db"):
                response = await client.get(path)
                assert response.status == 200
                assert await response.read() == here.public_database.read_bytes()
            assert response.content_type == "application/vnd.sqlite3"
            assert response.headers["Content-Disposition"] == 'attachment; filename="public.db"'
            assert response.headers["X-Robots-Tag"] == "noindex"
            assert (await client.get("/_internal.db")).status == 404

    asyncio.run(check())


def test_ranges_validators_and_head_work(tmp_path: Path) -> None:
    async def check() -> None:
        path = tmp_path / "file"
        path.write_bytes(bytes(range(256)) * 100)
        async with client_of(path) as client:
            head = await client.head("/")
            assert (head.status, head.headers["Content-Length"]) == (200, "25600")
            assert await head.read() == b""

            part = await client.get("/", headers={"Range": "bytes=5-9"})
            assert (part.status, await part.read()) == (206, bytes(range(5, 10)))
            assert part.headers["Content-Range"] == "bytes 5-9/25600"
            beyond = await client.get("/", headers={"Range": "bytes=25600-"})
            assert beyond.status == 416

            same = await client.get("/", headers={"If-None-Match": head.headers["ETag"]})
            assert same.status == 304

    asyncio.run(check())


def test_replaced_file_is_read_to_its_end_by_a_running_download(tmp_path: Path) -> None:
    async def check() -> None:
        path, successor = tmp_path / "file", tmp_path / "successor"
        old = os.urandom(LARGE)
        path.write_bytes(old)
        successor.write_bytes(b"new" * (LARGE // 4))
        async with client_of(path) as client:
            response = await client.get("/")
            received = await response.content.read(1000)
            os.replace(successor, path)
            received += await response.read()
            assert received == old

            again = await client.get("/")
            assert (await again.read())[:3] == b"new"
            assert again.headers["ETag"] != response.headers["ETag"]

    asyncio.run(check())


def test_too_many_downloads_get_503_until_one_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check() -> None:
        path = tmp_path / "file"
        path.write_bytes(bytes(LARGE))
        monkeypatch.setattr(file_downloads, "MOST_DOWNLOADS", 1)
        async with client_of(path) as client:
            running = await client.get("/")
            refused = await client.get("/")
            assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
            await running.read()
            assert (await client.head("/")).status == 200

    asyncio.run(check())


def test_missing_file_gets_503(tmp_path: Path) -> None:
    async def check() -> None:
        async with client_of(tmp_path / "missing") as client:
            assert (await client.get("/")).status == 503

    asyncio.run(check())
