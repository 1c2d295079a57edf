"""Lists of feeds as OPML, and llms.txt."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest

from crawler.importers.opml import parse_subscriptions
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]


def source(factory: Factory, name: str, url: str, kind: str = "feed", enabled: int = 1) -> None:
    """A configured source."""
    factory.row("sources", name=name, kind=kind, url=url, enabled=enabled)


def test_sources_list_has_enabled_public_feeds_only(
    factory: Factory, build: Build, page: Page
) -> None:
    source(factory, "B & C", "https://b.example/feed?a=1&b=2")
    source(factory, "arXiv", "https://rss.arxiv.org/rss/cs.DC", "arxiv_listing")
    source(factory, "Disabled", "https://off.example/feed", enabled=0)
    source(factory, "Token", "https://letters.example/feed?token=4f9a8b7c6d5e")
    source(factory, "Password", "https://ada:secret@private.example/feed")
    source(factory, "Hashtag", "https://social.example", "mastodon")
    source(factory, "Script", "javascript:alert(1)")
    build()
    feeds = parse_subscriptions("sources.opml", page("feeds/sources.opml").encode())
    assert [(feed.text, feed.url) for feed in feeds] == [
        ("arXiv", "https://rss.arxiv.org/rss/cs.DC"),
        ("B & C", "https://b.example/feed?a=1&b=2"),
    ]


def test_moved_source_is_listed_with_its_new_url(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.row(
        "sources",
        name="Moved",
        kind="feed",
        url="https://old.example/feed",
        polled_url="https://new.example/feed",
        enabled=1,
    )
    build()
    assert 'xmlUrl="https://new.example/feed"' in page("feeds/sources.opml")


def test_own_feeds_are_listed_in_groups_with_full_urls(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("A", topics={"caching": "certain"}, kind="talk")
    build(base_url="https://trail.example/kb/")
    feeds = parse_subscriptions("feeds.opml", page("feeds/feeds.opml").encode())
    assert ("Topics", "Caching", "https://trail.example/kb/feeds/caching.atom") in [
        (feed.folder, feed.text, feed.url) for feed in feeds
    ]
    assert {feed.folder for feed in feeds} == {"Whole site", "Topics", "Kinds of articles"}
    assert all(feed.home.startswith("https://trail.example/kb/") for feed in feeds)


def test_site_without_base_url_lists_only_its_sources(
    factory: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    build()
    assert not (tmp_path / "site/public/feeds/feeds.opml").exists()
    assert "feeds/feeds.opml" not in page("feeds.html")
    assert "feeds/sources.opml" in page("feeds.html")


@pytest.mark.parametrize("base_url", ["", "https://trail.example/kb/"])
def test_every_link_of_llms_txt_is_a_file_of_the_site(
    base_url: str, factory: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    factory.topic("caching", definition="Keeping copies near the reader. More on it.")
    build(base_url=base_url)
    text = page("llms.txt")
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert len(targets) >= 12
    for target in targets:
        assert target.startswith(base_url)
        path = target.removeprefix(base_url) or "index.html"
        assert (tmp_path / "site/public" / path).exists(), target
    assert urljoin(base_url, "topic/caching.md") in targets
    assert "Keeping copies near the reader\\.: " not in text


def test_llms_txt_has_the_form_of_its_proposal(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    build(title="Trail", tagline="Articles with reasons")
    lines = page("llms.txt").splitlines()
    assert lines[:3] == ["# Trail", "", "> Articles with reasons"]
    headings = [line for line in lines if line.startswith("#")]
    assert headings == ["# Trail", "## Topics", "## Lists", "## Data", "## Optional"]
    after = lines[lines.index("## Topics") + 1 :]
    links = [line for line in after if line and not line.startswith("## ")]
    assert all(re.fullmatch(r"- \[.+\]\(\S+\): .+", line) for line in links)
