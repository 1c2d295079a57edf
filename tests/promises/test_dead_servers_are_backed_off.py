"""A server that no longer runs the expected software is failing and is polled less often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from tests.internet import networks
from tests.promises.workspace import START, answers, feed_source, nights_with

DAY = timedelta(days=1)
Answer = Callable[[str], web.Response]
HN = '[[source]]\nname = "Hacker News"\nkind = "hackernews"\nquery = "distributed systems"\n'
DEV = '[[source]]\nname = "DEV"\nkind = "devto"\ntag = "distributedsystems"\n'
FEED = "dead-blog.example"


def _html(path: str) -> web.Response:
    return web.Response(text="<h1>Domain for sale</h1>", content_type="text/html")


def _dev_without_articles(path: str) -> web.Response:
    if path.startswith("/feed/"):
        items = "".join(
            f"<item><title>A{n}</title><link>https://dev.to/writer/a{n}</link>"
            f"<guid>{n}</guid><pubDate>Tue, 1 Dec 2026 0{n}:00:00 GMT</pubDate></item>"
            for n in range(5)
        )
        feed = f'<rss version="2.0"><channel><title>DEV</title>{items}</channel></rss>'
        return web.Response(text=feed, content_type="application/rss+xml")
    return web.Response(status=404)


# sources, host, its answer to everything
DEAD: dict[str, tuple[str, str, Answer]] = {
    "Mastodon, 404": (networks.MASTODON, networks.SERVER, lambda path: web.Response(status=404)),
    "Mastodon, 401": (networks.MASTODON, networks.SERVER, lambda path: web.Response(status=401)),
    "Mastodon, []": (networks.MASTODON, networks.SERVER, lambda path: web.json_response([])),
    "Mastodon, {}": (networks.MASTODON, networks.SERVER, lambda path: web.json_response({})),
    "Hacker News, 404": (HN, "hn.algolia.com", lambda path: web.Response(status=404)),
    "DEV, 404": (DEV, "dev.to", lambda path: web.Response(status=404)),
    "DEV, API 404": (DEV, "dev.to", _dev_without_articles),
    "feed, HTML": (feed_source("Blog", FEED), FEED, _html),
    "feed, empty": (feed_source("Blog", FEED), FEED, lambda path: web.Response(text="")),
}


@pytest.mark.parametrize(("sources", "host", "answer"), DEAD.values(), ids=DEAD.keys())
def test_dead_server_fails_on_the_first_night(
    tmp_path: Path,
    sources: str,
    host: str,
    answer: Answer,
) -> None:
    with nights_with(tmp_path, sources, {host: answers(answer)}) as nights:
        report = nights.run(START, "crawl")
        ((outcome, failures),) = nights.query("SELECT last_outcome, failures FROM sources")
    assert outcome not in ("ok", "not_modified")
    assert failures == report.counts["sources_failed"] == 1


def test_dead_server_is_polled_less_each_time(tmp_path: Path) -> None:
    sources, host, answer = DEAD["Mastodon, 404"]
    with nights_with(tmp_path, sources, {host: answers(answer)}) as nights:
        polled = [nights.run(START + day * DAY, "crawl").counts["sources"] for day in range(5)]
    assert polled == [1, 1, 1, 0, 1]


def test_404_for_an_unused_hashtag_is_ok(tmp_path: Path) -> None:
    def answer(path: str) -> web.Response:
        if path == "/api/v1/instance":
            return web.json_response({"version": "4.3.0"})
        return web.Response(status=404)

    with nights_with(tmp_path, networks.MASTODON, {networks.SERVER: answers(answer)}) as nights:
        polled = [nights.run(START + day * DAY, "crawl").counts["sources"] for day in range(4)]
        assert nights.query("SELECT last_outcome FROM sources") == [("ok",)]
    assert polled == [1, 1, 1, 1]


def test_half_open_server_without_new_posts_is_ok(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/v2/instance":
            access = {"hashtag_feeds": {"local": "public", "remote": "authenticated"}}
            return web.json_response({"configuration": {"timelines_access": access}})
        if request.query.get("local"):
            return web.json_response([])
        return web.Response(status=401)

    with nights_with(tmp_path, networks.MASTODON, {networks.SERVER: answer}) as nights:
        nights.run(START, "crawl")
        assert nights.query("SELECT last_outcome FROM sources") == [("ok",)]
