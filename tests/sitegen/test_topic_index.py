"""The index and the map of topics: trees, their order, and counts of whole branches."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory
from tests.sitegen.test_pages import Page, text


def _fill(factory: Factory) -> None:
    factory.topic("zoo", label="Zoo", text="Start with [b](topic:b), then [a](topic:a).")
    factory.topic("a", label="A topic", broader="zoo")
    factory.topic("b", label="B topic", broader="zoo")
    factory.topic("c", label="C topic", broader="b")
    factory.topic("d", label="D topic", broader="zoo")
    factory.topic("ant", label="Ant")
    factory.topic("e", label="E topic", broader="ant")
    factory.topic("alone", label="Alone")
    for number in range(10):
        factory.article(f"C{number}", topics={"c": "certain"})
    factory.article("Both", topics={"a": "certain", "b": "certain"})


def test_largest_tree_is_first_and_texts_order_the_subtopics(
    factory: Factory, build: Build, page: Page
) -> None:
    _fill(factory)
    build()
    html = page("topics.html")
    links = re.findall(r'<a [^>]*href="topic/([a-z]+)\.html">', html)
    assert links == ["zoo", "b", "c", "a", "d", "ant", "e", "alone"]
    assert "Zoo 11 articles" in text(html)
    assert "B topic 11" in text(html)
    assert "C topic 10" in text(html)
    assert "Other topics Alone" in text(html)


def test_index_has_charts_from_ten_articles_on(factory: Factory, build: Build, page: Page) -> None:
    _fill(factory)
    build()
    charted = re.findall(r'aria-label="(\w) topic, last 12 weeks', page("topics.html"))
    assert charted == ["B", "C"]


def test_map_has_every_topic_as_tile_and_in_the_list(
    factory: Factory, build: Build, page: Page
) -> None:
    _fill(factory)
    build()
    html = page("topic-map.html")
    drawing, _, listing = html.partition("</svg>")
    slugs = {"zoo", "a", "b", "c", "d", "ant", "e", "alone"}
    assert set(re.findall(r'href="topic/([a-z]+)\.html"', drawing)) == slugs
    assert set(re.findall(r'href="topic/([a-z]+)\.html"', listing)) == slugs
    assert 'aria-label="C topic: 10 articles"' in drawing
    assert 'aria-label="Zoo: 0 articles"' in drawing
    assert "style=" not in html


def test_map_without_topics_is_empty(build: Build, page: Page, tmp_path: Path) -> None:
    build()
    assert "No topics yet." in text(page("topic-map.html"))
    assert "<svg" not in page("topic-map.html")
