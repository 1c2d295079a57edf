"""The nights on the status page, and status.json: states, links, times, and no private data."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable

import pytest

from crawler.sitegen.day_strip import read_day_strip
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]


def _states(factory: Factory) -> list[tuple[str, str]]:
    factory.db.conn.row_factory = sqlite3.Row
    return [(cell.day[-2:], cell.state.code) for cell in read_day_strip(factory.db.conn)]


def test_days_without_a_night_are_missing_since_the_first_night(factory: Factory) -> None:
    factory.run("2026-11-01T03:00:00Z")
    factory.run("2026-11-03T03:00:00Z", "degraded")
    factory.run("2026-11-05T03:00:00Z", command="crawl")
    expected = [("01", "good"), ("02", "missing"), ("03", "degraded"), ("04", "missing")]
    assert _states(factory) == [*expected, ("05", "missing")]


def test_no_night_gives_no_strip(factory: Factory) -> None:
    factory.run("2026-11-05T03:00:00Z", command="crawl")
    assert _states(factory) == []


@pytest.mark.parametrize("outcome", ["failed", "interrupted", None])
def test_night_that_did_not_succeed_has_failed(factory: Factory, outcome: str | None) -> None:
    factory.run("2026-11-01T03:00:00Z", outcome, finished=None)  # type: ignore[arg-type]
    assert _states(factory) == [("01", "failed")]


def test_night_under_a_clock_that_was_ahead_does_not_move_the_strip(factory: Factory) -> None:
    factory.run("2026-11-01T03:00:00Z")
    factory.run("2031-01-01T03:00:00Z")
    factory.run("2026-11-02T03:00:00Z")
    assert _states(factory) == [("01", "good"), ("02", "good")]


def test_last_night_of_a_day_decides(factory: Factory) -> None:
    factory.run("2026-11-01T03:00:00Z", "failed")
    factory.run("2026-11-01T09:00:00Z")
    assert _states(factory) == [("01", "good")]


def test_strip_has_at_most_thirty_days(factory: Factory) -> None:
    factory.run("2020-01-01T03:00:00Z")
    factory.run("2026-11-30T03:00:00Z")
    states = _states(factory)
    assert (len(states), states[0], states[-1]) == (30, ("01", "missing"), ("30", "good"))


def test_each_cell_is_text_and_symbol_and_links_to_its_report(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.run("2026-11-01T03:00:00Z")
    factory.run("2026-11-03T03:00:00Z", "failed")
    build()
    strip = page("status.html").partition('<ol class="strip">')[2].partition("</ol>")[0]
    assert re.findall(r'<li class="(\w+)" title="([^"]+)">', strip) == [
        ("ok", "1 Nov 2026: good"),
        ("missing", "2 Nov 2026: no night ran"),
        ("bad", "3 Nov 2026: failed: the site was not renewed"),
    ]
    assert re.findall(r'href="([^"]+)"', strip) == [
        "night/2026-11-01.html",
        "night/2026-11-03.html",
    ]


def test_status_json_has_times_and_no_message_of_a_run(
    factory: Factory, build: Build, page: Page
) -> None:
    counts = json.dumps({"sources": 4, "sources_failed": 1})
    run = factory.run("2026-11-01T03:00:00Z", counts=counts)
    factory.run("2026-11-02T03:00:00Z", "failed", message="Disk full: /srv/private/kb.")
    factory.row("run_measures", run_id=run, measure="machine", subject="free_mb", value=900.0)
    factory.row("run_measures", run_id=run, measure="machine", subject="published", value=0.0)
    factory.row("run_measures", run_id=run, measure="backlog", subject="articles", value=7.0)
    factory.row("sources", name="dead", kind="feed", failures=2, last_outcome="gone")
    factory.row("run_sources", run_id=run, source="dead", outcome="gone", message="HTTP 410")
    factory.row("sources", name="new", kind="feed")
    build()
    text = page("status.json")
    document = json.loads(text)
    assert document["schema_version"] == 1
    assert document["last_night"]["outcome"] == "failed"
    assert document["last_good_night"]["finished"] == "2026-11-01T03:59:00Z"
    assert document["last_good_night"]["degraded_share"] == 0.25
    assert document["machine"] == {"free_mb": 900, "published": "1970-01-01T00:00:00Z"}
    assert document["backlog"] == [7]
    assert document["sources"]["not_polled"] == ["new"]
    (failing,) = document["sources"]["failing"]
    assert (failing["cause"], failing["since"]) == ("missing", "2026-11-01T03:00:00Z")
    assert "private" not in text
    assert "age" not in document
    assert "900 MB" in page("status.html")


def test_sources_are_grouped_by_state(factory: Factory, build: Build, page: Page) -> None:
    factory.run("2026-11-01T03:00:00Z")
    for name, columns in {
        "a": {"last_ok": "2026-11-01T03:00:00Z"},
        "b": {"failures": 1, "last_outcome": "dns"},
        "c": {},
        "d": {"last_ok": "2026-11-01T03:00:00Z", "polled_url": "https://new.example/"},
    }.items():
        factory.row("sources", name=name, kind="feed", **columns)
    build()
    groups = re.findall(r"<summary>(\d+ sources? [a-z ]+)</summary>", page("status.html"))
    assert groups == [
        "1 source failing",
        "1 source changed",
        "1 source not polled yet",
        "1 source up",
    ]
