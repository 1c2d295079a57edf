"""Feeds of the site keep their identifiers and are valid."""

from __future__ import annotations

import json
from collections.abc import Callable

import feedparser

from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]


def test_atom_entry_has_dates_topics_and_original_url(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article(
        "First",
        url="https://blog.example/1",
        topics={"caching": "certain"},
        published="2026-11-18T00:00:00Z",
    )
    build()
    feed = feedparser.parse(page("feeds/caching.atom"))
    assert not feed.bozo
    (entry,) = feed.entries
    assert (entry.title, entry.link, entry.published, entry.tags[0].label) == (
        "First",
        "https://blog.example/1",
        "2026-11-18T00:00:00Z",
        "Caching",
    )


def test_feed_ids_are_independent_of_domain_and_title(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("First", topics={"caching": "certain"})
    build()
    before = feedparser.parse(page("feeds/all.atom")).entries[0].id
    factory.db.execute("UPDATE articles SET title = 'Second'")
    build(base_url="https://new.example/")
    assert (
        feedparser.parse(page("feeds/all.atom")).entries[0].id
        == before
        == "tag:hashtrail,2026:hashtrail/article/1"
    )


def test_feed_updated_is_that_of_newest_entry(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    factory.post(
        "x",
        factory.article("First", topics={"caching": "certain"}),
        published="2026-11-21T05:00:00Z",
    )
    build()
    assert feedparser.parse(page("feeds/all.atom")).feed.updated == "2026-11-21T05:00:00Z"


def test_empty_topic_has_a_valid_feed(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    build()
    assert not feedparser.parse(page("feeds/caching.atom")).bozo
    assert json.loads(page("feeds/caching.json"))["items"] == []


def test_json_feed_has_required_fields_of_version_1_1(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("First", topics={"caching": "certain"}, summary="")
    build(base_url="https://trail.example/")
    feed = json.loads(page("feeds/all.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://trail.example/feeds/all.json"
    assert {"id", "url", "content_text"} <= set(feed["items"][0])
