"""Importers and `hashtrail feed` read files in a child process with deadline and memory limit."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.crawl.import_files import PRELOAD, read_parts_in_child
from crawler.errors import InputError
from crawler.importers import sandboxed_import
from crawler.importers.file_parts import PartStart
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import (
    MAX_HASHTAGS,
    MAX_LINKS,
    MAX_TEXT,
    ImportOptions,
    ImportResult,
)
from crawler.importers.sandboxed_import import MAX_FILE_BYTES, open_file
from crawler.models.outcomes import Failure, Outcome
from crawler.parallel.killable_workers import KillablePool
from crawler.sources.formats.parse_feed import parse_feed
from tests.cli.test_bad_input import ROOT, hashtrail
from tests.promises.few_topics import copy_few_topics
from tests.promises.hostile_files import FILES, GOOD_LINE

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPTIONS = ImportOptions(NOW)


@pytest.mark.parametrize("name", FILES)
def test_hostile_record_is_reported_and_the_others_are_imported(name: str) -> None:
    data, record = FILES[name]
    imported = parse_file(name, data, None, OPTIONS)
    assert "Good record" in [post.text for post in imported.posts]
    messages = [failure.message for failure in imported.failures]
    assert [message.partition(":")[0] for message in messages] == ([record] if record else [])


def test_expanded_links_never_make_a_text_longer_than_the_limit() -> None:
    imported = parse_file("amplifying.js", FILES["amplifying.js"][0], None, OPTIONS)
    assert [len(post.text) <= MAX_TEXT for post in imported.posts] == [True, True]
    assert imported.posts[1].text.endswith("…")


def test_links_and_hashtags_of_a_record_are_limited() -> None:
    lists = {
        "links": [f"https://a.example/{at}" for at in range(900)],
        "hashtags": [f"t{at}" for at in range(900)],
    }
    line = json.dumps(json.loads(GOOD_LINE) | lists).encode()
    (post,) = parse_file("a.jsonl", line, None, OPTIONS).posts
    assert (len(post.links), len(post.hashtags)) == (MAX_LINKS, MAX_HASHTAGS)


def _read(path: Path, memory_mb: int = 1024) -> ImportResult:
    async def read() -> ImportResult:
        async with KillablePool(processes=1, memory_mb=memory_mb, preload=PRELOAD) as pool:
            parts = read_parts_in_child(pool, open_file(path, None, OPTIONS))
            part = await anext(parts)
            return replace(part.result, posts=tuple(prepared.post for prepared in part.posts))

    return asyncio.run(read())


def test_file_that_is_removed_before_it_is_read_is_named_in_the_error(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    path.write_text(f"{GOOD_LINE}\n" * 60_000)
    file = open_file(path, None, OPTIONS)
    path.unlink()
    with pytest.raises(InputError, match=r"large\.jsonl: No such file or directory\."):
        sandboxed_import.parse_import_part(file, PartStart())


def test_file_that_exceeds_the_memory_limit_is_named_in_the_error(
    tmp_path: Path,
) -> None:
    path = tmp_path / "zeros.txt"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES - 1)
    with pytest.raises(InputError, match=r"zeros\.txt cannot be imported: .*256 MB"):
        _read(path, memory_mb=256)


def test_file_that_exceeds_the_deadline_is_named_in_the_error(
    tmp_path: Path,
) -> None:
    class LatePool:
        async def call(self, *_: object, url: str, stage: str) -> Failure:
            return Failure(url, stage, Outcome.TIMEOUT, "not read within 120 s")

    path = tmp_path / "slow.txt"
    path.write_text("word")
    pool: Any = LatePool()
    with pytest.raises(InputError, match=r"slow\.txt cannot be imported: not read within 120 s"):
        asyncio.run(anext(read_parts_in_child(pool, open_file(path, None, OPTIONS))))


def test_import_parses_files_in_a_child_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_here(*_: object) -> None:
        raise AssertionError("a file was read in the parent process")

    monkeypatch.setattr(sandboxed_import, "parse_part", read_here)
    (tmp_path / "a.jsonl").write_bytes(GOOD_LINE)
    assert [post.text for post in _read(tmp_path / "a.jsonl").posts] == ["Good record"]


def _workspace(folder: Path, files: dict[str, bytes]) -> Path:
    copy_few_topics(folder / "data/topics")
    (folder / "data/hashtrail.toml").write_text("[archive]\nenabled = false\n")
    (folder / "data/sources.toml").write_text("")
    (folder / "data/inbox").mkdir()
    for name, data in files.items():
        (folder / "data/inbox" / name).write_bytes(data)
    return folder


def test_night_with_hostile_inbox_files_ends_and_stores_the_good_records(
    tmp_path: Path,
) -> None:
    names = ["broken.jsonl", "nested.mbox", "parentheses.mbox", "deep.jsonl"]
    here = _workspace(tmp_path, {name: FILES[name][0] for name in names})
    done = hashtrail(here, "crawl")
    assert "this should not have happened" not in done.stderr
    with sqlite3.connect(here / "data/state/hashtrail.db") as db:
        texts = db.execute("SELECT DISTINCT text FROM posts").fetchall()
        failed = db.execute("SELECT subject FROM item_failures WHERE kind = 'record'").fetchall()
    assert texts == [("Good record",)]
    named = {"broken.jsonl, line 2", "deep.jsonl, line 2", "nested.mbox, message 1"}
    assert {subject for (subject,) in failed} == named


def test_command_prints_the_failed_records(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_bytes(FILES["broken.jsonl"][0])
    done = hashtrail(tmp_path, "import", str(tmp_path / "broken.jsonl"), "--preview")
    assert (done.returncode, "Good record" in done.stdout) == (0, True)
    assert "broken.jsonl, line 2: not JSON" in done.stderr


def _feed(body: bytes) -> subprocess.CompletedProcess[bytes]:
    command = ["-m", "crawler.cli.main", "feed", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command],
        input=body,
        capture_output=True,
        env=environment,
        check=False,
        timeout=120,
    )


def _attributes(count: int) -> bytes:
    attributes = b" ".join(b"a%d='%d'" % (at, at) for at in range(count))
    return b"<rss version='2.0'><channel><title " + attributes + b">a</title></channel></rss>"


FEEDS: dict[str, Callable[[], bytes]] = {
    "attributes": lambda: _attributes(100_000),
    "lone surrogate": lambda: (
        b'{"version":"https://jsonfeed.org/version/1.1",'
        b'"items":[{"id":"1","title":"a\\ud800"},{"id":"2","title":"b"}]}'
    ),
}


@pytest.mark.parametrize("name", FEEDS)
def test_feed_command_returns_an_outcome_for_hostile_feeds(name: str) -> None:
    done = _feed(FEEDS[name]())
    answer = json.loads(done.stdout)
    assert answer["outcome"] in ("ok", "bad_feed")
    if name == "lone surrogate":
        assert [entry["title"] for entry in answer["entries"]] == ["a�", "b"]


def test_feed_command_parses_in_a_child_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from crawler.cli import parse_feed as command

    called_functions: list[object] = []

    async def call(self: KillablePool, function: object, *_: object, **__: object) -> Failure:
        called_functions.append(function)
        return Failure("", "collect", Outcome.TIMEOUT, "not read within 20 s")

    monkeypatch.setattr(KillablePool, "call", call)
    done = CliRunner().invoke(command.feed, [], input=b"<rss/>")
    assert (called_functions, "not read within 20 s" in done.output) == ([parse_feed], True)
