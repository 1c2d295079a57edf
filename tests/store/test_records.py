"""Exchanges, runs, sources and robots files are remembered from one night to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlite_utils import Database

from crawler.models.http_exchange import Hop, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.store import runs
from crawler.store.fetch_log import save_fetch
from crawler.store.robots_cache import load_robots, save_robots
from crawler.store.run_measures import RunMeasure, save_measures
from crawler.store.run_monitoring import failing_sources, silent_sources
from crawler.store.source_state import (
    ListedSource,
    SourceState,
    due_sources,
    save_poll_failure,
    save_poll_success,
    sync_sources,
)
from tests.store.conftest import NOW

RESPONSE = Response(
    "https://a.example/1",
    "https://a.example/2",
    200,
    (),
    b"x",
    NOW,
    (Hop("https://a.example/1", 301),),
    wire_bytes=10,
    waited_ms=3000,
    elapsed_ms=50,
    robots_rule="allow: /",
    archive_file="f",
    archive_offset=7,
)
DOWN = Failure("https://a.example/", "fetch", Outcome.DNS, "no such name", status=None)


def test_response_is_recorded_with_hops_wait_and_archive_place(db: Database) -> None:
    run = runs.start_run(db, "crawl", NOW)
    save_fetch(db, run, "page", RESPONSE, NOW)
    row = next(db.query("SELECT * FROM fetches"))
    assert (
        row["outcome"],
        row["final_url"],
        row["bytes"],
        row["waited_ms"],
        row["archive_offset"],
    ) == ("ok", "https://a.example/2", 10, 3000, 7)
    assert row["hops"] == '[{"url":"https://a.example/1","status":301}]'


def test_old_results_are_deleted_except_those_that_date_silence_and_failure(db: Database) -> None:
    sync_sources(db, [ListedSource("quiet", "feed"), ListedSource("broken", "feed")])
    for day in range(100):
        at = NOW + timedelta(days=day)
        run = runs.start_run(db, "nightly", at)
        save_measures(db, run, [RunMeasure("bytes", "page", 1.0)])
        runs.save_source_run(db, run, runs.SourceRun("quiet", Outcome.OK, 1, int(day == 3)))
        runs.save_source_run(db, run, runs.SourceRun("broken", Outcome.DNS))
        if day == 5:
            save_poll_success(db, "broken", at, None, None, None, None)
            save_poll_failure(db, "broken", DOWN, at, None)
    before = [failing_sources(db.conn), silent_sources(db.conn)]
    deleted = runs.delete_old_results(db, NOW + timedelta(days=50), NOW + timedelta(days=10))
    assert deleted == 2 * 50 - 3
    kept = "SELECT source, run_id - 1 FROM run_sources ORDER BY run_id LIMIT 3"
    assert db.execute(kept).fetchall() == [("quiet", 0), ("quiet", 3), ("broken", 6)]
    assert db.execute("SELECT count(*) FROM run_measures").fetchone() == (90,)
    assert [failing_sources(db.conn), silent_sources(db.conn)] == before


def test_failure_and_extraction_outcome_are_recorded(db: Database) -> None:
    save_fetch(db, None, "page", DOWN, NOW)
    save_fetch(db, None, "page", replace(RESPONSE, status=304), NOW)
    save_fetch(db, None, "page", RESPONSE, NOW, Outcome.CHALLENGE)
    assert [row[0] for row in db.execute("SELECT outcome FROM fetches ORDER BY id")] == [
        "dns",
        "not_modified",
        "challenge",
    ]


def test_last_runs_include_their_sources(db: Database) -> None:
    first = runs.start_run(db, "nightly", NOW)
    runs.save_source_run(db, first, runs.SourceRun("trail", Outcome.OK, 40, 5))
    runs.save_source_run(db, first, runs.SourceRun("trail", Outcome.TIMEOUT, 5, 1, "slow"))
    runs.finish_run(db, first, "degraded", {"posts": 6}, NOW + timedelta(minutes=3))
    runs.start_run(db, "nightly", NOW + timedelta(days=1))
    unfinished, told = runs.last_runs(db)
    assert (unfinished.finished, unfinished.outcome) == (None, None)
    assert told.sources == (runs.SourceRun("trail", Outcome.TIMEOUT, 45, 6, "slow"),)
    assert (told.outcome, told.counts, told.finished) == (
        "degraded",
        {"posts": 6},
        NOW + timedelta(minutes=3),
    )


def test_source_continues_at_its_cursor(db: Database) -> None:
    sync_sources(
        db, [ListedSource("trail", "mastodon"), ListedSource("off", "feed", enabled=False)]
    )
    assert due_sources(db, NOW) == [SourceState("trail")]
    save_poll_success(db, "trail", NOW, NOW + timedelta(hours=12), "41", '"e"', None)
    assert due_sources(db, NOW) == []
    assert due_sources(db, NOW + timedelta(hours=12)) == [
        SourceState("trail", "41", '"e"', None, 0, NOW + timedelta(hours=12))
    ]


def test_failed_poll_keeps_the_cursor_and_delays_the_source(db: Database) -> None:
    sync_sources(db, [ListedSource("trail", "mastodon")])
    save_poll_success(db, "trail", NOW, None, "41")
    save_poll_failure(db, "trail", DOWN, NOW, NOW + timedelta(hours=1))
    save_poll_failure(db, "trail", DOWN, NOW, NOW + timedelta(hours=2))
    assert due_sources(db, NOW + timedelta(hours=2)) == [
        SourceState("trail", "41", None, None, 2, NOW + timedelta(hours=2))
    ]
    save_poll_success(db, "trail", NOW, None)
    assert due_sources(db, NOW) == [SourceState("trail", "41")]


def test_poll_under_a_clock_ten_years_ahead_leaves_the_source_due(
    db: Database,
) -> None:
    sync_sources(db, [ListedSource("trail", "mastodon")])
    save_poll_success(db, "trail", NOW + timedelta(days=3650), NOW + timedelta(days=3651))
    assert [each.name for each in due_sources(db, NOW)] == ["trail"]


def test_removed_source_is_disabled_and_keeps_its_cursor_for_the_same_url(
    db: Database,
) -> None:
    trail = ListedSource("trail", "feed", "https://a.example/feed")
    sync_sources(db, [trail])
    save_poll_success(db, "trail", NOW, None, "41")
    sync_sources(db, [])
    assert due_sources(db, NOW) == []
    sync_sources(db, [trail])
    assert due_sources(db, NOW) == [SourceState("trail", "41")]
    sync_sources(db, [replace(trail, url="https://b.example/feed")])
    assert due_sources(db, NOW) == [SourceState("trail")]


def test_last_valid_robots_file_is_stored_unchanged(db: Database) -> None:
    assert load_robots(db, "https://a.example") is None
    save_robots(db, "https://a.example", NOW, b"User-agent: *\r\n\xff")
    save_robots(db, "https://a.example", NOW, b"\xff\x00")
    assert load_robots(db, "https://a.example") == (NOW, b"\xff\x00")
