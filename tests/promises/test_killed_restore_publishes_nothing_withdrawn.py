"""A restore that is killed at any step leaves the old database or the prepared one, never the
unprepared backup.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.cli.main import cli
from crawler.cli.restore import _restore
from crawler.models.posts import Author, Post
from crawler.store.backup import create_backup
from crawler.store.database import open_store
from crawler.store.erase_rows import erase
from crawler.store.posts import mark_deleted, save_posts
from crawler.workspace import open_workspace
from tests.cli.test_bad_input import make_workspace

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
DELETED, FORGOTTEN = "https://trail.example/statuses/1", "https://trail.example/statuses/2"


class Killed(BaseException):
    """The effect of SIGKILL: no handler of the command catches it."""


def post(number: int) -> Post:
    author = Author("mastodon", f"person{number}@trail.example", f"Person {number}")
    uri = f"https://trail.example/statuses/{number}"
    return Post("mastodon", uri, f"utterance{number} about leases", author=author, published=NOW)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A backup with three posts; since then one was deleted and one forgotten."""
    make_workspace(tmp_path)
    here = open_workspace(tmp_path)
    db = open_store(here.database)
    save_posts(db, "m", [post(1), post(2), post(3)], NOW)
    saved = create_backup(db, here.backups, NOW)
    shutil.move(saved, tmp_path / "saved.db")
    mark_deleted(db, [DELETED], NOW)
    erase(db, {FORGOTTEN}, "on request", NOW)
    db.close()
    return tmp_path


def shown(database: Path) -> list[str]:
    with sqlite3.connect(database) as db:
        return [text for (text,) in db.execute("SELECT text FROM posts WHERE text <> ''")]


STEPS = [(shutil, "copyfile", 1), (shutil, "copyfile", 2), (os, "replace", 1)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("module", "name", "nth"), STEPS)
def test_killed_restore_leaves_the_old_or_the_prepared_database(
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    nth: int,
    after: bool,
) -> None:
    here = open_workspace(workspace)
    real, calls = getattr(module, name), iter(range(1, 100))

    def step(*arguments: object) -> None:
        is_last = next(calls) == nth
        if is_last and not after:
            raise Killed
        real(*arguments)
        if is_last:
            raise Killed

    monkeypatch.setattr(module, name, step)
    with pytest.raises(Killed):
        _restore(here, workspace / "saved.db", NOW)
    assert shown(here.database) == ["utterance3 about leases"]


def test_next_run_removes_the_draft_of_a_killed_restore(workspace: Path) -> None:
    here = open_workspace(workspace)
    draft = here.database.with_name(f"{here.database.name}.draft")
    shutil.copyfile(workspace / "saved.db", draft)
    cli.main(["--workspace", str(workspace), "build"], standalone_mode=False)
    assert not draft.exists()


def test_complete_restore_keeps_the_old_database(workspace: Path) -> None:
    here = open_workspace(workspace)
    report = _restore(here, workspace / "saved.db", NOW)
    assert report["forgotten_again"] == 1
    assert shown(here.database) == ["utterance3 about leases"]
    assert shown(Path(report["replaced"])) == ["utterance3 about leases"]
