"""A wiped workspace with a restored backup gives the same site and snapshot, byte by byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.store.database import open_store
from tests.promises.few_topics import copy_few_topics
from tests.promises.test_verify_repairs_derived_data import ITEMS


def hashtrail(folder: Path, *words: str) -> Any:
    command = ["--workspace", str(folder), *words]
    result = CliRunner().invoke(cli, command, standalone_mode=False)
    assert result.exception is None, (words, result.exception, result.output)
    return result


def published(folder: Path) -> dict[str, bytes]:
    """Return the files of the site and the snapshot by their paths."""
    public = (folder / "site/public").resolve()
    files = {path.relative_to(public): path for path in public.rglob("*") if path.is_file()}
    pages = {str(name): path.read_bytes() for name, path in files.items()}
    return pages | {"public.db": (folder / "data/state/public.db").read_bytes()}


def test_restore_after_a_loss_of_all_state_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    CliRunner().invoke(cli, ["init", "--yes", str(folder)], standalone_mode=False)
    copy_few_topics(folder / "data/topics")
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("\n".join(map(json.dumps, ITEMS)), encoding="utf-8")
    for words in (("import", str(corpus)), ("retag",)):
        hashtrail(folder, *words)
    with open_store(folder / "data/state/hashtrail.db").conn as db:
        db.execute(
            "INSERT INTO fetches (url, at, purpose, outcome, archive_file, archive_offset) "
            "VALUES ('https://a.example/raft', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'page', 'ok',"
            " 'lost.warc.gz', 0)"
        )
    hashtrail(folder, "build")
    before = published(folder)
    backup = Path(json.loads(hashtrail(folder, "backup", "--json").stdout)["backup"])
    saved = shutil.copy(backup, tmp_path)

    shutil.rmtree(folder / "data/state")
    shutil.rmtree(folder / "site")
    assert "Held back 2 posts" in hashtrail(folder, "restore", str(saved)).stdout
    hashtrail(folder, "restore", "--confirm")
    hashtrail(folder, "build")
    after = published(folder)
    assert sorted(after) == sorted(before)
    assert [name for name, data in after.items() if data != before[name]] == []

    problem = next(
        result
        for result in json.loads(hashtrail(folder, "doctor", "--json").stdout)
        if result["check"] == "archive"
    )
    command = problem["fix"].split("If they are lost: hashtrail ")[1].split()
    assert (problem["level"], command[-2:]) == ("fail", ["--repair", "--lost-archive"])
    hashtrail(folder, *command[2:])
    results = json.loads(hashtrail(folder, "doctor", "--json").stdout)
    assert {result["level"] for result in results if result["check"] == "archive"} == {"pass"}
