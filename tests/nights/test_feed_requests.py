"""Requests for feeds: media types, packed files, large files, and error entries of generators."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

HOST = "company.example"
FEED = rss(("Leases and clocks", f"https://{HOST}/leases"))
TEXT = "<p>Replicas vote, a leader is chosen, and the log is kept in one order.</p>" * 9


def _texts(nights: Nights) -> list[str]:
    return [text for (text,) in nights.query("SELECT text FROM posts ORDER BY text")]


def test_server_that_negotiates_sends_the_feed(tmp_path: Path) -> None:
    """It answers requests that accept everything equally with a sign-in page."""
    accepted: list[str] = []

    async def handler(request: Any) -> web.Response:
        accepted.append(request.headers["accept"])
        if "rss" in accepted[-1]:
            return web.Response(text=FEED, content_type="application/rss+xml")
        return web.Response(text="<title>Sign in</title>", content_type="text/html")

    with nights_with(tmp_path, feed_source("Company", HOST, "/group"), {HOST: handler}) as nights:
        nights.run(START, "crawl")
        assert _texts(nights) == ["Leases and clocks"]
    assert all(f"application/{kind}" in accepted[0] for kind in ("atom+xml", "feed+json"))


def test_feed_that_is_a_gzip_file_is_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(FEED.encode())
    reply = answers(lambda path: web.Response(body=packed, content_type="application/gzip"))
    with nights_with(tmp_path, feed_source("Company", HOST, "/feed.gz"), {HOST: reply}) as nights:
        nights.run(START, "crawl")
        assert _texts(nights) == ["Leases and clocks"]


def test_feed_larger_than_the_limit_is_read_up_to_it_with_a_warning(tmp_path: Path) -> None:
    feed = rss(*((f"Entry {number:03}", f"https://{HOST}/{number}") for number in range(500)))
    reply = answers(lambda path: web.Response(text=feed, content_type="application/rss+xml"))
    settings = "max_feed_mb = 0.02\n"
    with nights_with(tmp_path, feed_source("Company", HOST), {HOST: reply}, settings) as nights:
        nights.run(START, "crawl")
        texts = _texts(nights)
        assert nights.query("SELECT last_outcome FROM sources") == [("ok",)]
        ((message,),) = nights.query("SELECT message FROM run_sources")
    assert texts == [f"Entry {number:03}" for number in range(len(texts))]
    assert 100 < len(texts) < 500
    assert "larger than 20,000 bytes" in message


def test_error_entry_of_a_generator_is_a_failure_and_the_posts_stay(tmp_path: Path) -> None:
    """The next polls are delayed more with each failure."""
    error = rss(("Bridge returned error 503! (20778)", f"https://{HOST}/?_error_time=20778"))
    feeds = iter([FEED, error, error])
    reply = answers(
        lambda path: (
            web.Response(text=next(feeds), content_type="application/rss+xml")
            if path == "/feed.xml"
            else web.Response(text=TEXT, content_type="text/html")
        )
    )
    with nights_with(tmp_path, feed_source("Company", HOST), {HOST: reply}) as nights:
        nights.run(START)
        plan = "SELECT last_outcome, failures, next_check FROM sources"
        delays = []
        for number in (1, 2):
            at = START + timedelta(days=4 * number)
            nights.run(at)
            ((outcome, failures, next_check),) = nights.query(plan)
            assert (outcome, failures) == ("bad_feed", number)
            delays.append(next_check)
        assert delays[0] > (START + timedelta(days=4)).isoformat()[:19]
        assert _texts(nights) == ["Leases and clocks"]


def test_page_that_refreshes_and_warning_page_lead_to_their_articles(tmp_path: Path) -> None:
    new, short = f"https://{HOST}/new/leases", "https://lnkd.in/dAbC12"
    pages = {
        "/old": f'<title>{new}</title><meta http-equiv="refresh" content="0; url={new}">',
        "/new/leases": f"<title>Leases and clocks</title><h1>Leases and clocks</h1>{TEXT}",
        "/dAbC12": "<title>LinkedIn</title><h1>This link leaves LinkedIn</h1>"
        f'<a data-tracking-control-name="external_url_click" href="https://{HOST}/second">x</a>',
        "/second": f"<title>Quorum sizes</title><h1>Quorum sizes</h1>{TEXT.replace('log', 'row')}",
    }
    feed = rss(("Old", f"https://{HOST}/old"), ("Short", short))
    reply = answers(
        lambda path: (
            web.Response(text=feed, content_type="application/rss+xml")
            if path == "/feed.xml"
            else web.Response(text=pages[path], content_type="text/html")
        )
    )
    hosts = {HOST: reply, "lnkd.in": reply}
    with nights_with(tmp_path, feed_source("Company", HOST), hosts) as nights:
        nights.run(START)
        assert nights.query("SELECT url, title FROM articles ORDER BY url") == [
            (new, "Leases and clocks"),
            (f"https://{HOST}/second", "Quorum sizes"),
        ]
        evidence = nights.query("SELECT evidence FROM aliases WHERE reason = 'redirect'")
    assert sorted(evidence) == [
        (f"refresh by the page https://{HOST}/old",),
        (f"refresh by the page {short}",),
    ]
