"""Only `noindex` of a page's owner keeps a page from search engines; JSON-LD and robots.txt."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.workspace import open_workspace
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]
BASE = "https://trail.example/"


@pytest.fixture
def site(factory: Factory, build: Build, tmp_path: Path) -> Path:
    """Build a site with short and long articles, of which one asks for `noindex`; return it."""
    factory.topic("caching")
    ada = factory.author("Ada")
    topics = {"caching": "certain"}
    factory.article("Open page", topics=topics, summary="Short.", authors='["J. Doe"]')
    factory.article("Closed page", topics=topics, directives='{"noindex": true}')
    factory.article("Quoted less", topics=topics, directives='{"nosnippet": true}')
    factory.post("A note about caches", topics=topics, author_id=ada)
    build(base_url=BASE)
    return tmp_path / "site/public"


def _linked_data(path: Path) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', path.read_text())
    data: dict[str, Any] = json.loads(text)
    return data


def _is_run_report(path: Path) -> bool:
    """Whether `path` is a page about a run, which no search engine lists."""
    return path.parent.name == "night"


def test_only_the_page_whose_owner_asks_has_noindex(site: Path) -> None:
    closed = [path for path in site.rglob("*.html") if 'content="noindex"' in path.read_text()]
    assert [path.relative_to(site).as_posix() for path in closed if not _is_run_report(path)] == [
        "article/2-closed-page.html"
    ]


def test_sitemap_lists_exactly_the_pages_without_noindex(site: Path) -> None:
    listed = set(re.findall(f"<loc>{BASE}([^<]*)</loc>", (site / "sitemap.xml").read_text()))
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    pages -= {"article/2-closed-page.html", "404.html", "index.html", "night/index.html"}
    assert listed == pages | {""}


def test_article_is_cited_and_not_claimed(site: Path) -> None:
    data = _linked_data(site / "article/1-open-page.html")
    assert data["@type"] == "WebPage"
    assert data["citation"]["@type"] == "CreativeWork"
    assert data["citation"]["url"] == "https://example.org/1"
    assert data["citation"]["author"] == [{"@type": "Person", "name": "J. Doe"}]
    assert data["about"] == [{"@type": "DefinedTerm", "name": "Caching"}]


@pytest.mark.parametrize(
    "path", ["index.html", "kind/article.html", "source/example.org.html", "topic/caching.html"]
)
def test_lists_are_collection_pages(site: Path, path: str) -> None:
    data = _linked_data(site / path)
    assert data["@type"] == "CollectionPage"
    items = data["mainEntity"]["itemListElement"]
    assert len(items) == 3
    assert {item["@type"] for item in items} == {"ListItem"}
    assert "Article" not in json.dumps(data).replace("CollectionPage", "")


def test_robots_txt_has_the_signal_of_the_settings(build: Build, page: Page) -> None:
    build()
    assert page("robots.txt").splitlines() == [
        "User-agent: *",
        "Content-Signal: search=yes, ai-train=no",
        "Allow: /",
    ]
    build(content_signal="", base_url=BASE)
    assert page("robots.txt").splitlines()[1:] == ["Allow: /", f"Sitemap: {BASE}sitemap.xml"]


def test_signal_with_another_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    settings = tmp_path / "data/hashtrail.toml"
    settings.write_text('[site]\ncontent_signal = "search=yes\\nDisallow: /"\n')
    with pytest.raises(ConfigurationError):
        open_workspace(tmp_path, {})
