"""The snapshot that the explorer serves while its file is replaced, damaged or missing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from crawler.explorer.current_snapshot import CurrentSnapshot
from tests.explorer.request_fuzz import sample_workspace


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_workspace(tmp_path_factory.mktemp("published")).public_database


@pytest.fixture
def snapshot(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(published, tmp_path / "public.db"))


def replace_with(snapshot: Path, content: bytes) -> None:
    new = snapshot.with_suffix(".new")
    new.write_bytes(content)
    os.replace(new, snapshot)


def test_readable_file_takes_the_place_of_the_snapshot(snapshot: Path) -> None:
    current = CurrentSnapshot(snapshot)
    first = current.identity()
    replace_with(snapshot, snapshot.read_bytes())
    assert first is not None
    assert current.identity() not in (None, first)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_incomplete_file_leaves_the_snapshot_in_use(snapshot: Path, share: float) -> None:
    current = CurrentSnapshot(snapshot)
    first = current.identity()
    content = snapshot.read_bytes()
    replace_with(snapshot, content[: int(len(content) * share)])
    assert current.identity() == first
    replace_with(snapshot, content)
    assert current.identity() not in (None, first)


def test_database_of_another_program_leaves_the_snapshot_in_use(
    snapshot: Path, tmp_path: Path
) -> None:
    current = CurrentSnapshot(snapshot)
    first = current.identity()
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE notes (id INTEGER)")
    replace_with(snapshot, other.read_bytes())
    assert current.identity() == first


def test_missing_file_has_no_identity(snapshot: Path) -> None:
    current = CurrentSnapshot(snapshot)
    assert current.identity() is not None
    snapshot.unlink()
    assert current.identity() is None
