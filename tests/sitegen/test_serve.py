"""`hashtrail serve`: right types, right headers, nothing outside the site."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner
from yarl import URL

from crawler.cli.main import cli
from crawler.cli.serve import site_application
from crawler.errors import UsageError
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


@pytest.fixture
def public(factory: Factory, build: Build, tmp_path: Path) -> Path:
    """A built site, with a secret next to it."""
    factory.topic("caching")
    factory.article("First", topics={"caching": "certain"})
    build()
    (tmp_path / "site/secret.txt").write_text("secret")
    return tmp_path / "site/public"


def ask(public: Path, path: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text that the server gives for a path sent exactly as written."""

    async def asking() -> tuple[int, dict[str, str], str]:
        async with TestClient(TestServer(site_application(public))) as client:
            response = await client.get(URL(path, encoded=True))
            return (
                response.status,
                {name.lower(): value for name, value in response.headers.items()},
                await response.text(),
            )

    return asyncio.run(asking())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/article/1-first.html", "text/html; charset=utf-8"),
        ("/article/1-first.md", "text/markdown; charset=utf-8"),
        ("/feeds/caching.atom", "application/atom+xml"),
        ("/topic/caching.json", "application/json"),
        ("/search/index.js", "text/javascript; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_each_file_type_has_its_media_type(public: Path, path: str, kind: str) -> None:
    status, headers, _ = ask(public, path)
    assert (status, headers["content-type"]) == (200, kind)


def test_every_response_has_security_headers(public: Path) -> None:
    for path in ("/", "/nothing"):
        _, headers, _ = ask(public, path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/article",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%00",
        "/a//etc/passwd",
        "/a/",
    ],
)
def test_path_outside_the_site_returns_404(public: Path, path: str) -> None:
    status, headers, text = ask(public, path)
    assert status == 404
    assert headers["content-type"].startswith("text/html")
    assert "Page not found" in text
    assert 'href="/topics.html"' in text


def test_new_build_is_served_without_restart(factory: Factory, build: Build, public: Path) -> None:
    async def asking() -> tuple[int, int]:
        async with TestClient(TestServer(site_application(public))) as client:
            before = (await client.get("/article/2-second.html")).status
            factory.article("Second", topics={"caching": "certain"})
            build()
            return before, (await client.get("/article/2-second.html")).status

    assert asyncio.run(asking()) == (404, 200)


def test_serving_before_first_build_returns_instructions(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/hashtrail.toml").write_text("")
    result = CliRunner().invoke(cli, ["--workspace", str(tmp_path), "serve"])
    assert isinstance(result.exception, UsageError)
    assert "there is no site yet" in str(result.exception)
