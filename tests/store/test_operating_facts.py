"""Facts for monitoring from stored rows: publications, readable pages, backlog, silent sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.monitoring.readable_share import compare_periods
from crawler.store.database import insert_row, open_memory
from crawler.store.operating_facts import (
    PageCount,
    backlog_of_nights,
    page_counts,
    publication_state,
)
from crawler.store.run_monitoring import (
    SilenceLimits,
    failing_sources,
    silence_limits,
    silent_sources,
)
from crawler.utc_times import iso

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def db() -> Database:
    return open_memory()


def _run(db: Database, days_ago: float, command: str, outcome: str | None = "ok") -> int:
    started = NOW - days_ago * DAY
    row = {"command": command, "started": iso(started), "outcome": outcome, "message": "why"}
    finished = iso(started + timedelta(minutes=5)) if outcome else None
    return insert_row(db, "runs", row | {"finished": finished})


def test_nothing_published_has_no_state(db: Database) -> None:
    _run(db, 1, "nightly")
    assert publication_state(db.conn) is None


def test_publication_fails_since_the_first_failure_after_a_success(db: Database) -> None:
    for days, outcome in ((9, "failed"), (8, "ok"), (3, "failed"), (2, "failed"), (1, None)):
        _run(db, days, "publish", outcome)
    state = publication_state(db.conn)
    assert state is not None
    assert state.failing_since == NOW - 3 * DAY
    assert state.last_ok == NOW - 8 * DAY + timedelta(minutes=5)
    assert state.message == "why"
    _run(db, 0, "publish")
    good = publication_state(db.conn)
    assert good is not None
    assert (good.failing_since, good.message) == (None, "")


def test_backlog_of_nightly_runs_is_summed_and_oldest_first(db: Database) -> None:
    for days, command, articles in ((3, "nightly", 5), (2, "crawl", 99), (1, "nightly", 8)):
        run = _run(db, days, command)
        for subject, value in (("articles", articles), ("posts", 2)):
            measure = {"run_id": run, "measure": "backlog", "subject": subject, "value": value}
            insert_row(db, "run_measures", measure)
    assert backlog_of_nights(db.conn, 10) == (7, 10)
    assert backlog_of_nights(db.conn, 1) == (10,)


def _page(db: Database, number: int, source: str) -> str:
    """Store an article that a post of a source links to, and return its URL."""
    url = f"https://{source}.example/{number}"
    row = {"url": url, "key": url, "host": f"{source}.example", "first_seen": iso(NOW)}
    article = insert_row(db, "articles", row)
    alias = {"url": url, "key": url, "article_id": article, "reason": "as-posted"}
    insert_row(db, "aliases", alias | {"added_at": iso(NOW)})
    post = {"network": "feed", "uri": url, "source": source, "seen_at": iso(NOW)}
    post_id = insert_row(db, "posts", post | {"text": "", "content_hash": ""})
    link = {"post_id": post_id, "url": url, "article_id": article, "origin": "text", "position": 0}
    insert_row(db, "links", link)
    return url


def _fetch(db: Database, url: str, days_ago: float, outcome: str, purpose: str = "page") -> None:
    at = iso(NOW - days_ago * DAY)
    insert_row(db, "fetches", {"url": url, "at": at, "purpose": purpose, "outcome": outcome})


def test_pages_count_once_for_each_fetch_and_only_if_the_server_sent_one(db: Database) -> None:
    for name in ("a", "b", "off"):
        enabled = int(name != "off")
        insert_row(db, "sources", {"name": name, "kind": "feed", "enabled": enabled})
    first, other, off = _page(db, 1, "a"), _page(db, 2, "b"), _page(db, 3, "off")
    insert_row(
        db,
        "aliases",
        {"url": first, "key": first, "article_id": 1, "reason": "redirect", "added_at": iso(NOW)},
    )
    for days in (20, 10):
        _fetch(db, first, days, "ok")
    for outcome in ("ok", "empty", "not_found", "timeout", "not_modified"):
        _fetch(db, first, 1, outcome)
    _fetch(db, other, 2, "login_wall")
    _fetch(db, off, 2, "empty")
    _fetch(db, other, 40, "ok")
    _fetch(db, other, 1, "ok", purpose="feed")
    counts = page_counts(db.conn, NOW)
    assert set(counts) == {
        PageCount("", False, 2, 2),
        PageCount("", True, 4, 1),
        PageCount("a", False, 2, 2),
        PageCount("a", True, 2, 1),
        PageCount("b", True, 1, 0),
    }
    assert [pages.source for pages in compare_periods(counts)] == ["", "a"]


def test_source_behind_a_local_outage_fails_without_a_count_and_is_not_silent(
    db: Database,
) -> None:
    run = _run(db, 60, "nightly")
    _run(db, 0, "nightly")
    row = {"kind": "feed", "last_ok": iso(NOW - 60 * DAY), "newest_post": iso(NOW - 60 * DAY)}
    for name, outcome in (("cut-off", "dns"), ("quiet", "ok")):
        source = row | {"name": name, "last_outcome": outcome, "usual_gap_days": 1.0}
        insert_row(db, "sources", source)
        insert_row(db, "run_sources", {"run_id": run, "source": name, "outcome": "ok"})
    assert [(source.name, source.failures) for source in failing_sources(db.conn)] == [
        ("cut-off", 0)
    ]
    assert [source.name for source in silent_sources(db.conn)] == ["quiet"]


def test_limits_of_silence_come_from_the_last_night_or_the_caller(db: Database) -> None:
    run = _run(db, 12, "nightly")
    newest = _run(db, 0, "nightly")
    row = {"kind": "feed", "last_ok": iso(NOW), "newest_post": iso(NOW - 12 * DAY)}
    insert_row(db, "sources", row | {"name": "weekly", "usual_gap_days": 5.0})
    insert_row(db, "run_sources", {"run_id": run, "source": "weekly", "outcome": "ok"})
    assert silence_limits(db.conn) == SilenceLimits(4.0, 30.0)
    assert silent_sources(db.conn) == ()
    assert len(silent_sources(db.conn, SilenceLimits(gaps=2))) == 1
    measure = {"run_id": newest, "measure": "silence", "subject": "gaps", "value": 2.0}
    insert_row(db, "run_measures", measure)
    assert len(silent_sources(db.conn)) == 1
