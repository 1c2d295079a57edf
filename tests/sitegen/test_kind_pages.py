"""Pages of the kinds of articles: definition, articles and topics of each kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from crawler.knowledge.article_kinds import KINDS
from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


def text(html: str) -> str:
    """The visible text of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_kind_has_a_definition() -> None:
    assert [row.kind for row in KIND_DEFINITIONS] == sorted(KINDS)


def test_page_of_kind_lists_its_articles_with_definition_and_topics(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    factory.article("A paper on caches", topics={"caching": "certain"}, kind="paper")
    factory.article("A talk on caches", topics={"caching": "certain"}, kind="talk")
    factory.article("A paper without a topic", kind="paper")
    build()
    shown = text(page("kind/paper.html"))
    assert "Research papers and technical reports" in shown
    assert "A paper on caches" in shown
    assert "A talk on caches" not in shown
    assert "A paper without a topic" not in shown
    assert "Most frequent topics Caching 1" in shown
    assert '<a href="kind/paper.html">Papers</a> <b>1</b>' in page("kinds.html")


def test_kind_without_articles_has_no_page_and_no_link(
    factory: Factory, build: Build, page: Callable[[str], str], tmp_path: Path
) -> None:
    build()
    assert not (tmp_path / "site/public/kind").exists()
    assert "Papers no articles yet" in text(page("kinds.html"))


def test_unknown_kind_has_no_page(factory: Factory, build: Build, tmp_path: Path) -> None:
    factory.topic("caching")
    factory.article("A", topics={"caching": "certain"}, kind="../weird")
    build()
    assert not (tmp_path / "site/public/kind").exists()


def test_many_articles_are_paged(factory: Factory, build: Build, tmp_path: Path) -> None:
    factory.topic("caching")
    for number in range(60):
        factory.article(f"Talk {number}", topics={"caching": "certain"}, kind="talk")
    build()
    assert (tmp_path / "site/public/kind/talk/1.html").is_file()
