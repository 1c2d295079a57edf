"""`hashtrail serve` follows RFC 9110 for ranges and serves no file outside the site."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from crawler.cli.serve import site_application

CONTENT = bytes(range(100))


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "a.txt").write_bytes(CONTENT)
    (folder / "404.html").write_text("nothing")
    (folder / ".env").write_text("secret")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("secret")
    return folder


def ask(public: Path, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for a path sent exactly as written."""

    async def asking() -> tuple[int, dict[str, str], bytes]:
        async with TestClient(TestServer(site_application(public))) as client:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            answer = await client.get(URL(path, encoded=True), headers=sent)
            return answer.status, dict(answer.headers), await answer.read()

    return asyncio.run(asking())


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-9", CONTENT[:10]),
        ("bytes=90-", CONTENT[90:]),
        ("bytes=-5", CONTENT[-5:]),
        ("bytes=-1000", CONTENT),
        ("BYTES=0-0", CONTENT[:1]),
        ("bytes=000-009", CONTENT[:10]),
        ("bytes=95-" + "9" * 5000, CONTENT[95:]),
    ],
)
def test_range_inside_the_file_returns_206(public: Path, header: str, wanted: bytes) -> None:
    status, headers, body = ask(public, "/a.txt", Range=header)
    assert (status, body) == (206, wanted)
    assert headers["Content-Range"].endswith("/100")


@pytest.mark.parametrize(
    "header",
    [
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=0-1,4-5",
        "lines=0-1",
        "0-1",
        "bytes=1.5-2",
        "bytes=--1",
        "bytes=0-1 x",
        "bytes=\u0661-\u0662",
        "",
    ],
)
def test_range_that_cannot_be_parsed_is_ignored(public: Path, header: str) -> None:
    status, _, body = ask(public, "/a.txt", Range=header)
    assert (status, body) == (200, CONTENT)


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=500-600", "bytes=-0", "bytes=" + "9" * 99 + "-"]
)
def test_range_beyond_the_end_returns_416_with_the_length(public: Path, header: str) -> None:
    status, headers, _ = ask(public, "/a.txt", Range=header)
    assert status == 416
    assert headers["Content-Range"] == "bytes */100"


def test_range_for_the_version_of_the_file_returns_the_range(public: Path) -> None:
    _, headers, _ = ask(public, "/a.txt")
    status, _, body = ask(public, "/a.txt", Range="bytes=0-9", If_Range=headers["Etag"])
    assert (status, body) == (206, CONTENT[:10])


def test_range_for_another_version_of_the_file_returns_the_whole_file(public: Path) -> None:
    for condition in ('"other"', "Mon, 01 Jan 2001 00:00:00 GMT"):
        status, _, body = ask(public, "/a.txt", Range="bytes=0-9", If_Range=condition)
        assert (status, body) == (200, CONTENT)


@pytest.mark.parametrize(
    "path",
    [
        "/.env",
        "/.git/config",
        "/%2eenv",
        "/a/../.env",
        "/.",
        "/..",
        "/%2e%2e/",
        "/x/%2egit/config",
        "/" + "a" * 300,
        "/" + "%61" * 300,
        "/" + "a/" * 2000,
        "/%ff%fe",
        "/%ed%a0%80",
        "/a.txt/",
    ],
)
def test_dot_files_overlong_names_and_odd_bytes_return_404(public: Path, path: str) -> None:
    status, _, body = ask(public, path)
    assert (status, body) == (404, b"nothing")
