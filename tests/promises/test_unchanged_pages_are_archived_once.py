"""An unchanged page is one body and small revisit records; readers follow them; pruning keeps the
body.
"""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.crawl.data_retention import apply_retention
from crawler.errors import InputError
from crawler.fetch.erase_warc_records import erase_records
from crawler.fetch.warc_archive import WarcArchive, read_archived_response
from crawler.models.http_exchange import Response
from crawler.settings.all_settings import Settings
from crawler.settings.archive import ArchiveSettings
from crawler.store import runs
from crawler.store.database import open_store
from crawler.store.fetch_log import save_fetch
from crawler.workspace import Workspace

NIGHT = datetime(2026, 3, 1, 2, tzinfo=UTC)
URL = "https://a.example/leases"
BODY = random.Random(1).randbytes(40_000)
Place = tuple[str, int]


def place(response: Response) -> Place:
    assert response.archive_file is not None
    assert response.archive_offset is not None
    return response.archive_file, response.archive_offset


def store(
    folder: Path, day: int, earlier: Place | None, body: bytes = BODY, url: str = URL
) -> Response:
    at = NIGHT + timedelta(days=day)
    with WarcArchive(folder, at) as archive:
        return archive.store(Response(url, url, 200, (("etag", f'"{day}"'),), body, at), earlier)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.warc.gz"))


def test_forty_checks_of_an_unchanged_page_take_the_space_of_two(tmp_path: Path) -> None:
    last: Place | None = None
    places: list[Place] = []
    for day in range(40):
        last = place(store(tmp_path, day, last))
        places.append(last)
    assert size(tmp_path) < 2 * len(BODY)
    for day, each in enumerate(places):
        back = read_archived_response(tmp_path, *each)
        assert back.body == BODY
        assert back.header("etag") == f'"{day}"'
        assert back.fetched_at == NIGHT + timedelta(days=day)
    segments = [str(path) for path in sorted(tmp_path.iterdir())]
    check = [sys.executable, "-m", "warcio.cli", "check", "-v", *segments]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("revisit") >= 39


@pytest.mark.parametrize(
    ("body", "url", "day"),
    [(BODY + b"!", URL, 1), (BODY, URL + "?page=2", 1), (BODY, URL, 200)],
    ids=["another body", "another URL", "original is older than half a year"],
)
def test_changed_page_is_stored_as_a_full_record(
    tmp_path: Path, body: bytes, url: str, day: int
) -> None:
    first = place(store(tmp_path, 0, None))
    second = store(tmp_path, day, first, body, url)
    assert second.archive_original is None
    assert read_archived_response(tmp_path, *place(second)).body == body


@pytest.mark.parametrize("damage", ["missing", "erased", "cut short", "not a record"])
def test_unreadable_original_is_replaced_by_a_full_record(tmp_path: Path, damage: str) -> None:
    first = place(store(tmp_path, 0, None))
    segment = tmp_path / first[0]
    if damage == "missing":
        segment.unlink()
    elif damage == "erased":
        erase_records(tmp_path, [first])
    elif damage == "cut short":
        segment.write_bytes(segment.read_bytes()[:-500])
    else:
        segment.write_bytes(b"x" * 5_000)
    second = place(store(tmp_path, 1, first))
    assert read_archived_response(tmp_path, *second).body == BODY


def test_revisit_of_an_erased_original_raises_an_error_that_names_it(tmp_path: Path) -> None:
    first = place(store(tmp_path, 0, None))
    second = place(store(tmp_path, 1, first))
    erase_records(tmp_path, [first])
    with pytest.raises(InputError, match="the original of this revisit is erased"):
        read_archived_response(tmp_path, *second)


def test_pruning_keeps_the_original_that_a_kept_revisit_needs(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Settings())
    db = open_store(workspace.database)
    last: Place | None = None
    for day in range(0, 400, 20):
        at = NIGHT + timedelta(days=day)
        run_id = runs.start_run(db, "nightly", at)
        archived = store(workspace.archive, day, last)
        save_fetch(db, run_id, "page", archived, at)
        last = place(archived)
        runs.finish_run(db, run_id, "ok", {}, at)
        apply_retention(db, workspace, at)
    at = NIGHT + timedelta(days=380 + 39)
    apply_retention(db, workspace, at)
    names = {path.name for path in workspace.archive.iterdir()}
    rows = db.execute(
        "SELECT archive_file, archive_offset FROM fetches WHERE archive_file IS NOT NULL"
    ).fetchall()
    assert rows
    assert {file for file, _ in rows} <= names
    assert all(read_archived_response(workspace.archive, *row).body == BODY for row in rows)
    gone = [name for name in ("20260301", "20260321") if not any(n.startswith(name) for n in names)]
    assert "20260321" in gone


def test_segments_do_not_need_each_other_without_an_end(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Settings(archive=ArchiveSettings(keep_days=60)))
    db = open_store(workspace.database)
    last: dict[str, Place] = {}
    for day in range(0, 400, 10):
        at = NIGHT + timedelta(days=day)
        run_id = runs.start_run(db, "nightly", at)
        # Each segment has a body that a later one needs, and a revisit of an earlier one.
        urls = [f"{URL}/{day}", *(f"{URL}/{day - age}" for age in (10, 20) if day >= age)]
        with WarcArchive(workspace.archive, at, revisit_days=30) as archive:
            for url in urls:
                response = Response(url, url, 200, (), url.encode() * 100, at)
                archived = archive.store(response, last.get(url))
                save_fetch(db, run_id, "page", archived, at)
                last[url] = place(archived)
        runs.finish_run(db, run_id, "ok", {}, at)
        apply_retention(db, workspace, at)
    oldest = min(path.name for path in workspace.archive.iterdir())
    assert oldest >= f"{NIGHT + timedelta(days=390 - 60 - 30):%Y%m%d}"
    rows = db.execute(
        "SELECT url, archive_file, archive_offset FROM fetches ORDER BY id"
    ).fetchall()
    stored = [(url, file, offset) for url, file, offset in rows if file]
    assert len(stored) >= 3 * 6
    for url, file, offset in stored:
        body = read_archived_response(workspace.archive, file, offset).body
        assert body == url.encode() * 100
