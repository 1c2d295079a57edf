"""Reextraction from the archive: same text, no requests, no loss if a segment is missing."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.crawl.reextract_articles import ReextractReport, reextract, reextract_outdated
from crawler.errors import LockHeldError, StoreError
from crawler.fetch.warc_archive import WarcArchive
from crawler.models.http_exchange import Response
from crawler.run_lock import run_lock
from crawler.run_telemetry import RunLog
from crawler.store.database import open_store
from crawler.store.fetch_log import save_fetch
from crawler.workspace import Workspace, bundled_path, open_workspace
from tests.promises.few_topics import copy_few_topics

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body><article>\
<h1>{title}</h1>
<p>Leases expire, and whoever held one must be told by a fencing token that its time is over.</p>
<p>Number {title} of the pages that a queue, a log and a replica walk into, one after the other, \
in every test of this kind.</p>
</article></body></html>"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/hashtrail.toml").write_text("[engine]\nprocesses = 1\n")
    copy_few_topics(tmp_path / "data/topics")
    shutil.copytree(bundled_path("data", "curation"), tmp_path / "data/curation")
    return open_workspace(tmp_path, {})


def crawled(workspace: Workspace, titles: list[str]) -> None:
    """Articles that were read from the second of two archived answers; their texts are those of an
    older extractor.
    """
    db = open_store(workspace.database)
    for number, title in enumerate(titles, 1):
        url = f"https://a.example/{number}"
        db.table("articles").insert(
            {
                "id": number,
                "url": url,
                "key": url,
                "host": "a.example",
                "first_seen": "2026-02-01T00:00:00Z",
                "last_checked": "2026-02-02T00:00:00Z",
                "last_outcome": "timeout",
                "failures": 2,
            }
        )
        db.table("aliases").insert(
            {
                "url": url,
                "key": url,
                "article_id": number,
                "reason": "as-posted",
                "added_at": "2026-02-01T00:00:00Z",
            }
        )
        for day, text in ((1, "Old words"), (2, title)):
            with WarcArchive(workspace.archive, NOW.replace(month=2, day=day)) as archive:
                body = PAGE.format(title=text).encode()
                archived = archive.store(
                    Response(
                        url,
                        url,
                        200,
                        (("content-type", "text/html"),),
                        body,
                        NOW.replace(month=2, day=day),
                    )
                )
            save_fetch(db, None, "page", archived, NOW)
        place = {"archive_file": archived.archive_file, "archive_offset": archived.archive_offset}
        db.table("articles").update(number, place)
    db.close()


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    db = open_store(workspace.database)
    try:
        return list(
            db.query(
                "SELECT id, title, text, last_checked, last_outcome, failures FROM articles "
                "ORDER BY id"
            )
        )
    finally:
        db.close()


def run(workspace: Workspace) -> Any:
    with RunLog(workspace.logs, "reextract", lambda: NOW) as run_log:
        return reextract(workspace, run_log, lambda: NOW)


def run_of_a_night(workspace: Workspace) -> ReextractReport:
    db = open_store(workspace.database)
    try:
        with RunLog(workspace.logs, "nightly", lambda: NOW) as run_log:
            return asyncio.run(reextract_outdated(db, workspace, run_log))
    finally:
        db.close()


def test_every_article_is_reextracted_from_its_own_archive_record(workspace: Workspace) -> None:
    crawled(workspace, ["One", "Two", "Three"])
    reread = run(workspace)
    assert (reread.read, reread.changed, dict(reread.failures)) == (3, 3, {})
    assert [row["title"] for row in rows(workspace)] == ["One", "Two", "Three"]
    assert all("fencing token" in row["text"] for row in rows(workspace))
    assert {
        (row["last_checked"], row["last_outcome"], row["failures"]) for row in rows(workspace)
    } == {("2026-02-02T00:00:00Z", "timeout", 2)}


def test_second_reextraction_changes_nothing(workspace: Workspace) -> None:
    crawled(workspace, ["One", "Two"])
    run(workspace)
    before = rows(workspace)
    assert run(workspace).changed == 0
    assert rows(workspace) == before


def test_article_without_archive_record_keeps_its_text(workspace: Workspace) -> None:
    crawled(workspace, ["One", "Two"])
    run(workspace)
    before = rows(workspace)
    for segment in workspace.archive.iterdir():
        segment.unlink()
    reread = run(workspace)
    assert (reread.read, reread.missing, dict(reread.failures)) == (0, 2, {})
    assert rows(workspace) == before


def test_articles_of_an_archive_that_was_not_mounted_are_extracted_when_it_is_back(
    workspace: Workspace,
) -> None:
    crawled(workspace, ["One", "Two"])
    away = workspace.archive.rename(workspace.root / "away")
    reread = run_of_a_night(workspace)
    assert (reread.read, reread.missing) == (0, 2)
    away.rename(workspace.archive)
    reread = run_of_a_night(workspace)
    assert (reread.read, reread.changed, reread.missing) == (2, 2, 0)
    assert [row["title"] for row in rows(workspace)] == ["One", "Two"]
    assert run_of_a_night(workspace).read == 0


def test_article_of_an_unreadable_segment_is_extracted_later_and_others_at_once(
    workspace: Workspace,
) -> None:
    crawled(workspace, ["One", "Two"])
    db = open_store(workspace.database)
    file = db.execute("SELECT archive_file FROM articles WHERE id = 1").fetchone()[0]
    db.close()
    away = (workspace.archive / file).rename(workspace.root / "away")
    (workspace.archive / file).mkdir()  # opening it is an error of the system, as on a bad disk
    reread = run_of_a_night(workspace)
    assert (reread.read, reread.missing) == (1, 1)
    (workspace.archive / file).rmdir()
    away.rename(workspace.archive / file)
    assert (run_of_a_night(workspace).read, run_of_a_night(workspace).read) == (1, 0)
    assert [row["title"] for row in rows(workspace)] == ["One", "Two"]


def test_night_with_an_archive_that_does_not_answer_ends_and_a_later_one_extracts(
    workspace: Workspace,
) -> None:
    fsspec = pytest.importorskip("fsspec")

    class Down(fsspec.AbstractFileSystem):  # type: ignore[misc, name-defined]
        def ls(self, path: str, detail: bool = True, **options: Any) -> list[Any]:
            raise ConnectionError("no answer")

    fsspec.register_implementation("down", Down, clobber=True)
    crawled(workspace, ["One", "Two"])
    settings = workspace.settings
    remote = replace(settings.archive, url="down://pages")
    unmounted = replace(workspace, settings=replace(settings, archive=remote))
    reread = run_of_a_night(unmounted)
    assert (reread.read, reread.missing) == (0, 2)
    with pytest.raises(StoreError):
        run(unmounted)
    assert run_of_a_night(workspace).read == 2


def test_command_prints_its_result(workspace: Workspace) -> None:
    crawled(workspace, ["One"])
    result = CliRunner().invoke(
        cli, ["--workspace", str(workspace.root), "reextract", "--json"], catch_exceptions=False
    )
    assert json.loads(result.stdout) == {
        "read": 1,
        "changed": 1,
        "missing": 0,
        "unarchived": 0,
        "failures": {},
    }
    result = CliRunner().invoke(cli, ["--workspace", str(workspace.root), "reextract"])
    assert "1 article read from the archive, 0 of them changed" in result.stdout


def test_command_refuses_a_held_lock_and_creates_no_database(workspace: Workspace) -> None:
    with pytest.raises(StoreError, match="no database"):
        run(workspace)
    with run_lock(workspace.lock, "nightly", NOW), pytest.raises(LockHeldError):
        run(workspace)
