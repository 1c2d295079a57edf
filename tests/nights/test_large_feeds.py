"""Feeds that exceed the size limit, and the Accept header of requests for feeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web

from tests.promises.workspace import START, answers, feed_source, nights_with, rss

HOST = "large.example"
FEED = rss(*((f"Entry {number}", f"https://{HOST}/{number}") for number in range(200)))


def test_start_of_a_feed_above_the_limit_is_stored_with_a_warning(tmp_path: Path) -> None:
    answer = answers(lambda path: web.Response(text=FEED, content_type="application/rss+xml"))
    limit = f"max_feed_mb = {len(FEED) / 2e6}\n"
    with nights_with(tmp_path, feed_source("Large", HOST), {HOST: answer}, limit) as nights:
        report = nights.run(START, "crawl")
        assert 90 < len(nights.query("SELECT uri FROM posts")) < 110
        assert nights.query("SELECT last_outcome FROM sources") == [("ok",)]
        ((message,),) = nights.query("SELECT message FROM run_sources")
    assert "max_feed_mb" in message
    assert report.counts["posts_seen"] > 90


def test_request_of_a_feed_accepts_the_media_types_of_feeds(tmp_path: Path) -> None:
    accepted: list[str] = []

    async def answer(request: Any) -> web.Response:
        accepted.append(request.headers["accept"])
        is_feed = "application/rss+xml" in request.headers["accept"]
        text = FEED if is_feed else "<title>Sign in</title>"
        return web.Response(
            text=text, content_type="application/rss+xml" if is_feed else "text/html"
        )

    with nights_with(tmp_path, feed_source("Large", HOST), {HOST: answer}) as nights:
        nights.run(START, "crawl")
        assert len(nights.query("SELECT uri FROM posts")) == 200
    assert "application/atom+xml" in accepted[0]
