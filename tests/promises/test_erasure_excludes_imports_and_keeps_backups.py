"""`forget` and `import` exclude each other, and `forget` deletes no backup on a full disk."""

from __future__ import annotations

import errno
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.cli.main import cli
from crawler.erasure.erase_database_text import erase_from_backup
from crawler.errors import DiskFullError, LockHeldError
from crawler.models.posts import Author, Post
from crawler.run_lock import run_lock
from crawler.store.backup import create_backup
from crawler.store.database import open_store
from crawler.store.erase_rows import erase
from crawler.store.posts import save_posts
from crawler.store.tombstones import author_identifier
from crawler.workspace import open_workspace
from tests.cli.test_bad_input import make_workspace

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
WORDS = author_identifier("x", "ann")


def posts(count: int) -> list[Post]:
    author = Author("x", "ann", "Ann")
    return [Post("x", f"x:{n}", f"note {n}", author=author) for n in range(count)]


def test_import_is_refused_while_another_command_holds_the_lock(
    tmp_path: Path,
) -> None:
    make_workspace(tmp_path)
    here = open_workspace(tmp_path)
    note = tmp_path / "note.txt"
    note.write_text("A note on leases #DistributedSystems\n")
    words = ["--workspace", str(tmp_path), "import", str(note)]
    with run_lock(here.lock, "forget", NOW), pytest.raises(LockHeldError):
        cli.main(words, standalone_mode=False)
    cli.main(words, standalone_mode=False)
    assert open_store(here.database).execute("SELECT count(*) FROM posts").fetchone() == (1,)


def test_author_forgotten_between_two_transactions_of_an_import_is_not_stored_again(
    tmp_path: Path,
) -> None:
    db = open_store(tmp_path / "hashtrail.db")

    def arriving() -> object:
        for number, post in enumerate(posts(2_500)):
            if number == 1_500:
                erase(db, {WORDS}, "on request", NOW)
            yield post

    report = save_posts(db, "inbox/x", arriving(), NOW)  # type: ignore[arg-type]
    assert report.refused == 1_500
    assert db.execute("SELECT count(*) FROM posts").fetchone() == (0,)


def test_full_disk_leaves_the_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    save_posts(db, "inbox/x", posts(3), NOW)
    saved = create_backup(db, tmp_path / "backups", NOW)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DiskFullError):
        erase_from_backup(saved, {WORDS}, "on request", NOW)
    assert saved.exists()
