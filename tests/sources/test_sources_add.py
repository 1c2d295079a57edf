"""`sources add`: URLs of services, pages with several feeds, names, and `sources check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from crawler.sources.configured_sources import load_sources
from crawler.sources.service_urls import ROWS, sources_of_url, web_url
from tests.promises.workspace import Nights, answers, feed_source, nights_with, rss

HOST = "journal.example"
FEED = rss(("Quorum reads", f"https://{HOST}/quorum"))
PAGE = (
    '<link rel="alternate" type="application/rss+xml" title="Posts" href="/posts.xml">'
    '<link rel="alternate" type="application/rss+xml" title="Talks" href="/talks.xml">'
    '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">'
)

# a URL or name -> the kind and options of its source
SERVICES = {
    "!go@lemmy.example": ("lemmy", {"server": "lemmy.example", "community": "go"}),
    "#Raft@social.example": ("mastodon", {"server": "social.example", "hashtag": "Raft"}),
    "@ada@social.example": ("feed", {"url": "https://social.example/@ada.rss"}),
    "https://arxiv.org/list/cs.DC/new": ("arxiv_listing", {"categories": "cs.DC"}),
    "https://bsky.app/profile/ada.example": ("bluesky", {"actor": "ada.example"}),
    "https://dev.to/t/databases": ("devto", {"tag": "databases"}),
    "https://github.com/ada/engine": ("github_releases", {"repository": "ada/engine"}),
    "https://github.com/ada/engine.git": ("github_releases", {"repository": "ada/engine"}),
    "https://github.com/topics/raft": ("github_topics", {"topic": "raft"}),
    "https://lobste.rs/t/distributed": ("lobsters", {"tags": "distributed"}),
    "https://medium.com/@ada": ("medium", {"publication": "@ada"}),
    "https://medium.com/ada-tech": ("medium", {"publication": "ada-tech"}),
    "https://old.reddit.com/r/databases/top/": ("reddit", {"subreddit": "databases"}),
    "https://stackoverflow.com/questions/tagged/raft": ("stackexchange", {"tag": "raft"}),
    "https://ada.substack.com/p/a-post": ("substack", {"publication": "ada"}),
    "https://www.youtube.com/channel/UC0000000000000000000000/videos": (
        "youtube",
        {"channel": "UC0000000000000000000000"},
    ),
    "r/databases": ("reddit", {"subreddit": "databases"}),
}


@pytest.mark.parametrize(("text", "expected"), SERVICES.items(), ids=SERVICES)
def test_url_of_a_service_determines_kind_and_options(
    text: str, expected: tuple[str, dict[str, str]]
) -> None:
    (source,) = sources_of_url(web_url(text))
    assert (source.kind, source.options) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.example/",
        "https://blog.example/2026/raft",
        "https://www.youtube.com/@ada",
        "https://github.com/",
        "https://www.youtube.com/c/ada",
    ],
)
def test_other_url_determines_no_source(url: str) -> None:
    assert list(sources_of_url(url)) == []


def test_rows_are_sorted_with_the_general_forms_last() -> None:
    keys = [(not row.is_certain, row.service.casefold()) for row in ROWS]
    assert keys == sorted(keys)


def _site(path: str) -> web.Response:
    if path == "/":
        return web.Response(text=PAGE, content_type="text/html")
    if path.endswith(".xml") and path != "/feed.xml":
        return web.Response(text=FEED, content_type="application/rss+xml")
    return web.Response(status=404)


def _added(nights: Nights) -> list[str]:
    return [source.options.url for source in load_sources(nights.folder / "data/sources.toml")]


def test_page_with_several_feeds_lists_them_and_fails(tmp_path: Path) -> None:
    with nights_with(tmp_path, "", {HOST: answers(_site)}) as nights:
        result = nights.command("sources", "add", f"https://{HOST}/")
        assert result.exit_code != 0
        assert f"2  Feed  https://{HOST}/talks.xml" in result.output
        assert "comments.xml" not in result.output
        assert _added(nights) == []


def test_pick_adds_the_feed_with_that_number(tmp_path: Path) -> None:
    with nights_with(tmp_path, "", {HOST: answers(_site)}) as nights:
        result = nights.command("sources", "add", f"https://{HOST}/", "--pick", "2")
        assert result.exit_code == 0
        assert _added(nights) == [f"https://{HOST}/talks.xml"]
        assert 'evidence = "probe 20' in (tmp_path / "data/sources.toml").read_text()
        assert nights.command("sources", "add", f"https://{HOST}/", "--pick", "3").exit_code != 0


def test_second_source_of_one_title_gets_another_name(tmp_path: Path) -> None:
    with nights_with(tmp_path, "", {HOST: answers(_site)}) as nights:
        nights.command("sources", "add", f"https://{HOST}/posts.xml")
        nights.command("sources", "add", f"https://{HOST}/talks.xml")
        again = nights.command("sources", "add", f"https://{HOST}/talks.xml?utm_source=x")
        names = [source.name for source in load_sources(tmp_path / "data/sources.toml")]
    assert names == ["Feed", f"Feed ({HOST})"]
    assert "listed already" in again.output
    assert again.exit_code == 1


def test_service_that_refuses_is_reported_with_its_message(tmp_path: Path) -> None:
    def answer(path: str) -> web.Response:
        return web.json_response({"message": "Profile not found"}, status=400)

    with nights_with(tmp_path, "", {"public.api.bsky.app": answers(answer)}) as nights:
        result = nights.command("sources", "add", "https://bsky.app/profile/nobody.example")
        assert result.exit_code == 1
        assert "Profile not found" in result.output


def _check(
    folder: Path, sources: str, answer: Callable[[str], web.Response], *words: str
) -> tuple[int, str]:
    with nights_with(folder, sources, {HOST: answers(answer)}) as nights:
        result = nights.command("sources", "check", *words)
    return result.exit_code, result.output


def test_check_of_good_sources_shows_a_table_and_succeeds(tmp_path: Path) -> None:
    sources = feed_source("B", HOST, "/b.xml") + feed_source("A", HOST, "/a.xml")
    code, output = _check(tmp_path, sources, _site)
    assert code == 0
    rows = [line.split() for line in output.splitlines()]
    assert [row[0] for row in rows] == ["source", "B", "A"]
    assert rows[1][1:4] == ["ok", "-", "1"]


def test_check_of_a_missing_feed_suggests_the_announced_one_and_fails(tmp_path: Path) -> None:
    code, output = _check(tmp_path, feed_source("A", HOST), _site)
    assert code == 1
    assert f"use https://{HOST}/posts.xml" in output


def test_check_reports_that_robots_txt_disallows_a_feed(tmp_path: Path) -> None:
    closed = "closed.example"  # its robots.txt disallows /private/
    sources = feed_source("A", closed, "/private/a.xml") + feed_source("B", closed, "/b.xml")
    with nights_with(tmp_path, sources, {closed: answers(_site)}) as nights:
        result = nights.command("sources", "check", "--json")
    refused = {
        row["name"]: row["robots_disallow"] for row in map(json.loads, result.output.splitlines())
    }
    assert refused == {"A": True, "B": False}


def test_check_reports_moves_and_sends_one_request_at_a_time(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/feed.xml":
            return web.Response(status=301, headers={"Location": "/posts.xml"})
        return _site(request.path)

    sources = "".join(feed_source(f"S{n}", HOST, f"/s{n}.xml") for n in range(4))
    with nights_with(tmp_path, sources + feed_source("A", HOST), {HOST: answer}) as nights:
        result = nights.command("sources", "check", "--json")
        probes = {probe["name"]: probe for probe in map(json.loads, result.output.splitlines())}
        assert nights.internet.most_at_once[HOST] == 1
    assert probes["A"]["moved_to"] == f"https://{HOST}/posts.xml"
    assert (probes["A"]["size"], probes["A"]["entries"]) == (len(FEED), 1)
    assert result.exit_code == 0
