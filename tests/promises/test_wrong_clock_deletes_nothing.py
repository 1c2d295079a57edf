"""A clock that is ahead or behind deletes no archive segment, no backup and no fetch record, and is
reported.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.crawl.data_retention import apply_retention
from crawler.fetch.warc_archive import WarcArchive
from crawler.models.http_exchange import Response
from crawler.settings.all_settings import Settings
from crawler.store import runs
from crawler.store.clock_skew import clock_doubt_reason, correct_future_times
from crawler.store.database import open_store
from crawler.store.fetch_log import save_fetch
from crawler.utc_times import iso
from crawler.workspace import Workspace

NIGHT = datetime(2026, 12, 1, 2, tzinfo=UTC)
URL = "https://a.example/"


class Nights:
    """A workspace in which each night archives one page, is recorded, and applies retention."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder, Settings())
        self.db: Database = open_store(self.workspace.database)

    def night(self, at: datetime) -> tuple[str, ...]:
        run_id = runs.start_run(self.db, "nightly", at)
        with WarcArchive(self.workspace.archive, at) as archive:
            body = at.isoformat().encode()
            archived = archive.store(Response(URL, URL, 200, (), body, at))
        save_fetch(self.db, run_id, "page", archived, at)
        runs.finish_run(self.db, run_id, "ok", {}, at)
        return apply_retention(self.db, self.workspace, at)

    def segments(self) -> set[str]:
        return {path.name[:8] for path in self.workspace.archive.iterdir()}

    def backups(self) -> set[str]:
        return {path.name[10:18] for path in self.workspace.backups.iterdir()}


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    made = Nights(tmp_path)
    for day in range(9):
        assert made.night(NIGHT + timedelta(days=day)) == ()
    return made


def test_run_thirteen_months_ahead_deletes_nothing_and_reports_it(nights: Nights) -> None:
    segments, backups = nights.segments(), nights.backups()
    (note,) = nights.night(NIGHT + timedelta(days=400))
    assert "the clock moved ahead from 2026-12-09 02:00 to 2028-01-05 02:00" in note
    assert nights.segments() > segments
    assert nights.backups() > backups


def test_clock_a_week_ahead_deletes_nothing(nights: Nights) -> None:
    segments, backups = nights.segments(), nights.backups()
    for day in range(7):
        assert nights.night(NIGHT + timedelta(days=400 + day))
    for day in range(9, 15):
        (note,) = nights.night(NIGHT + timedelta(days=day))
        assert "the clock moved back" in note
    assert nights.segments() > segments
    assert nights.backups() > backups
    last = NIGHT + timedelta(days=20)
    assert nights.night(last) == (
        "No archive segment, backup or fetch record was deleted: "
        "the clock moved back from 2028-01-11 02:00 to 2026-12-10 02:00.",
    )


@pytest.mark.parametrize("days", [-30, -3, 41])
def test_clock_that_moves_back_or_far_ahead_is_doubtful(nights: Nights, days: int) -> None:
    assert clock_doubt_reason(nights.db, NIGHT + timedelta(days=8 + days))


@pytest.mark.parametrize("days", [0, 1, 39])
def test_clock_that_continues_is_trusted(nights: Nights, days: int) -> None:
    assert clock_doubt_reason(nights.db, NIGHT + timedelta(days=8 + days)) == ""


def test_new_backup_is_not_deleted(nights: Nights) -> None:
    for day in range(28):
        nights.night(NIGHT + timedelta(days=400 + day))
    for day in range(10, 30):
        today = NIGHT + timedelta(days=day)
        nights.night(today)
        assert today.strftime("%Y%m%d") in nights.backups()
    real = {name for name in nights.backups() if name < "2027"}
    assert len(real) >= 8


def test_old_segments_and_fetch_records_are_deleted_under_a_correct_clock(nights: Nights) -> None:
    for day in range(9, 420, 30):
        nights.night(NIGHT + timedelta(days=day))
    for day in range(425, 434):
        nights.night(NIGHT + timedelta(days=day))
    oldest = (NIGHT + timedelta(days=433 - 365)).strftime("%Y%m%d")
    assert min(nights.segments()) >= oldest
    referenced = nights.db.execute(
        "SELECT DISTINCT substr(archive_file, 1, 8) FROM fetches WHERE archive_file IS NOT NULL"
    )
    assert {name for (name,) in referenced} == nights.segments()
    unarchived = nights.db.execute(
        "SELECT count(*) FROM fetches WHERE archive_file IS NULL"
    ).fetchone()[0]
    assert unarchived == 0


def test_first_seen_times_in_the_future_are_corrected(nights: Nights) -> None:
    for key, at in (("a", "2028-01-05T02:00:00Z"), ("b", "2026-12-05T02:00:00Z")):
        row = {"url": key, "key": key, "host": "h", "first_seen": at}
        nights.db.table("articles").insert(row)
    nights.night(NIGHT + timedelta(days=400))
    assert correct_future_times(nights.db, NIGHT - timedelta(days=900)) == 0
    assert correct_future_times(nights.db, NIGHT + timedelta(days=9)) == 1
    seen = [at for (at,) in nights.db.execute("SELECT first_seen FROM articles ORDER BY key")]
    assert seen == ["2026-12-10T01:59:59Z", "2026-12-05T02:00:00Z"]


def test_runs_in_the_future_are_moved_with_the_rows_they_stored(nights: Nights) -> None:
    for number, days in enumerate((400, 401)):
        nights.night(NIGHT + timedelta(days=days))
        row = {"url": str(number), "key": str(number), "host": "h"}
        seen = iso(NIGHT + timedelta(days=days, seconds=9))
        nights.db.table("articles").insert(row | {"first_seen": seen})
    now = NIGHT + timedelta(days=9)
    assert correct_future_times(nights.db, now) == 2
    sql = "SELECT started FROM runs ORDER BY id DESC LIMIT 2"
    moved = [iso(now - timedelta(seconds=seconds)) for seconds in (1, 2)]
    assert [started for (started,) in nights.db.execute(sql)] == moved
    sql = "SELECT first_seen FROM articles ORDER BY key DESC"
    assert [seen for (seen,) in nights.db.execute(sql)] == moved
    assert correct_future_times(nights.db, now) == 0
    assert not clock_doubt_reason(nights.db, now + timedelta(days=1))


def test_clock_that_is_behind_for_a_night_moves_nothing(nights: Nights) -> None:
    started = "SELECT started FROM runs ORDER BY id"
    before = nights.db.execute(started).fetchall()
    row = {"url": "a", "key": "a", "host": "h", "first_seen": iso(NIGHT + timedelta(days=8))}
    nights.db.table("articles").insert(row)
    assert correct_future_times(nights.db, NIGHT + timedelta(days=4)) == 0
    assert nights.db.execute(started).fetchall() == before
