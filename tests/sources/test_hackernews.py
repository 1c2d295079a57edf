"""Hacker News: the phrase is required, a URL is optional, and paging uses time windows."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from crawler.models.posts import Post
from tests.sources.recorded import DATA, answer, answers, play, play_rechecks, source


def test_story_without_url_has_the_links_of_its_text() -> None:
    ask = play(source("hackernews"), answers("hackernews")).posts[0]
    assert ask.text == (
        "Ask HN: books on distributed systems?\n\n"
        "I liked R&D https://books.example/ddia\n\nWhat else?"
    )
    assert [link.url for link in ask.links] == ["https://books.example/ddia"]
    assert ask.url == "https://news.ycombinator.com/item?id=42000003"
    assert not ask.cards


def test_phrase_must_occur_in_title_url_or_text() -> None:
    posts = play(source("hackernews"), answers("hackernews")).posts
    assert [post.uri for post in posts] == ["hackernews:42000003", "hackernews:42000002"]


def test_full_page_requests_the_window_before_it() -> None:
    polled = source("hackernews")
    (response,) = [
        each for url, each in answers("hackernews").items() if "numericFilters" not in url
    ]
    hits = [
        json.loads(response.body)["hits"][1] | {"objectID": str(n), "created_at_i": 1795334400 - n}
        for n in range(100)
    ]
    batch = polled.parse_response(
        replace(response, body=json.dumps({"hits": hits}).encode()), "1795000000"
    )
    assert batch.next_requests[0].url.endswith(
        "created_at_i%3E1794996400%2Ccreated_at_i%3C1795334301"
    )
    assert batch.cursor == "1795334400"
    older = polled.parse_response(replace(response, url=batch.next_requests[0].url), "1795000000")
    assert older.cursor is None


@pytest.mark.parametrize(
    ("item", "is_gone"), [("item", False), ("deleted", True), ("dead", True), (None, True)]
)
def test_story_whose_item_is_deleted_dead_or_null_is_deleted(
    item: str | None, is_gone: bool
) -> None:
    body = (DATA / f"hackernews/{item}.json").read_bytes() if item else b"null"
    number = json.loads(body)["id"] if item else 42000002
    result = play_rechecks(
        source("hackernews"),
        (Post("hackernews", f"hackernews:{number}", ""),),
        lambda url: answer(url, body),
    )
    assert result.gone == ((f"hackernews:{number}",) if is_gone else ())
    assert not result.failures


def test_response_with_another_item_is_undecided() -> None:
    body = (DATA / "hackernews/deleted.json").read_bytes()
    assert not play_rechecks(
        source("hackernews"),
        (Post("hackernews", "hackernews:7", ""),),
        lambda url: answer(url, body),
    ).gone
