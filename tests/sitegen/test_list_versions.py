"""JSON and Markdown versions of weeks, sites, kinds and entities."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

PAGES = ["week/2026-W47", "source/example.org", "kind/paper", "entity/pelikan"]


@pytest.fixture
def site(factory: Factory, build: Build, tmp_path: Path) -> Path:
    """A site with three papers of one host and week that name one system."""
    factory.topic("caching")
    ids = [
        factory.article(f"Caches [{number}]", topics={"caching": "certain"}, kind="paper")
        for number in range(3)
    ]
    factory.entity("Pelikan", ids)
    build(base_url="https://trail.example/")
    return tmp_path / "site/public"


@pytest.mark.parametrize("page", PAGES)
def test_page_links_to_its_versions(page: str, site: Path) -> None:
    tree = lxml_html.fromstring((site / f"{page}.html").read_bytes())
    name = page.partition("/")[2]
    for media_type, suffix in (("application/json", "json"), ("text/markdown", "md")):
        links = tree.xpath(f"//link[@rel='alternate'][@type='{media_type}']/@href")
        assert [link for link in links if link.endswith(f"/{name}.{suffix}")]


@pytest.mark.parametrize(
    ("page", "facts"),
    [
        ("week/2026-W47", {"week": "2026-W47"}),
        ("source/example.org", {"host": "example.org"}),
        ("kind/paper", {"kind": "paper"}),
        ("entity/pelikan", {"slug": "pelikan", "name": "Pelikan", "kind": "system"}),
    ],
)
def test_json_version_has_facts_articles_and_page(
    page: str, facts: dict[str, str], site: Path
) -> None:
    content = json.loads((site / f"{page}.json").read_bytes())
    assert content.items() >= facts.items()
    assert content["total"] == 3
    assert {article["title"] for article in content["articles"]} == {
        "Caches [0]",
        "Caches [1]",
        "Caches [2]",
    }
    assert content["page"] == f"https://trail.example/{page}.html"


@pytest.mark.parametrize("page", PAGES)
def test_markdown_version_lists_articles_as_links(page: str, site: Path) -> None:
    lines = (site / f"{page}.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert sum(line.startswith("- [Caches \\[") for line in lines) == 3


def test_versions_are_limited_to_the_first_articles(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    for number in range(120):
        factory.article(f"Paper {number}", topics={"caching": "certain"}, kind="paper")
    build()
    content = json.loads(page("kind/paper.json"))
    assert (content["total"], len(content["articles"])) == (120, 100)
    assert page("kind/paper.md").endswith("The first 100 of 120 articles.\n")
