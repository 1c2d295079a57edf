"""Sources that move, disappear, change or have no posts for long."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

DAY = timedelta(days=1)
HOST = "journal.example"
OLD, NEW = f"https://{HOST}/feed.xml", f"https://{HOST}/new.xml"
POSTS = rss(("Quorum reads", f"https://{HOST}/quorum"), ("Leases", f"https://{HOST}/leases"))
Answer = Callable[[str], web.Response]


def _feed(text: str = POSTS) -> web.Response:
    return web.Response(text=text, content_type="application/rss+xml")


def _moved(status: int) -> Answer:
    def answer(path: str) -> web.Response:
        if path == "/feed.xml":
            return web.Response(status=status, headers={"Location": NEW})
        return _feed() if path == "/new.xml" else web.Response(status=404)

    return answer


def _crawl(nights: Nights, days: int, first: int = 0) -> list[tuple[str, ...]]:
    """Crawl on consecutive nights. Return the notes of each."""
    return [nights.run(START + day * DAY, "crawl").notes for day in range(first, first + days)]


def _requests(nights: Nights, path: str) -> int:
    return nights.internet.requests[HOST, path]


def test_third_permanent_redirect_moves_the_source(tmp_path: Path) -> None:
    with nights_with(
        tmp_path, feed_source("Journal", HOST), {HOST: answers(_moved(301))}
    ) as nights:
        notes = _crawl(nights, 4)
        assert _requests(nights, "/feed.xml") == 3
        assert _requests(nights, "/new.xml") == 4
        assert nights.query("SELECT url, polled_url FROM sources") == [(OLD, NEW)]
        assert nights.query("SELECT count(*) FROM posts") == [(2,)]
        assert f"moved to {NEW}" in nights.command("status").output
        assert f"moved to {NEW}" in nights.command("sources", "list").output
    assert [len(lines) for lines in notes] == [0, 0, 1, 0]
    assert NEW in notes[2][0]


def test_temporary_redirect_moves_nothing(tmp_path: Path) -> None:
    with nights_with(
        tmp_path, feed_source("Journal", HOST), {HOST: answers(_moved(302))}
    ) as nights:
        _crawl(nights, 4)
        assert _requests(nights, "/feed.xml") == 4
        assert nights.query("SELECT moves, polled_url FROM sources") == [(0, "")]


def test_night_without_redirect_starts_the_count_again(tmp_path: Path) -> None:
    redirects = iter([True, True, False, True, True])

    def answer(path: str) -> web.Response:
        if path == "/feed.xml" and next(redirects):
            return web.Response(status=301, headers={"Location": NEW})
        return _feed()

    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: answers(answer)}) as nights:
        _crawl(nights, 5)
        assert nights.query("SELECT moves, polled_url FROM sources") == [(2, "")]


def test_redirect_to_a_page_is_a_failure_and_no_move(tmp_path: Path) -> None:
    def answer(path: str) -> web.Response:
        if path == "/feed.xml":
            return web.Response(status=301, headers={"Location": f"https://{HOST}/"})
        return web.Response(text="<h1>Home</h1>", content_type="text/html")

    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: answers(answer)}) as nights:
        _crawl(nights, 3)
        assert nights.query("SELECT moves, polled_url FROM sources") == [(0, "")]


def test_old_url_is_tried_again_after_three_failures_of_the_new(tmp_path: Path) -> None:
    broken = False

    def answer(path: str) -> web.Response:
        if broken:
            return _feed() if path == "/feed.xml" else web.Response(status=500)
        return _moved(301)(path)

    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: answers(answer)}) as nights:
        _crawl(nights, 3)
        broken = True
        for day in (3, 4, 5, 8):
            nights.run(START + day * DAY, "crawl", due_now=True)
        assert nights.query("SELECT polled_url, failures FROM sources") == [("", 0)]


def test_update_enters_the_new_url_and_stores_no_entry_twice(tmp_path: Path) -> None:
    table = f"# ours\n{feed_source('Journal', HOST).strip()} # keep\nnote = 'n'\n"
    with nights_with(tmp_path, table, {HOST: answers(_moved(301))}) as nights:
        _crawl(nights, 3)
        assert "1 URLs entered" in nights.command("sources", "update").output
        _crawl(nights, 1, first=3)
        assert nights.query("SELECT url, polled_url, moves FROM sources") == [(NEW, "", 0)]
        assert nights.query("SELECT count(*) FROM posts") == [(2,)]
        assert "0 URLs entered" in nights.command("sources", "update").output
    text = (tmp_path / "data/sources.toml").read_text(encoding="utf-8")
    assert text == (
        f'# ours\n[[source]]\nname = "Journal"\nkind = "feed"\nurl = "{NEW}" # keep\n'
        f"formerly = \"{OLD}\"\nnote = 'n'\n"
    )


def test_gone_source_is_reported_once_and_not_polled_again(tmp_path: Path) -> None:
    gone = answers(lambda path: web.Response(status=410))
    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: gone}) as nights:
        notes = _crawl(nights, 3)
        nights.run(START + 11 * DAY, "crawl", due_now=True)
        assert _requests(nights, "/feed.xml") == 1
        assert "answered 410 on 2026-12-01" in nights.command("status").output
        nights.run(START + 12 * DAY, "build")
        page = (tmp_path / "site/public/status.html").read_text(encoding="utf-8")
        assert "<b>Journal</b>: answered 410 on 2026-12-01" in page
        document = json.loads(nights.command("status", "--json").output)
    assert sum(map(len, notes)) == 1
    assert document["changed_sources"][0]["stopped"] == "2026-12-01T02:00:00Z"


def test_new_url_polls_a_gone_source_again(tmp_path: Path) -> None:
    def answer(path: str) -> web.Response:
        return web.Response(status=410) if path == "/feed.xml" else _feed()

    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: answers(answer)}) as nights:
        _crawl(nights, 2)
        file = tmp_path / "data/sources.toml"
        file.write_text(feed_source("Journal", HOST, "/new.xml"), encoding="utf-8")
        _crawl(nights, 1, first=2)
        assert nights.query("SELECT stopped, last_outcome FROM sources") == [(None, "ok")]


def test_404_is_counted_and_polled_until_the_feed_is_back(tmp_path: Path) -> None:
    statuses = iter([404, 503, 404, 200])

    def answer(path: str) -> web.Response:
        status = next(statuses)
        return _feed() if status == 200 else web.Response(status=status)

    counts = []
    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: answers(answer)}) as nights:
        for day in (0, 2, 5, 9):
            nights.run(START + day * DAY, "crawl", due_now=True)
            counts += nights.query("SELECT not_found, stopped FROM sources")
    assert counts == [(1, None), (1, None), (2, None), (0, None)]


def _set_unchanged(nights: Nights, polls: int) -> None:
    """Store that so many polls in a row added no post."""
    with closing(sqlite3.connect(nights.folder / "data/state/hashtrail.db")) as db, db:
        db.execute("UPDATE sources SET unchanged = ?", [polls])


def test_unchanged_feed_is_polled_more_rarely_but_every_week(tmp_path: Path) -> None:
    with nights_with(
        tmp_path, feed_source("Journal", HOST), {HOST: answers(lambda path: _feed())}
    ) as nights:
        _crawl(nights, 1)
        _set_unchanged(nights, 27)
        _crawl(nights, 1, first=1)
        polled = [nights.run(START + day * DAY, "crawl").counts["sources"] for day in range(2, 9)]
        assert nights.query("SELECT unchanged FROM sources") == [(29,)]
    assert polled[:4] == [0, 0, 0, 0]
    assert sum(polled) == 1


def test_new_entry_ends_the_longer_intervals(tmp_path: Path) -> None:
    posts = POSTS
    handler = answers(lambda path: _feed(posts))
    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: handler}) as nights:
        _crawl(nights, 1)
        _set_unchanged(nights, 5_000)
        posts = rss(("News", f"https://{HOST}/news"))
        _crawl(nights, 2, first=1)
        assert nights.query("SELECT unchanged FROM sources") == [(1,)]


def _dated(posts: list[tuple[str, Any]], language: str = "en") -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://{HOST}/{title}</link>"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for title, at in posts
    )
    return (
        f'<rss version="2.0"><channel><title>T</title><language>{language}</language>'
        f"{items}</channel></rss>"
    )


@pytest.mark.parametrize(
    ("gap_days", "last_days", "is_silent"),
    [(3, 13, True), (3, 11, False), (1, 6, False), (1, 8, True), (30, 100, False)],
)
def test_source_without_post_for_four_usual_gaps_counts_as_silent(
    tmp_path: Path, gap_days: int, last_days: int, is_silent: bool
) -> None:
    posts = [(f"p{n}", START - (last_days + n * gap_days) * DAY) for n in range(8)]
    with nights_with(
        tmp_path, feed_source("Journal", HOST), {HOST: answers(lambda path: _feed(_dated(posts)))}
    ) as nights:
        report = nights.run(START, "crawl")
        listed = json.loads(nights.command("sources", "list", "--json").output)
    assert report.counts["sources_silent"] == int(is_silent)
    assert ("silent" in listed["health"]) is is_silent


def test_change_of_language_and_topics_is_reported(tmp_path: Path) -> None:
    before = [(f"Raft-and-Paxos-{n}", START - (60 - n) * DAY) for n in range(30)]
    after = [(f"casino-bonus-{n}", START - n * DAY / 2) for n in range(12)]
    feed = _dated(before)

    def answer(path: str) -> web.Response:
        return _feed(feed) if path == "/feed.xml" else web.Response(status=404)

    with nights_with(tmp_path, feed_source("Journal", HOST), {HOST: answers(answer)}) as nights:
        nights.run(START - 7 * DAY, "crawl")
        assert nights.query("SELECT changed FROM sources") == [("",)]
        feed = _dated(after, language="de")
        nights.run(START, "crawl")
        ((changed,),) = nights.query("SELECT changed FROM sources")
        assert changed in nights.command("status").output
    assert "the language changed from en to de" in changed
