"""docs/PERFORMANCE.md and its charts are current, and show a missing peer as not installed."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from bench.claims import CLAIMS
from bench.results import OURS, Machine, Run, new_result, read_runs
from devtools.performance_page import CHARTS, PAGE, performance_charts, performance_page

MACHINE = Machine(2, "Example CPU", 8, "3.13.1", "3.46.0", "on a disk", 0.1, 0.2, "2026-06-01")


def test_performance_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == performance_page(read_runs()), (
        "run: python -m devtools.performance_page"
    )


def test_charts_of_the_performance_page_are_current() -> None:
    drawn = performance_charts(read_runs())
    assert {path.name for path in CHARTS.glob("performance-*.svg")} == drawn.keys()
    assert {name: (CHARTS / name).read_text(encoding="utf-8") for name in drawn} == drawn


def _feeds_run(theirs: list[float]) -> Run:
    unit = CLAIMS["feeds"].cases["feeds"]
    ours = new_result("feeds", "feeds", OURS, 50, unit, [30, 10, 20], {})
    peer = new_result("feeds", "feeds", "feedparser", 50, unit, theirs, {"feedparser": "6"})
    return Run(MACHINE, (ours, peer))


def test_ratio_of_rates_is_ours_divided_by_the_peer() -> None:
    page = performance_page({"feeds": _feeds_run([5, 4, 6])})
    assert "| feeds (MB/CPU s) | 50 | 20 | 5 | 4 |" in page


def test_ratio_of_costs_is_the_peer_divided_by_ours() -> None:
    first, *rest = _feeds_run([5, 4, 6]).results
    costs = tuple(replace(result, unit="s") for result in (first, *rest))
    assert "| 20 | 5 | 0.25 |" in performance_page({"feeds": Run(MACHINE, costs)})


def test_missing_peer_is_not_installed_and_has_no_ratio() -> None:
    page = performance_page({"feeds": _feeds_run([])})
    assert "| feeds (MB/CPU s) | 50 | 20 | not installed |  |" in page


def test_chart_describes_its_data_for_screen_readers() -> None:
    svg = performance_charts({"feeds": _feeds_run([5, 4, 6])})["performance-feeds.svg"]
    texts = [element.text for element in ElementTree.fromstring(svg).iter()]
    assert "Hashtrail: 20 MB/CPU s at 50 feeds. feedparser: 5 MB/CPU s at 50 feeds." in texts
