"""The status page: causes of failures in one sentence, counters in words, and colours."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from crawler.models.outcomes import Outcome
from crawler.sitegen.counter_labels import label_counters
from crawler.sitegen.failure_causes import group_problems
from crawler.sitegen.run_status import SourceStatus
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory
from tests.sitegen.test_pages import text

Page = Callable[[str], str]
STARTED = "2026-11-20T03:00:00Z"


def failing(*outcomes: str) -> list[SourceStatus]:
    """Return one failing source for each of `outcomes`."""
    return [
        SourceStatus(f"s{number}", "feed", "", outcome, "message", 1, "")
        for number, outcome in enumerate(outcomes)
    ]


def sentences(sources: Sequence[SourceStatus], polled: int) -> list[tuple[str, int]]:
    """Return the sentence of each problem and its number of `sources`, for `polled` sources."""
    return [
        (problem.cause.sentence, len(problem.sources))
        for problem in group_problems(sources, polled)
    ]


def test_all_sources_unreachable_is_one_problem_of_the_network() -> None:
    sources = failing("dns", "dns", "timeout", "deferred", "connect")
    ((sentence, count),) = sentences(sources, polled=5)
    assert count == 5
    assert "no network" in sentence


def test_other_failures_are_grouped_by_cause() -> None:
    sources = failing("not_found", "dns", "gone", "bad_feed", "an unknown code")
    problems = sentences(sources, polled=90)
    assert problems[0] == ("The source no longer exists at its URL.", 2)
    assert sorted(count for _, count in problems) == [1, 1, 1, 2]


def test_every_outcome_has_a_sentence_and_an_action() -> None:
    for outcome in Outcome:
        (problem,) = group_problems(failing(outcome), polled=9)
        assert problem.cause.sentence.endswith(".")
        assert problem.cause.action.endswith(".")


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
    assert "40 sources : Almost no source could be reached" in text(html)
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
    assert "bad : The server reported an error. The next run tries again." in text(html)


def test_page_before_the_first_run_does_not_count_sources(build: Build, page: Page) -> None:
    build()
    visible = text(page("status.html"))
    assert (
        "No runs yet. Run: hashtrail nightly . Afterwards this page lists the sources." in visible
    )
    assert "No sources are enabled" not in visible
