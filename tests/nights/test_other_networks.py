"""Runs against loopback servers with the APIs of Misskey, Lemmy and other networks."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

from aiohttp import web

from crawler.utc_times import iso
from tests.internet.server import Handler
from tests.promises.workspace import START, Nights, answers, nights_with
from tests.sources.recorded import DATA


def table(kind: str, **options: object) -> str:
    """The `[[source]]` table of a source that has the name of its kind."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in options.items()]
    return "\n".join(["[[source]]", f'name = "{kind}"', f'kind = "{kind}"', *lines, "", ""])


def recorded(kind: str, name: str) -> bytes:
    return (DATA / kind / name).read_bytes()


def outcomes(nights: Nights) -> list[tuple[str, str]]:
    return nights.query("SELECT name, last_outcome FROM sources ORDER BY name")


def test_notes_of_misskey_are_requested_by_post_and_continue_after_the_newest(
    tmp_path: Path,
) -> None:
    bodies: list[dict[str, object]] = []

    async def misskey(request: web.Request) -> web.Response:
        if request.method != "POST":
            return web.Response(status=405)
        bodies.append(json.loads(await request.text()))
        body = b"[]" if "sinceId" in bodies[-1] else recorded("misskey", "page.json")
        return web.Response(body=body, content_type="application/json")

    tables = table("misskey", server="mk.example", hashtag="DistributedSystems")
    with nights_with(tmp_path, tables, {"mk.example": misskey}) as nights:
        nights.run(START, "crawl")
        nights.run(START + timedelta(days=1), "crawl")
        posts = nights.query("SELECT uri, consent FROM posts ORDER BY uri")
    assert [body.get("sinceId") for body in bodies if "tag" in body] == [None, "a5t0c3k1xw"]
    assert ("https://far.example/notes/9zz", "full") in posts
    assert len(posts) == 4


def test_server_without_lemmys_api_is_read_by_its_feed(tmp_path: Path) -> None:
    from tests.sources.test_lemmy import RSS

    def lemmy(path: str) -> web.Response:
        if not path.startswith("/feeds/c/"):
            return web.json_response({"error": "not_found"}, status=404)
        return web.Response(text=RSS, content_type="application/rss+xml")

    tables = table("lemmy", server="lemmy.example", community="db")
    with nights_with(tmp_path, tables, {"lemmy.example": answers(lemmy)}) as nights:
        nights.run(START, "crawl")
        assert outcomes(nights) == [("lemmy", "ok")]
        links = nights.query("SELECT url FROM links ORDER BY url")
    assert links == [("https://blog.example/clocks",), ("https://blog.example/leases",)]


def test_compressed_response_of_stack_exchange_is_read_and_backoff_obeyed(tmp_path: Path) -> None:
    page = json.loads(recorded("stackexchange", "questions.json")) | {"backoff": 80_000}
    body = gzip.compress(json.dumps(page).encode())

    def api(path: str) -> web.Response:
        headers = {"content-encoding": "gzip", "content-type": "application/json; charset=utf-8"}
        return web.Response(body=body, headers=headers)

    tables = table("stackexchange", tag="replication", site="dba")
    with nights_with(tmp_path, tables, {"api.stackexchange.com": answers(api)}) as nights:
        nights.run(START, "crawl")
        assert nights.query("SELECT count(*) FROM posts") == [(2,)]
        assert nights.query("SELECT next_check FROM sources") == [("2026-12-02T00:13:20Z",)]


def test_exceeded_limit_of_github_is_retried_when_it_ends(tmp_path: Path) -> None:
    end = START + timedelta(hours=5)

    def api(path: str) -> web.Response:
        headers = {
            "date": format_datetime(START, usegmt=True),
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": str(int(end.timestamp())),
        }
        body = {"message": "API rate limit exceeded for 192.0.2.1."}
        return web.json_response(body, status=403, headers=headers)

    hosts: dict[str, Handler] = {"api.github.com": answers(api)}
    with nights_with(tmp_path, table("github_topics", topic="raft"), hosts) as nights:
        nights.run(START, "crawl")
        assert outcomes(nights) == [("github_topics", "rate_limited")]
        ((next_check,),) = nights.query("SELECT next_check FROM sources")
    assert next_check == iso(end)


def test_feed_of_reddit_is_in_no_archive_file(tmp_path: Path) -> None:
    def reddit(path: str) -> web.Response:
        return web.Response(body=recorded("reddit", "new.xml"), content_type="application/atom+xml")

    hosts: dict[str, Handler] = {"www.reddit.com": answers(reddit)}
    with nights_with(tmp_path, table("reddit", subreddit="databases"), hosts) as nights:
        nights.run(START, "crawl")
        assert nights.query("SELECT count(*) FROM posts") == [(2,)]
    files = [path for path in (tmp_path / "data/state/archive").rglob("*") if path.is_file()]
    archived = b"".join(gzip.decompress(path.read_bytes()) for path in files)
    assert b"t3_1aaa" not in archived


def test_missing_account_of_bluesky_is_reported_with_the_reason(tmp_path: Path) -> None:
    def api(path: str) -> web.Response:
        error = {"error": "InvalidRequest", "message": "Profile not found"}
        return web.json_response(error, status=400)

    hosts: dict[str, Handler] = {"public.api.bsky.app": answers(api)}
    with nights_with(tmp_path, table("bluesky", actor="gone.example"), hosts) as nights:
        report = nights.run(START, "crawl")
    assert "Profile not found" in str(report)
