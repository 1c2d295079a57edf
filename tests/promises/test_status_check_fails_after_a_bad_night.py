"""`status --check` fails after every night that was not good enough, with the reason and what to
do.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from crawler.cli.failing_source_lines import failing_lines
from crawler.cli.unread_article_lines import unread_lines
from crawler.models.outcomes import Outcome
from crawler.monitoring.facts import MonitoringFacts
from crawler.monitoring.problems import assess_problems
from crawler.settings.monitor import MonitorSettings
from crawler.sitegen.counter_labels import label_counters
from crawler.store import runs
from crawler.store.database import open_store
from crawler.store.run_monitoring import (
    FailingSource,
    NightlyRun,
    NightlyRuns,
    silent_sources,
)
from crawler.store.runs import SourceRun, save_source_run
from crawler.store.source_state import ListedSource, save_poll_success, sync_sources
from tests.promises.workspace import Nights as Workspace
from tests.promises.workspace import answers, feed_source, nights_with, rss

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GOOD = NightlyRun(NOW - 2 * HOUR, NOW - HOUR, "ok", 95, 3, "")
FINE = NightlyRuns(GOOD, GOOD, False, 95, (), ())
DEAD = tuple(FailingSource(f"s{n}", "dns", "", 1, "") for n in range(94))


def _nights(last: NightlyRun, **facts: object) -> NightlyRuns:
    return replace(FINE, last=last, **({"last_good": last} | facts))


# name -> facts, share, codes
CASES = {
    "good": (FINE, 0.3, []),
    "never": (replace(FINE, last=None, last_good=None), 0.3, ["never"]),
    "27 hours old": (_nights(replace(GOOD, finished=NOW - 27 * HOUR)), 0.3, ["old"]),
    "ten days in the future": (_nights(replace(GOOD, finished=NOW + 240 * HOUR)), 0.3, ["clock"]),
    "one minute in the future": (_nights(replace(GOOD, finished=NOW + HOUR / 60)), 0.3, []),
    "94 of 95 failed": (_nights(replace(GOOD, outcome="degraded", failed=94)), 0.3, ["degraded"]),
    "exactly at the share": (_nights(replace(GOOD, polled=100, failed=30)), 0.3, []),
    "one more than the share": (_nights(replace(GOOD, polled=100, failed=31)), 0.3, ["degraded"]),
    "a wider share allows it": (_nights(replace(GOOD, failed=60)), 0.9, []),
    "failing sources wait in back-off": (
        _nights(replace(GOOD, polled=1, failed=0), failing=DEAD),
        0.3,
        ["degraded"],
    ),
    "a single source failed": (_nights(replace(GOOD, polled=1, failed=1)), 0.3, ["degraded"]),
    "nothing polled": (_nights(replace(GOOD, polled=0, failed=0)), 0.3, ["nothing-polled"]),
    "nothing polled, nothing enabled": (
        _nights(replace(GOOD, polled=0, failed=0), enabled=0),
        0.3,
        [],
    ),
    "nothing polled because the night was repeated": (
        _nights(replace(GOOD, polled=0, failed=0), polled_before=True),
        0.3,
        [],
    ),
    "failed after a good one": (
        _nights(replace(GOOD, outcome="failed", message="disk full"), last_good=GOOD),
        0.3,
        ["failed"],
    ),
}


@pytest.mark.parametrize(("facts", "share", "codes"), CASES.values(), ids=CASES.keys())
def test_night_gives_the_expected_problem_codes(
    facts: NightlyRuns, share: float, codes: list[str]
) -> None:
    found = assess_problems(MonitoringFacts(facts), MonitorSettings(), share, NOW).problems
    assert [problem.code for problem in found] == codes
    assert all(problem.message and problem.hint for problem in found)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Four feeds that answer, and a setting for the share."""
    feed = web.Response
    text = rss(("Leases #DistributedSystems", "https://a.example/post"))
    hosts = {
        f"feed{n}.example": answers(
            lambda path: feed(text=text, content_type="application/rss+xml")
        )
        for n in range(4)
    }
    sources = "".join(feed_source(host, host) for host in hosts)
    with nights_with(tmp_path, sources, hosts) as nights:
        yield nights


def _unplug(workspace: Workspace) -> None:
    settings = workspace.folder / "data/hashtrail.toml"
    settings.write_text(settings.read_text().replace(str(workspace.internet.port), "1"))


def test_night_without_network_prints_one_line_and_fails_the_check(workspace: Workspace) -> None:
    _unplug(workspace)
    night = workspace.command("nightly")
    assert night.exit_code == 2
    about = [
        line for line in night.output.splitlines() if line.startswith(("  network", "  failing"))
    ]
    assert about == [
        "  network   4 of 4 sources failed. No source could be reached, "
        "so this machine probably has no network."
    ]
    assert "Exit code 2: more sources failed" in night.output
    assert "  not read" not in night.output
    check = workspace.command("status", "--check")
    assert check.exit_code == 1
    assert "4 of 4 polled sources failed in the last night; the limit is 30%." in check.output


def test_nights_without_network_do_not_back_off_the_sources(workspace: Workspace) -> None:
    settings = workspace.folder / "data/hashtrail.toml"
    online = settings.read_text()
    _unplug(workspace)
    for day in range(5):
        workspace.run(NOW + timedelta(days=day), "crawl")
    settings.write_text(online)
    report = workspace.run(NOW + timedelta(days=5), "crawl")
    assert (report.counts["sources"], report.counts["sources_failed"]) == (4, 0)


def test_nights_without_network_count_no_failure_and_no_article_check(
    workspace: Workspace,
) -> None:
    workspace.run(NOW, "crawl")
    articles = "SELECT failures, last_checked FROM articles"
    before = workspace.query(articles)
    due = "UPDATE articles SET next_check = NULL"
    moved = "UPDATE sources SET polled_url = url, next_check = NULL, moves = 2"
    states = "SELECT failures, polled_url <> '', moves, next_check FROM sources"
    _unplug(workspace)
    for day in range(1, 5):
        with closing(sqlite3.connect(workspace.folder / "data/state/hashtrail.db")) as db, db:
            db.execute(due)
            db.execute(moved)
        workspace.run(NOW + timedelta(days=day), "crawl")
        assert workspace.query(states) == [(0, 1, 2, None)] * 4
        assert workspace.query(articles) == before
    report = workspace.reports[-1]
    assert report.counts["articles_failed"] == 1


def test_good_night_passes_and_night_in_the_future_fails(workspace: Workspace) -> None:
    workspace.run(datetime.now(UTC))
    assert workspace.command("status", "--check").exit_code == 0
    workspace.run(datetime.now(UTC) + timedelta(days=20))
    check = workspace.command("status", "--check")
    assert check.exit_code == 1
    assert "in the future: the clock was or is wrong." in check.output


def test_share_setting_applies_to_the_night_and_the_check(workspace: Workspace) -> None:
    sources = workspace.folder / "data/sources.toml"
    sources.write_text(sources.read_text().replace("https://feed3.example", "https://none.invalid"))
    settings = workspace.folder / "data/hashtrail.toml"
    settings.write_text(settings.read_text() + "\n[crawl]\ndegraded_share = 0.2\n")
    assert workspace.run(datetime.now(UTC)).outcome == "degraded"
    assert workspace.command("status", "--check").exit_code == 1
    settings.write_text(settings.read_text().replace("0.2", "0.25"))
    assert workspace.command("status", "--check").exit_code == 1
    workspace.run(datetime.now(UTC) + timedelta(seconds=1), "build")
    document = json.loads(workspace.command("status", "--json").output)
    assert [problem["code"] for problem in document["problems"]] == ["degraded"]


def test_status_json_and_status_page_agree(workspace: Workspace) -> None:
    sources = workspace.folder / "data/sources.toml"
    sources.write_text(sources.read_text().replace("https://feed3.example", "https://none.invalid"))
    report = workspace.run(datetime.now(UTC))
    document = json.loads(workspace.command("status", "--json").output)
    text = workspace.command("status").output
    page = (workspace.folder / "site/public/status.html").read_text(encoding="utf-8")
    failing = [row["name"] for row in document["failing_sources"]]
    assert failing == ["feed3.example"] == [name for name, *_ in report.failing_sources]
    assert "feed3.example" in text.partition("Failing sources (1 of 4):")[2]
    assert "feed3.example" in page.partition('id="failing"')[2].partition("</section>")[0]
    counts = document["runs"][0]["counts"]
    assert counts == report.counts
    assert (counts["sources"], counts["sources_failed"], counts["inbox_files"]) == (4, 1, 0)
    for label, number in label_counters(counts):
        row = f'<th scope="row">{label}</th><td class="number">{number:,}</td>'
        assert row in page
    assert {"sources failed", "new posts"} <= dict(label_counters(counts)).keys()


def test_inbox_files_do_not_hide_failing_sources(workspace: Workspace) -> None:
    inbox = workspace.folder / "data/inbox"
    inbox.mkdir()
    for number in range(30):
        post = {"type": "post", "uri": f"u:{number}", "network": "x", "text": f"note {number}"}
        (inbox / f"{number}.jsonl").write_text(json.dumps(post) + "\n")
    _unplug(workspace)
    report = workspace.run(datetime.now(UTC), "crawl")
    assert report.outcome == "degraded"
    assert (report.counts["sources"], report.counts["inbox_files"]) == (4, 30)


def test_failing_sources_are_grouped_by_cause() -> None:
    failing = [(f"feed {n}", "server_error", "HTTP 503") for n in range(40)]
    failing += [("my blog", "bad_feed", "no feed\x1b")]
    assert failing_lines(failing, 95) == [
        "  failing   40 sources: The server reported an error. "
        "(feed 0, feed 1, feed 10 and 37 more)",
        "            No action is needed: the next night tries again. "
        "Disable a source that fails for weeks.",
        "  failing   my blog: The response is not a readable feed. (no feed\\x1b)",
        "            Run: hashtrail sources check 'my blog'",
    ]


def test_articles_that_were_not_read_are_grouped_by_cause_in_plain_words() -> None:
    assert unread_lines([("not_found", 1200), ("login_wall", 1), ("gone", 2), ("new", 1)]) == [
        "  not read  1,202 articles: The page no longer exists. "
        "The site marks such links after more checks.",
        "  not read  1 article: The page could not be read. The next nights try again.",
        "  not read  1 article: The server demands a login or a browser. "
        "The title comes from the post.",
    ]
    outcomes = [outcome.value for outcome in Outcome]
    unnamed = {outcome for outcome in outcomes if "could not be" in unread_lines([(outcome, 1)])[0]}
    assert unnamed == {"ok", "not_modified", "bad_feed"}
    assert unread_lines([(outcome, 1) for outcome in outcomes])[-1].endswith("--json lists all")


@pytest.mark.parametrize(
    ("reached", "sentence"),
    [(0, "No source could be reached"), (1, "Almost no source could be reached")],
    ids=["no server answered", "one server answered"],
)
def test_night_with_a_broken_network_is_one_line(reached: int, sentence: str) -> None:
    failing = [(f"s{n}", Outcome.DNS.value, "") for n in range(89)]
    failing += [(f"d{n}", Outcome.DEFERRED.value, "") for n in range(5)]
    line, action = failing_lines(failing, 94 + reached)
    assert action.startswith("            Check network, DNS and firewall")
    assert line.startswith(f"  network   94 of {94 + reached} sources failed. {sentence}")


def test_source_without_new_posts_for_a_month_is_reported(tmp_path: Path) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    sync_sources(db, [ListedSource(name, "feed") for name in ("silent", "busy", "young", "never")])
    for days in (0, 20, 40, 60):
        at = NOW + timedelta(days=days)
        run_id = runs.start_run(db, "nightly", at)
        for name, new in {"silent": days == 0, "busy": True, "never": False}.items():
            save_source_run(db, run_id, SourceRun(name, Outcome.OK, 5, int(new)))
            save_poll_success(db, name, at, None)
        if days == 60:
            save_source_run(db, run_id, SourceRun("young", Outcome.OK, 5, 0))
            save_poll_success(db, "young", at, None)
        runs.finish_run(db, run_id, "ok", {"sources": 3}, at)
    found = [(each.name, each.last_new) for each in silent_sources(db.conn)]
    assert found == [("never", ""), ("silent", "2026-12-01T12:00:00Z")]
