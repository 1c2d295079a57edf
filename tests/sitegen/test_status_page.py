"""The status page: causes of failures, counters in words, and colours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from crawler.sitegen.counter_labels import label_counters
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory
from tests.sitegen.test_pages import text

Page = Callable[[str], str]
STARTED = "2026-11-20T03:00:00Z"


def test_counters_of_zero_are_left_out() -> None:
    counts = {"posts_new": 3, "posts_missing": 0, "other_things": 2, "sources": 95}
    assert label_counters(counts) == [
        ("new posts", 3),
        ("sources polled", 95),
        ("other things", 2),
    ]


def _source(factory: Factory, name: str, **columns: Any) -> None:
    factory.row("sources", name=name, kind="feed", **columns)


def test_first_night_without_network_is_one_row(factory: Factory, build: Build, page: Page) -> None:
    factory.run(STARTED, "degraded", counts=json.dumps({"sources": 40, "inbox_files": 1}))
    for number in range(40):
        _source(factory, f"Feed {number}", failures=1, last_outcome="dns", last_message="No IP.")
    build()
    html = page("status.html")
    rows = html.partition('id="failing"')[2].partition("</section>")[0]
    assert rows.count('<li class="row">') == 1
    assert "40 sources : No source could be reached" in text(html)
    assert "40 of 40 sources failed" in text(html)
    assert "41" not in text(html)


def test_complete_run_is_green_although_a_source_fails(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.run(STARTED)
    _source(factory, "good", last_ok=STARTED)
    _source(factory, "bad", failures=1, last_outcome="server_error")
    build()
    html = page("status.html")
    assert '<p class="status" ' in html
    assert "server_error" not in html
    assert "bad : The server reported an error. It responded with a code from 500" in text(html)
    assert "No action is needed" not in text(html)


def test_page_before_the_first_run_does_not_count_sources(build: Build, page: Page) -> None:
    build()
    visible = text(page("status.html"))
    assert "No runs yet. After the first one this page lists the sources." in visible
    assert "No sources are enabled" not in visible
