"""A used-up budget ends a run without an error, and the rest comes first in the next run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from crawler.nightly.run_report import RunReport
from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

NO_TIME = "[budget]\nhours = 0.0\n"


async def feed(request: web.Request) -> web.Response:
    return web.Response(text=rss(("Consensus", "https://pages.example/raft")))


async def page(request: web.Request) -> web.Response:
    text = f"<title>Raft</title><p>Consensus with leases, page {request.path}.</p>"
    return web.Response(text=text, content_type="text/html")


def paste(nights: Nights, name: str, *urls: str) -> None:
    """Put a post with these links into the inbox."""
    inbox = nights.folder / "data/inbox"
    inbox.mkdir(exist_ok=True)
    text = f"Consensus {' '.join(urls)} #DistributedSystems"
    (inbox / f"{name}.txt").write_text(text, encoding="utf-8")


def pages_read(nights: Nights) -> list[str]:
    """Return the requested paths of articles in the order of the requests."""
    return [
        path
        for host, path in nights.internet.requests
        if host.startswith("pages") and path != "/robots.txt"
    ]


def measures(report: RunReport, name: str) -> dict[str, float]:
    """Return the value of each subject of one measure."""
    return {m.subject: m.value for m in report.measures if m.measure == name}


def test_run_without_time_fetches_nothing_and_the_next_run_does(tmp_path: Path) -> None:
    hosts = {"feeds.example": feed, "pages.example": page}
    with nights_with(tmp_path / "kb", feed_source("a", "feeds.example"), hosts) as nights:
        settings = nights.folder / "data/hashtrail.toml"
        unlimited = settings.read_text(encoding="utf-8")
        settings.write_text(unlimited + NO_TIME, encoding="utf-8")
        report = nights.run(command="crawl")
        assert (report.outcome, report.failing_sources) == ("ok", ())
        assert "The budget for time ([budget] hours) is used up" in report.notes[0]
        assert "Not reached: 1 source." in report.notes[0]
        assert nights.requests("feeds.example") == []
        assert nights.query("SELECT failures FROM sources") == [(0,)]
        settings.write_text(unlimited, encoding="utf-8")
        assert nights.run(command="crawl").counts["posts_new"] == 1


def test_report_has_the_number_of_articles_left(tmp_path: Path) -> None:
    with nights_with(tmp_path / "kb", "", {"pages.example": page}, NO_TIME) as nights:
        paste(nights, "paste", "https://pages.example/raft")
        report = nights.run(command="crawl")
        assert report.counts["backlog"] == 1
        assert measures(report, "backlog") == {"articles": 1, "posts": 0, "sources": 0}
        assert "Not reached: 1 article. They come first in the next run." in report.notes[0]
        assert nights.requests("pages.example") == []


@contextmanager
def limited(folder: Path, requests: int, sources: str = "", hosts: int = 3) -> Iterator[Nights]:
    """A workspace with a budget of `requests`, and servers of articles and feeds."""
    servers = {f"pages{number}.example": page for number in range(hosts)}
    servers |= {
        f"feeds{number}.example": answers(lambda _: web.Response(text=rss()))
        for number in range(hosts)
    }
    with nights_with(folder, sources, servers, f"[budget]\nrequests = {requests}\n") as nights:
        yield nights


def test_articles_that_were_not_reached_come_first_in_the_next_runs(tmp_path: Path) -> None:
    with limited(tmp_path / "kb", requests=5) as nights:
        paste(nights, "first", *(f"https://pages0.example/old{number}" for number in range(9)))
        backlog = [nights.run(START, command="crawl").counts["backlog"]]
        for night in range(1, 5):
            urls = (f"https://pages1.example/night{night}-{number}" for number in range(2))
            paste(nights, f"night{night}", *urls)
            report = nights.run(START + timedelta(days=night), command="crawl")
            assert report.outcome == "ok"
            assert measures(report, "budget_used")["requests"] <= 5 + 1  # one robots.txt more
            backlog.append(report.counts["backlog"])

        read = pages_read(nights)
        assert sorted(read) == sorted(set(read)), "nothing was requested twice"
        oldest = [path for path in read if path.startswith("/old")]
        assert oldest == [f"/old{number}" for number in range(9)]
        first_new = next(place for place, path in enumerate(read) if "night2" in path)
        assert read.index("/old8") < first_new, "new articles wait for those of earlier nights"
        assert backlog[0] == 5
        assert backlog[-1] < 6


def test_every_source_is_polled_within_a_few_runs_of_a_small_budget(tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(9)]
    sources = "".join(
        feed_source(name, f"feeds{place % 3}.example", f"/{name}.xml")
        for place, name in enumerate(names)
    )
    with limited(tmp_path / "kb", requests=6, sources=sources) as nights:
        polled = []
        for night in range(3):
            nights.run(START + timedelta(days=night), command="crawl")
            run = "SELECT source FROM run_sources WHERE run_id = (SELECT MAX(id) FROM runs)"
            polled.append({name for (name,) in nights.query(run)})
        assert [len(some) for some in polled] == [3, 3, 3]
        assert set.union(*polled) == set(names)


def test_download_budget_ends_a_run(tmp_path: Path) -> None:
    large = answers(lambda path: web.Response(body=b"x" * 400_000, content_type="text/html"))
    hosts = {"pages.example": large}
    limits = "[budget]\nmegabytes = 1\n"
    with nights_with(tmp_path / "kb", "", hosts, limits) as nights:
        paste(nights, "p", *(f"https://pages.example/{number}" for number in range(8)))
        report = nights.run(command="crawl")
        assert "The budget for download ([budget] megabytes) is used up: 1.0 MB" in report.notes[0]
        assert 3 <= len(pages_read(nights)) <= 4
        assert report.counts["backlog"] >= 4


def test_collecting_leaves_half_of_the_requests_to_articles(tmp_path: Path) -> None:
    sources = "".join(
        feed_source(f"s{number}", "feeds0.example", f"/{number}.xml") for number in range(9)
    )
    with limited(tmp_path / "kb", requests=6, sources=sources) as nights:
        paste(nights, "p", "https://pages0.example/one", "https://pages0.example/two")
        nights.run(command="crawl")
        assert len(nights.requests("feeds0.example")) == 3
        assert len(pages_read(nights)) == 2


def test_run_that_a_budget_ends_publishes_and_reports_the_budget(tmp_path: Path) -> None:
    with limited(tmp_path / "kb", requests=2) as nights:
        paste(nights, "p", *(f"https://pages0.example/{number}" for number in range(4)))
        report = nights.run()
        assert report.outcome == "ok"
        day = report.started.date().isoformat()
        folder = nights.folder / "site/public/night"
        html = (folder / f"{day}.html").read_text(encoding="utf-8")
        assert "used up" in html
        assert "They come first in the next run." in html
        document = json.loads((folder / f"{day}.json").read_text(encoding="utf-8"))
        assert document["measures"]["budget_limit"] == {"hours": 6.0, "requests": 2.0}
        assert document["counts"] == report.counts


@pytest.mark.parametrize("hours", ["0", "0.0"])
def test_option_replaces_the_hours_of_the_settings(
    tmp_path: Path, hours: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with limited(tmp_path / "kb", requests=9) as nights:
        paste(nights, "p", "https://pages0.example/1")
        result = nights.command("crawl", "--max-hours", hours, "--json")
        assert json.loads(result.output)["counts"]["backlog"] == 1
        assert pages_read(nights) == []


def test_former_key_is_refused_with_the_new_name(tmp_path: Path) -> None:
    write: Callable[[str], int] = (tmp_path / "kb/data/hashtrail.toml").write_text
    with limited(tmp_path / "kb", requests=9) as nights:
        write("[crawl]\nbudget_hours = 3\n")
        result = nights.command("status")
        assert "[crawl] budget_hours has a new name: [budget] hours" in str(result.exception)
