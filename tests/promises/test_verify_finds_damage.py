"""`verify` and `doctor` name damage of any kind, and never end with an unexpected error."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from crawler.cli.main import cli
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from crawler.store.verify_database import find_inconsistencies, verify_snapshot
from crawler.utc_times import iso
from tests.promises.few_topics import copy_few_topics
from tests.store.conftest import fill

# damage -> (check that names it, subject)
DAMAGE = {
    "DROP VIEW article_list": ("schema", "article_list"),
    "DROP TRIGGER articles_to_annotate": ("schema", "articles_to_annotate"),
    "DROP INDEX links_article": ("schema", "links_article"),
    "DROP TABLE item_failures": ("schema", "item_failures"),
    "ALTER TABLE posts DROP COLUMN missing_since": ("schema", "posts.missing_since"),
    "UPDATE articles SET directives = '{'": ("values", "articles 1"),
    "UPDATE articles SET headings = ''": ("values", "articles 1"),
    "UPDATE posts SET provenance = 'x'": ("values", "posts 1"),
    "UPDATE articles SET text = x'ff00fe'": ("values", "articles 1"),
    "UPDATE links SET shown = x'ff'": ("values", "links 1"),
    "UPDATE articles SET word_count = 'many'": ("values", "articles 1"),
    "UPDATE articles SET first_seen = 'yesterday'": ("values", "articles 1"),
    "UPDATE posts SET seen_at = '2026-13-45T00:00:00Z'": ("values", "posts 1"),
    "UPDATE articles SET url = ''": ("values", "articles 1"),
    "UPDATE articles SET url = 'javascript:alert(1)'": ("values", "articles 1"),
    "UPDATE articles SET state = 'zombie'": ("values", "articles 1"),
    "UPDATE posts SET consent = 'maybe'": ("values", "posts 1"),
    "UPDATE authors SET consent = ''": ("values", "authors 1"),
    "INSERT INTO curation_decisions VALUES ('hide', 'u', '', 'r', 'me', 'x', 1, NULL)": (
        "decisions-not-applied",
        "u",
    ),
    "INSERT INTO curation_decisions VALUES ('hide', 'p', '', 'r', 'me', 'x', NULL, 1)": (
        "decisions-not-applied",
        "p",
    ),
}


@pytest.mark.parametrize("sql", DAMAGE)
def test_damage_is_found_with_its_subject(full: Database, sql: str) -> None:
    full.conn.executescript(sql)
    found = {(finding.check, finding.subject) for finding in find_inconsistencies(full)}
    assert DAMAGE[sql] in found


@pytest.fixture
def full() -> Database:
    from crawler.store.database import open_memory

    return fill(open_memory())


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with posts and few topics. Tests must not write into it."""
    folder = tmp_path_factory.mktemp("original") / "kb"
    CliRunner().invoke(cli, ["init", str(folder)], standalone_mode=False)
    copy_few_topics(folder / "data/topics")
    fill(open_store(folder / "data/state/hashtrail.db")).close()
    return folder


@pytest.fixture
def workspace(original: Path, tmp_path: Path) -> Path:
    """A copy of that workspace."""
    return shutil.copytree(original, tmp_path / "kb", symlinks=True)


def run(folder: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["--workspace", str(folder), *words], standalone_mode=False)
    assert result.exception is None, result.exception
    return result.return_value or 0, result.output


@pytest.mark.parametrize("sql", [sql for sql, (check, _) in DAMAGE.items() if check == "values"])
def test_commands_report_invalid_values(workspace: Path, sql: str) -> None:
    with sqlite3.connect(workspace / "data/state/hashtrail.db") as db:
        db.execute(sql)
    code, printed = run(workspace, "verify")
    assert (code, "values" in printed) == (1, True)
    code, printed = run(workspace, "doctor")
    assert (code, "found by the check values" in printed) == (1, True)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE articles SET text = 'secret'", "UPDATE articles SET headings = '[\"secret\"]'"],
)
def test_text_in_the_snapshot_is_found(tmp_path: Path, sql: str) -> None:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    public = write_snapshot(db, tmp_path / "public.db")
    assert verify_snapshot(db, public) == []
    with sqlite3.connect(public) as copy:
        copy.execute(sql)
    assert [finding.check for finding in verify_snapshot(db, public)] == ["snapshot-texts"]


RECORDS = [gzip.compress(f"record {number}".encode() * 40, mtime=0) for number in range(3)]
WHOLE = b"".join(RECORDS)
SEGMENTS = {
    "whole": (WHOLE, "pass"),
    "whole, with an unknown record cut short": (WHOLE + RECORDS[0][:20], "pass"),
    "last byte missing": (WHOLE[:-1], "FAIL"),
    "half": (WHOLE[: len(WHOLE) // 2], "FAIL"),
    "empty": (b"", "FAIL"),
    "last record overwritten": (WHOLE[:-20] + b"\xff" * 20, "FAIL"),
}


@pytest.mark.parametrize("state", SEGMENTS)
def test_segment_that_is_cut_short_is_reported(workspace: Path, state: str) -> None:
    content, level = SEGMENTS[state]
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-main-0-0001.warc.gz"
    (workspace / "data/state/archive").mkdir(exist_ok=True)
    (workspace / "data/state/archive" / name).write_bytes(content)
    with sqlite3.connect(workspace / "data/state/hashtrail.db") as db:
        for offset in (0, len(RECORDS[0]), len(WHOLE) - len(RECORDS[2])):
            db.execute(
                "INSERT INTO fetches (url, at, purpose, outcome, archive_file, archive_offset) "
                "VALUES ('https://a.example/', ?, 'page', 'ok', ?, ?)",
                [iso(datetime.now(UTC)), name, offset],
            )
    printed = run(workspace, "doctor")[1]
    line = next(each for each in printed.splitlines() if each[6:].startswith("archive"))
    assert line.startswith(level)
    assert (name in line) == (level == "FAIL")


@pytest.mark.parametrize("content", [b"", b"garbage", b"SQLite format 3\0" + b"x" * 5000])
def test_damaged_backup_is_reported(workspace: Path, content: bytes) -> None:
    run(workspace, "backup")
    newest = max((workspace / "data/state/backups").glob("*.db"))
    newest.write_bytes(content)
    code, printed = run(workspace, "doctor")
    line = next(each for each in printed.splitlines() if each[6:].startswith("backups"))
    assert (code, line.startswith("FAIL")) == (1, True)
