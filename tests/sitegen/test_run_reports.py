"""Reports of nightly runs: numbers of the record, and articles of the snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.models.outcomes import Outcome
from crawler.monitoring.unread_causes import count_unread
from crawler.sitegen.run_reports import REPORTS_KEPT
from crawler.store.run_measures import MEASURES
from tests.sitegen.conftest import Build
from tests.sitegen.factory import SEEN, Factory
from tests.sitegen.test_pages import text

STARTED = "2026-11-20T03:00:00Z"
PAGE = "night/2026-11-20.html"
JSON = "night/2026-11-20.json"

Page = Callable[[str], str]


def measure(factory: Factory, run: int, name: str, **values: float) -> None:
    """Store a measure of a run for each subject in `values`."""
    for subject, value in values.items():
        factory.row("run_measures", run_id=run, measure=name, subject=subject, value=value)


@pytest.fixture
def run(factory: Factory) -> int:
    """A nightly run that is not the newest run."""
    counts = {"posts_new": 7, "posts_deleted": 2, "articles_failed": 5, "sources": 9}
    number = factory.run(STARTED, counts=json.dumps(counts))
    factory.run("2026-11-21T03:00:00Z", command="crawl")
    return number


def test_numbers_of_the_record_are_shown_in_words(
    factory: Factory, run: int, build: Build, page: Page
) -> None:
    measure(factory, run, "posts_new", mastodon=4, feed=3)
    measure(factory, run, "not_read", blocked_robots=3, dns=1, connect=1)
    measure(factory, run, "requests", page=12, feed=9)
    measure(factory, run, "bytes", page=2_500_000, feed=40_000)
    measure(factory, run, "step_seconds", collect=4.25, fetch=252, zeroth=61)
    measure(factory, run, "gate_refused", losses=0, pages=1)
    measure(factory, run, "budget_used", requests=21, hours=1.5)
    measure(factory, run, "budget_limit", requests=21)
    measure(factory, run, "backlog", articles=33)
    build()
    shown = text(page(PAGE))
    for words in (
        "New feed 3, Mastodon 4 7",
        "robots.txt of the site forbids it 3 The server could not be reached 2",
        "articles 12 2.5 MB",
        "Collect posts 4.2 s Fetch articles 4 min 12 s zeroth 1 min 1 s",
        "Time per step 5 min 17 s",
        "passed : The site keeps its articles",
        "refused : Links, anchors",
        "Time 1 h 30 min no limit Requests used up 21 21",
        "Due, but not reached: 33 articles. They come first in the next run.",
    ):
        assert words in shown
    assert "This page was built during its run" not in shown


def test_articles_topics_and_stories_of_the_run_are_listed(
    factory: Factory, run: int, build: Build, page: Page
) -> None:
    factory.topic("caching")
    lead = factory.article("A new story", first_seen=STARTED)
    story = factory.row("stories", lead_article_id=lead, reason="")
    other = factory.article("Same story", first_seen=STARTED, story_id=story)
    factory.db.execute("UPDATE articles SET story_id = ? WHERE id = ?", (story, lead))
    old = factory.article("Old", first_seen="2026-01-01T00:00:00Z", topics={"caching": "certain"})
    for change, detail in (("topic-added", "caching"), ("state", "ok gone")):
        factory.row("article_changes", article_id=old, at=SEEN, change=change, detail=detail)
    build()
    shown = text(page(PAGE))
    assert "Caching +1" in shown
    assert "New articles 2" in shown
    assert "New stories 1 A new story example.org 2 articles" in shown
    assert "No longer available 1 Old" in shown
    document = json.loads(page(JSON))
    assert document["new_articles"] == [lead, other]
    assert document["links"]["died"] == [old]
    assert document["topics"] == [{"topic": "caching", "gained": 1, "lost": 0}]


def test_erased_article_leaves_old_reports(
    factory: Factory, run: int, build: Build, page: Page
) -> None:
    article = factory.article("Erased later", url="https://erased.example/", shared=False)
    build()
    assert "Erased later" in page(PAGE)
    factory.db.execute("DELETE FROM articles WHERE id = ?", (article,))
    build(force=True)
    assert "Erased later" not in page(PAGE)
    assert "erased.example" not in page(PAGE) + page(JSON)


def test_report_of_the_newest_run_states_what_is_missing(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.run(STARTED)
    build()
    assert "This page was built during its run" in text(page(PAGE))
    assert json.loads(page(JSON))["is_complete"] is False


def test_thirty_reports_are_published_and_runs_of_one_day_are_numbered(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    for day in range(1, 29):
        factory.run(f"2026-10-{day:02d}T03:00:00Z")
    for hour in range(4):
        factory.run(f"2026-11-01T{hour:02d}:00:00Z", outcome=None, finished=None)
    build(base_url="https://site.example/")
    folder = tmp_path / "site/public"
    names = sorted(path.name for path in (folder / "night").glob("2*.html"))
    assert len(names) == REPORTS_KEPT
    assert names[0] == "2026-10-03.html"
    assert [name for name in names if "11-01" in name] == [
        "2026-11-01-2.html",
        "2026-11-01-3.html",
        "2026-11-01-4.html",
        "2026-11-01.html",
    ]
    assert "night/" not in (folder / "sitemap.xml").read_text(encoding="utf-8")
    assert "noindex" in (folder / "night/2026-11-01.html").read_text(encoding="utf-8")


def test_site_without_runs_has_an_empty_index(build: Build, page: Page) -> None:
    build()
    assert "No nightly runs yet" in text(page("night/index.html"))


def test_every_outcome_has_a_reason_in_words() -> None:
    read = {Outcome.OK, Outcome.NOT_MODIFIED}
    for outcome in set(Outcome) - read:
        [(reason, number)] = count_unread([(outcome.value, 2)], lambda cause: cause.label)
        assert (reason != "Another reason", number) == (True, 2)


def test_hostile_names_of_sources_are_escaped(
    factory: Factory, run: int, build: Build, page: Page
) -> None:
    hostile: dict[str, Any] = dict.fromkeys(("source", "message"), '"><script>alert(1)</script>')
    factory.row("run_sources", run_id=run, outcome="dns", **hostile)
    measure(factory, run, "posts_new", **{'"><script>alert(2)</script>': 3})
    build()
    assert "<script>alert" not in page(PAGE)


def test_documentation_explains_every_measure() -> None:
    operating = Path("docs/OPERATING.md").read_text(encoding="utf-8")
    assert [name for name in MEASURES if f"`{name}`" not in operating] == []
