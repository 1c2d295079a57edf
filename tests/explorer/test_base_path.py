"""An explorer that is published under a path, behind a proxy that strips the path or keeps it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from crawler.explorer.request_dispatcher import explorer_application
from crawler.settings.site import SiteSettings
from crawler.site_urls import explorer_base_path
from tests.explorer.request_fuzz import sample_workspace

PAGES = (
    *("", "public", "public/articles", "public/articles/1", "public/this_week"),
    *("public/articles_of_a_topic", "api", "licence"),
    *("public/why_this_topic?article_id=lease", "public/articles_of_an_author?_columns=all"),
)


def test_base_path_is_the_path_of_the_published_url() -> None:
    assert explorer_base_path("https://trail.example.org/data/") == "/data/"
    assert explorer_base_path("https://trail.example.org/a/b") == "/a/b/"
    assert explorer_base_path("https://explorer.example.org") == explorer_base_path("") == "/"


def test_every_link_has_the_base_path_and_works_with_and_without_it(tmp_path: Path) -> None:
    asyncio.run(_check_links(tmp_path))


async def _check_links(folder: Path) -> None:
    here = sample_workspace(folder)
    site = SiteSettings(
        base_url="https://trail.example.org/", explorer_url="https://trail.example.org/data/"
    )
    here = replace(here, settings=replace(here.settings, site=site))
    async with TestClient(TestServer(explorer_application(here))) as client:
        links = set()
        for page in PAGES:
            stripped = await client.get(f"/{page}")
            kept = await client.get(f"/data/{page}")
            assert stripped.status == kept.status == 200, page
            links |= set(re.findall(r'(?:href|action)="([^"#?]+)', await kept.text()))

        ours = sorted(link for link in links if not link.startswith("http"))
        assert len(ours) > 40
        assert all(link.startswith("/data/") for link in ours), ours
        answers = {link: (await client.get(link)).status for link in ours}
        assert {link: status for link, status in answers.items() if status != 200} == {}

        listing = await client.get("/public/articles.json?_size=1")
        assert "trail.example.org/data/public/articles.json?" in (await listing.json())["next_url"]

        renamed = await client.get("/public/last_night.json?_size=1", allow_redirects=False)
        assert renamed.status == 301
        assert renamed.headers["Location"] == "/data/public/last_run.json?_size=1"
