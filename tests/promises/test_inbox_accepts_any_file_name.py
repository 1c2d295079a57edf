"""A file of the inbox may have any name that the file system allows, also one that is not UTF-8."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.promises.workspace import nights_with

NAMES = [
    b"latin-\xe9.txt",
    b"\xff\xfe.txt",
    b"\xed\xa0\x80.txt",
    b"esc\x1b[31m.txt",
    b"two\nlines.txt",
]


def test_night_imports_files_whose_names_are_not_text(tmp_path: Path) -> None:
    with nights_with(tmp_path, "", {}) as nights:
        inbox = os.fsencode(tmp_path / "data/inbox")
        os.makedirs(inbox)
        for number, name in enumerate([*NAMES, b"plain.txt"]):
            line = f"Note {number} on leases and fencing #DistributedSystems\n"
            Path(os.fsdecode(os.path.join(inbox, name))).write_text(line)
        report = nights.run()
        assert report.outcome == "ok"
        assert report.counts["posts_new"] == len(NAMES) + 1
        names = {name for (name,) in nights.query("SELECT source FROM run_sources")}
        assert {"inbox/latin-\\xe9.txt", "inbox/\\xff\\xfe.txt", "inbox/plain.txt"} <= names


@pytest.mark.parametrize("name", NAMES)
def test_import_command_accepts_the_name(tmp_path: Path, name: bytes) -> None:
    with nights_with(tmp_path, "", {}) as nights:
        path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
        path.write_text("A note on leases and fencing #DistributedSystems\n")
        result = nights.command("import", "--json", str(path))
        assert result.exit_code == 0, result.output
        assert nights.query("SELECT count(*) FROM posts") == [(1,)]
        printed = nights.command("import", str(path)).output
        assert printed.count("\n") == 1
        assert not any("\ud800" <= letter <= "\udfff" for letter in printed)


def test_night_reads_no_file_that_a_link_in_the_inbox_names(tmp_path: Path) -> None:
    with nights_with(tmp_path, "", {}) as nights:
        inbox = tmp_path / "data/inbox"
        inbox.mkdir(parents=True)
        (tmp_path / "private.txt").write_text("A private note on leases #DistributedSystems\n")
        (inbox / "link.txt").symlink_to(tmp_path / "private.txt")
        (inbox / "note.txt").write_text("A note on fencing #DistributedSystems\n")
        (inbox / "same.txt").symlink_to("note.txt")
        report = nights.run()
        assert nights.query("SELECT text FROM posts") == [
            ("A note on fencing #DistributedSystems",)
        ]
        failing = {name: message for name, _, message in report.failing_sources}
        assert "link out of the inbox" in failing["inbox/link.txt"]
        assert "inbox/same.txt" not in failing
