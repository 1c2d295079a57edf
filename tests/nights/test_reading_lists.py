"""Works of reading lists: shown before they are fetched, then fetched, tagged and checked.

Three nights over one list. It has a paper that no post shares, an article that a post shares under
another URL, and a page that disappears after the second night.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

SHARED, PAPER, LOST = (
    "https://pages.example/stampede",
    "https://papers.example/caching",
    "https://lost.example/gone",
)
LIST = f"""
[[picks]]
url = "{PAPER}"
title = "A paper on caches"
authors = ["Ann Author"]
year = 1999
kind = "paper"
why = "Explains caches."
listed_in = "documentation"

[[picks]]
url = "{SHARED}?utm_source=list"
title = "Shared work"
authors = ["Ben Author"]
kind = "article"
why = "Explains stampedes."
listed_in = "documentation"

[[picks]]
url = "{LOST}"
title = "A lost page"
authors = ["Cleo Author"]
kind = "article"
why = "Explains keys."
listed_in = "documentation"
"""
PARAGRAPHS = {
    "Cache stampedes": "a cache stampede follows an expired key, when many readers recompute it.",
    "The paper in its own words": "an eviction policy such as LRU keeps a cache small and warm.",
    "A page about keys": "cache invalidation deletes the cached entry of a key after each write.",
}


def html(title: str) -> web.Response:
    """Return a page with this title and its own text."""
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    paragraphs = "".join(
        f"<p>In the {word} of our cases, {PARAGRAPHS[title]} The {word} test measured it.</p>"
        for word in words
    )
    text = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}"
    return web.Response(text=f"{text}</article></body></html>", content_type="text/html")


class Pages:
    """The pages of the picks; `lost` answers 410 after it was deleted."""

    gone = False

    def lost(self, path: str) -> web.Response:
        if self.gone:
            return web.Response(status=410)
        return html("A page about keys")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    feed, pages = rss(("Stampedes", SHARED)), Pages()
    hosts = {
        "feeds.example": answers(lambda _: web.Response(text=feed)),
        "pages.example": answers(lambda _: html("Cache stampedes")),
        "papers.example": answers(lambda _: html("The paper in its own words")),
        "lost.example": answers(pages.lost),
    }
    folder = tmp_path_factory.mktemp("nights") / "kb"
    with nights_with(folder, feed_source("Papers", "feeds.example"), hosts) as made:
        lists = folder / "data/reading_lists"
        lists.mkdir()
        (lists / "caching.toml").write_text(LIST, encoding="utf-8")
        made.run(START)
        keep(folder, "first")
        made.run(START + timedelta(days=1))
        keep(folder, "second")
        pages.gone = True
        for days in (2, 40, 41):
            made.run(START + timedelta(days=days), due_now=True)
        keep(folder, "last")
        yield made


def keep(folder: Path, name: str) -> None:
    """Keep the topic page of one night."""
    page = folder / "site/public/topic/caching.html"
    (folder / f"{name}.html").write_bytes(page.read_bytes())


def page(nights: Nights, name: str) -> str:
    """Return the topic page of one night."""
    return (nights.folder / f"{name}.html").read_text(encoding="utf-8")


def test_list_is_shown_before_its_works_are_fetched(nights: Nights) -> None:
    html = page(nights, "first")
    assert f'<a href="{PAPER}"' in html
    assert "Explains caches." in html
    assert "Ann Author" in html


def test_second_night_fetches_and_tags_the_works(nights: Nights) -> None:
    assert nights.requests("papers.example").count("/caching") >= 1
    rows = nights.query(
        "SELECT a.title FROM articles a JOIN taggings t ON t.subject_id = a.id "
        "WHERE a.url = ? AND t.subject_kind = 'article' AND t.topic = 'caching'",
        PAPER,
    )
    assert rows == [("The paper in its own words",)]
    html = page(nights, "second")
    assert "A paper on caches" in html
    assert "The paper in its own words" not in html
    assert html.count("Discussion and evidence</a>") >= 3


def test_work_whose_url_is_an_alias_is_the_shared_article(nights: Nights) -> None:
    assert nights.query("SELECT count(*) FROM articles WHERE host = 'pages.example'") == [(1,)]
    rows = nights.query("SELECT article_id FROM reading_list WHERE position = 2")
    assert rows == nights.query("SELECT id FROM articles WHERE host = 'pages.example'")


def test_works_are_not_shared_posts(nights: Nights) -> None:
    document = json.loads(
        (nights.folder / "site/public/topic/caching.json").read_text(encoding="utf-8")
    )
    assert [article["url"] for article in document["articles"]] == [SHARED]


def test_lost_work_is_a_case_of_review(nights: Nights) -> None:
    assert "no longer available" in page(nights, "last")
    waiting = json.loads(nights.command("review", "--json").stdout)["waiting"]
    (dead,) = [item for item in waiting if item["kind"] == "pick-dead"]
    assert dead["subject"] == LOST
    assert dead["message"].startswith("in the reading list of caching: gone since 2027-01-11;")
