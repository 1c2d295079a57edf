"""After its time budget a run starts no fetch, releases the lock and reports what is left."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from tests.promises.workspace import feed_source, nights_with, rss

BUDGET = "[crawl]\nbudget_hours = 0.0\n"


async def feed(request: web.Request) -> web.Response:
    return web.Response(text=rss(("Consensus", "https://pages.example/raft")))


async def page(request: web.Request) -> web.Response:
    return web.Response(text="<title>Raft</title>", content_type="text/html")


def test_run_without_time_fetches_nothing_and_the_next_run_does(tmp_path: Path) -> None:
    hosts = {"feeds.example": feed, "pages.example": page}
    with nights_with(tmp_path / "kb", feed_source("a", "feeds.example"), hosts) as nights:
        settings = nights.folder / "data/hashtrail.toml"
        unlimited = settings.read_text(encoding="utf-8")
        settings.write_text(unlimited + BUDGET, encoding="utf-8")
        report = nights.run(command="crawl")
        [(name, outcome, message)] = report.failing_sources
        assert (name, outcome) == ("a", "deferred")
        assert "time budget of the run is used up" in message
        assert nights.requests("feeds.example") == []
        assert nights.query("SELECT failures FROM sources") == [(0,)]
        settings.write_text(unlimited, encoding="utf-8")
        assert nights.run(command="crawl").counts["posts_new"] == 1


def test_report_has_the_number_of_articles_left(tmp_path: Path) -> None:
    with nights_with(tmp_path / "kb", "", {"pages.example": page}, BUDGET) as nights:
        inbox = nights.folder / "data/inbox"
        inbox.mkdir()
        text = "Consensus https://pages.example/raft #DistributedSystems"
        (inbox / "paste.txt").write_text(text, encoding="utf-8")
        [failure] = nights.run(command="crawl").failures
        assert failure.kind == "step"
        assert "1 due articles were not read" in failure.message
        assert nights.requests("pages.example") == []
