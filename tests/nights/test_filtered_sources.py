"""Sources that store a part of their entries, and feeds with a second URL."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

HOST = "company.example"
ENTRIES = rss(
    ("Raft: how our replicas elect a leader", "https://company.example/raft"),
    ("New colors for our brand", "https://company.example/colors"),
)


def _feed(path: str) -> web.Response:
    return web.Response(text=ENTRIES, content_type="application/rss+xml")


def _titles(nights: Nights) -> list[str]:
    return [text for (text,) in nights.query("SELECT text FROM posts ORDER BY text")]


def test_only_topics_stores_the_entries_with_a_topic(tmp_path: Path) -> None:
    table = f"{feed_source('Company', HOST).strip()}\nonly_topics = true\n"
    with nights_with(tmp_path, table, {HOST: answers(_feed)}) as nights:
        report = nights.run(START, "crawl")
        assert _titles(nights) == ["Raft: how our replicas elect a leader"]
    assert report.counts["posts_seen"] == 1


def test_without_a_filter_every_entry_is_stored(tmp_path: Path) -> None:
    with nights_with(tmp_path, feed_source("Company", HOST), {HOST: answers(_feed)}) as nights:
        nights.run(START, "crawl")
        assert len(_titles(nights)) == 2


def test_fallback_is_read_on_the_night_the_feed_fails(tmp_path: Path) -> None:
    def answer(path: str) -> web.Response:
        return _feed(path) if path == "/second.xml" else web.Response(status=403)

    fallback = f'fallback = "https://{HOST}/second.xml"\n'
    table = feed_source("Company", HOST).strip() + "\n" + fallback
    with nights_with(tmp_path, table, {HOST: answers(answer)}) as nights:
        nights.run(START, "crawl")
        assert len(_titles(nights)) == 2
        assert nights.query("SELECT last_outcome, failures FROM sources") == [("ok", 0)]
        (uri,) = nights.query("SELECT uri FROM posts WHERE text LIKE 'Raft%'")
    assert uri == ("feed:company.example/feed.xml#company.example/raft",)


def test_fallback_that_fails_too_is_a_failure(tmp_path: Path) -> None:
    table = feed_source("Company", HOST).strip() + f'\nfallback = "https://{HOST}/second.xml"\n'
    answer = answers(lambda path: web.Response(status=403))
    with nights_with(tmp_path, table, {HOST: answer}) as nights:
        nights.run(START, "crawl")
        assert nights.query("SELECT failures FROM sources") == [(1,)]
        assert nights.requests(HOST) == ["/feed.xml", "/second.xml"]
