"""Each command that `doctor` prints runs as printed, and its problem is solved then."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.erasure.erase_workspace import save_pending_words
from crawler.workspace import open_workspace
from tests.promises.few_topics import copy_few_topics
from tests.promises.test_verify_repairs_derived_data import ITEMS

# Checks whose problems no command of a test can make or solve: the machine must change.
OF_THE_MACHINE = {"python", "locale", "clock", "disk", "packages", "secrets", "archive"}
ROUNDS = 4
ADD_A_SOURCE = "hashtrail --workspace {here} sources add https://example.org/feed.xml"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with posts, before its first night."""
    folder = tmp_path_factory.mktemp("doctor") / "my kb"
    run("init", "--yes", str(folder))
    copy_few_topics(folder / "data/topics")
    (folder / "data/sources.toml").write_text("", encoding="utf-8")
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, ITEMS)), encoding="utf-8")
    hashtrail(folder, "settings", "--set", "fetch.connect_to", "127.0.0.1:9")
    for words in (("import", str(folder / "corpus.jsonl")), ("retag",)):
        hashtrail(folder, *words)
    return folder


def run(*words: str) -> Any:
    result = CliRunner().invoke(cli, list(words), standalone_mode=False)
    assert result.exception is None, (words, result.exception, result.output)
    return result


def hashtrail(folder: Path, *words: str) -> Any:
    return run("--workspace", str(folder), *words)


def problems(folder: Path, *options: str) -> list[dict[str, Any]]:
    """Return what doctor reports, without passed checks."""
    results = json.loads(hashtrail(folder, "doctor", "--json", *options).stdout)
    return [result for result in results if not result["ok"]]


def run_as_printed(command: str) -> None:
    """Run a command line: the parts of hashtrail in this process, the others in a shell."""
    for part in command.split(" && "):
        words = shlex.split(part)
        if words[0] == "hashtrail":
            run(*words[1:])
        else:
            identity = {
                f"GIT_{who}_{what}": "a@trail.example"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            }
            environment = os.environ | identity
            subprocess.run(part, shell=True, check=True, env=environment, capture_output=True)


def break_everything(folder: Path) -> set[str]:
    """Cause a problem of each kind that commands can solve. Return the names of the checks."""
    state = folder / "data/state"
    with closing(sqlite3.connect(state / "hashtrail.db")) as db:
        db.executescript("UPDATE evidence SET quote = 'never written'")
    (state / "hashtrail.db.draft").write_bytes(b"half")
    (state / "hashtrail-replaced-20260101T000000Z.db").write_bytes(b"old")
    (state / "restore-check").mkdir()
    (folder / "site/.builds/20260101T000000Z.partial").mkdir(parents=True)
    (state / "run.lock").write_text(json.dumps({"pid": 1, "command": "nightly", "started": "x"}))
    save_pending_words(open_workspace(folder), {"https://gone.example/1", "x:gone"})
    (folder / "data/curation/decisions.toml").write_text(
        '[[hide]]\nurl = "https://b.example/raft"\nreason = "copy"\nby = "ann"\n'
    )
    shutil.rmtree(folder / "data/generated")
    expected = {
        "addresses", "authored", "backups", "contact", "database", "decisions", "erasures",
        "lock", "nights", "remains", "site", "sources", "topics",
    }  # fmt: skip
    if os.geteuid() == 0:
        os.chown(state / "logs", 4321, 4321)
        expected.add("owners")
    return expected


def test_commands_solve_all_problems(here: Path) -> None:
    expected = break_everything(here)
    assert {problem["check"] for problem in problems(here)} == expected
    rounds = 0
    while commands := {problem["fix"]: None for problem in problems(here)}:
        commands.pop(ADD_A_SOURCE.format(here=shlex.quote(str(here))), None)
        rounds += 1
        assert rounds <= ROUNDS, commands
        for command in commands:
            run_as_printed(command)
        if not commands:
            break
    assert {problem["check"] for problem in problems(here)} == {"sources"}


def test_every_check_is_covered_or_concerns_the_machine() -> None:
    from crawler.cli.doctor import _CHECKS

    covered = {
        "addresses", "authored", "backups", "contact", "database", "decisions", "erasures",
        "lock", "nights", "owners", "remains", "site", "sources", "target", "topics",
    }  # fmt: skip
    assert set(_CHECKS) == covered | OF_THE_MACHINE
