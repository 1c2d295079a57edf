"""The snapshot that the explorer serves while its file is replaced, damaged or missing."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from crawler.explorer.current_snapshot import CurrentSnapshot
from crawler.explorer.response_cache import ResponseCache
from crawler.explorer.worker_pool import TimeBudget, WorkerPool
from crawler.explorer.worker_process import WorkerRequest
from crawler.workspace import Workspace
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


async def statuses_of_new_workers(workspace: Workspace, content: bytes) -> list[int]:
    """Return the statuses of a search before and after `content` replaces the snapshot.

    Between the two, the worker of `workspace` ends.
    """
    identity = CurrentSnapshot(workspace.public_database).identity
    pool = WorkerPool(workspace, identity, 1, ResponseCache())
    before = set(multiprocessing.active_children())
    await pool.open()
    try:
        first = await pool.respond(WorkerRequest("/search", "q=a", "http", "h"), TimeBudget(50, 40))
        replace_with(workspace.public_database, content)
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        later = await pool.respond(WorkerRequest("/search", "q=b", "http", "h"), TimeBudget(9, 4))
        return [first.status, later.status]
    finally:
        await pool.close()


@pytest.mark.parametrize("size", [0, 8192])
def test_worker_never_starts_on_an_incomplete_file(tmp_path: Path, size: int) -> None:
    workspace = sample_workspace(tmp_path)
    content = workspace.public_database.read_bytes()[:size]
    assert asyncio.run(statuses_of_new_workers(workspace, content)) == [200, 503]


def test_pool_opens_without_a_usable_snapshot(tmp_path: Path) -> None:
    workspace = sample_workspace(tmp_path)
    replace_with(workspace.public_database, b"")

    async def status() -> int:
        identity = CurrentSnapshot(workspace.public_database).identity
        pool = WorkerPool(workspace, identity, 1, ResponseCache())
        try:
            await asyncio.wait_for(pool.open(), 20)
            request = WorkerRequest("/", "", "http", "h")
            return (await pool.respond(request, TimeBudget(1.0, 0.1))).status
        finally:
            await pool.close()

    assert asyncio.run(status()) == 503
