"""`forget` and `import` exclude each other, and `forget` deletes no backup on a full disk."""

from __future__ import annotations

import errno
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli.main import cli
from crawler.erasure.erase_database_text import erase_from_backup
from crawler.erasure.erase_workspace import erase_everywhere
from crawler.erasure.match_traces import Traces
from crawler.erasure.verify_erased import is_erased, search_workspace
from crawler.errors import DiskFullError, LockHeldError
from crawler.models.posts import Author, Post
from crawler.run_lock import run_lock
from crawler.store.backup import create_backup
from crawler.store.database import open_store
from crawler.store.database_files import DIFFERENTIAL, backup_files
from crawler.store.erase_rows import erase
from crawler.store.posts import save_posts
from crawler.store.tombstones import author_identifier
from crawler.store.verify_backup import verify_backup
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


def test_forgotten_author_is_in_no_differential_backup(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    here = open_workspace(tmp_path)
    with closing(open_store(here.database)) as db:
        save_posts(db, "inbox/x", posts(3), NOW)
        create_backup(db, here.backups, NOW)
        save_posts(db, "inbox/x", posts(4), NOW)
        differential = create_backup(db, here.backups, NOW + timedelta(days=1))
        assert differential.suffix == DIFFERENTIAL
        traces = Traces(frozenset({WORDS, "note 3"}))
        assert not is_erased(search_workspace(here, traces))
        erase_everywhere(here, db, {WORDS, "note 3"}, "on request", lambda: NOW)
    assert is_erased(search_workspace(here, traces))
    backups = backup_files(here.backups)
    assert [path.stem for path in backups] == ["hashtrail-20261201T020000Z", differential.stem]
    for backup in backups:
        assert not verify_backup(backup, here.state, NOW, with_snapshot=False).failed
