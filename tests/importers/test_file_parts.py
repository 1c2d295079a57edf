"""Large files are parsed part by part: no line is lost, and a second import adds nothing."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import InputError
from crawler.importers import file_parts
from crawler.importers.file_parts import LineImporter, PartStart, parse_part
from crawler.importers.record_types import ImportOptions, ImportResult
from crawler.importers.registry import load_importers
from tests.cli.test_bad_input import ROOT, hashtrail
from tests.importers.service_exports import EXPORTS

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))


def _line(number: int, **fields: object) -> bytes:
    post = {"type": "post", "uri": f"u:{number}", "network": "x", "text": f"Post {number}"}
    return json.dumps(post | fields).encode()


def _parts(data: bytes, name: str = "e.jsonl") -> list[ImportResult]:
    first = parse_part(name, io.BytesIO(data), None, OPTIONS, PartStart())
    others = (
        parse_part(name, io.BytesIO(data), None, OPTIONS, start).result for start in first.following
    )
    return [first.result, *others]


@pytest.mark.parametrize("size", [40, 100, 333, 1_000, 100_000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n"])
def test_parts_of_any_size_have_every_line_once_with_its_number(
    monkeypatch: pytest.MonkeyPatch, size: int, end: bytes
) -> None:
    monkeypatch.setattr(file_parts, "PART_BYTES", size)
    lines = [_line(number) for number in range(30)]
    parts = _parts(end.join(lines))
    posts = [post for part in parts for post in part.posts]
    step = end.count(b"\n")
    assert [post.uri for post in posts] == [f"u:{number}" for number in range(30)]
    assert [post.provenance.lines for post in posts] == [
        (number * step + 1, number * step + 1) for number in range(30)
    ]
    assert len(parts) > 1 or size == 100_000


def test_line_that_is_too_long_is_one_failure_over_several_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_parts, "PART_BYTES", 500)
    long_line = _line(1, text="a" * 7_000_000)
    parts = _parts(b"\n".join([_line(0), long_line, _line(2)]))
    failures = [failure.message for part in parts for failure in part.failures]
    assert [post.uri for part in parts for post in part.posts] == ["u:0", "u:2"]
    assert failures == ["e.jsonl, line 2: longer than 5 MB."]
    assert parts[-1].posts[-1].provenance.lines == (3, 3)


def test_large_file_of_another_format_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_parts, "PART_BYTES", 100)
    (part,) = _parts(EXPORTS["pinboard"][1], "p.json")
    assert (part.format, len(part.posts)) == ("pinboard", 1)


def test_large_file_in_utf_16_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_parts, "PART_BYTES", 100)
    text = b"\n".join(map(_line, range(9))).decode()
    (part,) = _parts(text.encode("utf-16"))
    assert len(part.posts) == 9


def _workspace(folder: Path) -> Path:
    (folder / "data").mkdir()
    (folder / "data/hashtrail.toml").write_text("", encoding="utf-8")
    return folder


def _export(path: Path, lines: int) -> Path:
    with path.open("wb") as file:
        for number in range(lines):
            file.write(_line(number, text=f"Post {number} " + "word " * 200) + b"\n")
        file.write(_line(0, text="The first post, changed") + b"\n")
    return path


def _dump(here: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(here / "data/state/hashtrail.db") as db:
        return db.execute("SELECT uri, text, content_hash FROM posts ORDER BY uri").fetchall()


def test_second_import_of_a_file_with_several_parts_changes_nothing(tmp_path: Path) -> None:
    here, file = _workspace(tmp_path), _export(tmp_path / "e.jsonl", 5_000)
    first = json.loads(hashtrail(here, "import", str(file), "--json").stdout)
    assert (first["new"], first["changed"], first["failed"]) == (5_000, 0, 0)
    assert first["left_out"] == [{"reason": "posts that the file holds twice", "count": 1}]
    stored = _dump(here)
    second = json.loads(hashtrail(here, "import", str(file), "--json").stdout)
    assert (second["new"], second["changed"], second["same"]) == (0, 0, 5_000)
    assert _dump(here) == stored


def test_killed_import_keeps_whole_parts_and_the_next_one_completes_it(tmp_path: Path) -> None:
    here, file = _workspace(tmp_path), _export(tmp_path / "e.jsonl", 12_000)
    command = ["-m", "crawler.cli.main", "--workspace", str(here), "import", str(file)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, *command], env=environment)
    database = here / "data/state/hashtrail.db"
    deadline = time.monotonic() + 60
    while not _count(database) and process.poll() is None and time.monotonic() < deadline:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _count(database) > 0
    again = json.loads(hashtrail(here, "import", str(file), "--json").stdout)
    assert (again["new"] + again["same"], again["changed"]) == (12_000, 0)
    assert len(_dump(here)) == 12_000


def _count(database: Path) -> int:
    if not database.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM posts").fetchone()[0])
    except sqlite3.OperationalError:  # the tables are not there yet
        return 0


def test_file_in_an_unknown_format_ends_the_import_before_anything_is_stored(
    tmp_path: Path,
) -> None:
    here, file = _workspace(tmp_path), _export(tmp_path / "e.jsonl", 3)
    (tmp_path / "t.csv").write_text("colour,size\n1,2\n")
    done = hashtrail(here, "import", str(file), str(tmp_path / "t.csv"))
    assert done.returncode != 0
    assert "no known table has the columns colour, size" in done.stderr
    assert not (here / "data/state/hashtrail.db").exists()


def test_file_whose_records_all_fail_is_an_error() -> None:
    with pytest.raises(InputError, match="line 1: an object without the field `type`"):
        _parts(b'{"text": "a"}')


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_line_that_begins_a_later_part_with_a_byte_order_mark_is_one_failure(
    monkeypatch: pytest.MonkeyPatch, mark: bytes
) -> None:
    lines = [_line(number) for number in range(9)]
    monkeypatch.setattr(file_parts, "PART_BYTES", len(lines[0]) + 5)  # two lines for each part
    lines[2] = mark + lines[2]
    parts = _parts(b"\n".join(lines))
    posts = [post.uri for part in parts for post in part.posts]
    failures = [failure.message for part in parts for failure in part.failures]
    assert posts == [f"u:{number}" for number in range(9) if number != 2]
    assert len(failures) == 1
    assert failures[0].startswith("e.jsonl, line 3: ")


def test_importers_of_lines_define_the_parser_of_lines_themselves() -> None:
    """A function of that name from another module would have other arguments."""
    modules = [each for each in load_importers().values() if isinstance(each, LineImporter)]
    assert [(each.__name__, each.parse_lines.__module__) for each in modules] == [
        (each.__name__, each.__name__) for each in modules
    ]


@pytest.mark.parametrize("service", sorted(EXPORTS))
def test_large_file_of_any_service_is_read_as_a_small_one(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    name, data = EXPORTS[service]
    (small,) = _parts(data, name)
    monkeypatch.setattr(file_parts, "PART_BYTES", 100)
    large = _parts(data, name)
    assert large[0].format == small.format
    assert [post for part in large for post in part.posts] == list(small.posts)


@pytest.mark.parametrize("name", ["posts.txt", "letter.eml", "letters.mbox"])
def test_large_text_and_mail_are_read_as_small_ones(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    letter = b"From: a@b.example\nSubject: Raft\nDate: Mon, 2 Nov 2026 00:00:00 +0000\n\n"
    words = b"Read https://x.example/1 on #DistributedSystems and Raft.\n" * 9
    begin = {"posts.txt": b"", "letter.eml": letter, "letters.mbox": b"From a Mon\n" + letter}
    data = begin[name] + words
    (small,) = _parts(data, name)
    monkeypatch.setattr(file_parts, "PART_BYTES", 100)
    (large,) = _parts(data, name)
    assert (large.format, large.posts) == (small.format, small.posts)
    assert small.posts
