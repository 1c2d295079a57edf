"""Swap the snapshot under a running explorer: `python -m tests.explorer.swap_rig 20 20`.

The arguments are the number of readers at the same time and the number of swaps.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from crawler.settings.all_settings import Settings
from crawler.store.database import open_store, transaction
from crawler.store.public_snapshot import write_snapshot
from crawler.workspace import Workspace
from tests.explorer.processes import Server, open_files, running
from tests.explorer.request_fuzz import sample_workspace

PATHS = (
    "/",
    "/public",
    "/public/articles",
    "/public/this_week",
    "/public/articles/1",
    "/public/runs.json?_shape=array",
    "/public/articles?_search=caching",
    "/public.json?sql=select+count(*)+from+articles",
)
_BUSY = "The explorer is busy."
_NEWEST = "/public.json?_shape=arrayfirst&sql=select+max(id)+from+runs"


@dataclass
class Report:
    """The responses during the replacements of the snapshot. Times in seconds.

    `busy` counts requests that waited too long in the queue, as on a machine with other work.
    """

    swaps: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    busy: int = 0
    visible_after: list[float] = field(default_factory=list)
    kept_open: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Forgotten:
    """Whether an author was served before and after `forget`, and deleted files still open."""

    served_before: bool
    served_after: bool
    kept_open: list[str]


async def swap(server: Server, here: Workspace, readers: int, swaps: int) -> Report:
    """Replace the snapshot `swaps` times while `readers` read."""
    report, done = Report(), asyncio.Event()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(server.url, connector=connector) as session:
        reading = [asyncio.create_task(_read(session, report, n, done)) for n in range(readers)]
        for number in range(swaps):
            _replace_snapshot(here.public_database, run=1000 + number)
            begun = time.monotonic()
            while await _newest_run(session) != 1000 + number:
                assert time.monotonic() - begun < 60, "the new snapshot is not served"
            report.visible_after.append(time.monotonic() - begun)
            report.swaps += 1
        done.set()
        await asyncio.gather(*reading)
    report.kept_open = await _deleted_files(server)
    return report


async def _read(
    session: aiohttp.ClientSession, report: Report, number: int, done: asyncio.Event
) -> None:
    turn = number
    while not done.is_set():
        async with session.get(PATHS[turn % len(PATHS)]) as answer:
            if _BUSY in await answer.text():
                report.busy += 1
            else:
                report.statuses[answer.status] += 1
        turn += 1
        await asyncio.sleep(0.2)  # a reader reads; the rig does not measure throughput


async def _newest_run(session: aiohttp.ClientSession) -> int:
    async with session.get(_NEWEST) as answer:
        return int((await answer.json())[0]) if answer.status == 200 else 0


async def _deleted_files(server: Server, seconds: float = 5.0) -> list[str]:
    """Deleted snapshots that a process of the explorer still holds open after `seconds`."""
    ended = time.monotonic() + seconds
    while True:
        paths = await asyncio.to_thread(open_files, server.process.pid)
        found = sorted(path for path in paths if "public.db" in path and "(deleted)" in path)
        if not found or time.monotonic() > ended:
            return found
        await asyncio.sleep(0.1)


def _replace_snapshot(path: Path, run: int) -> None:
    draft = path.with_suffix(".draft")
    shutil.copy(path, draft)
    with sqlite3.connect(draft, isolation_level=None) as db:
        db.execute("INSERT INTO runs (id, command, started) VALUES (?, 'nightly', '2026')", [run])
    db.close()
    draft.replace(path)


def measure(readers: int, swaps: int) -> Report:
    """Start `hashtrail explore` over the sample site and swap its snapshot."""
    with tempfile.TemporaryDirectory() as folder:
        here = sample_workspace(Path(folder))
        (here.data / "hashtrail.toml").write_text("")
        with running(here.root, "explore") as server:
            return asyncio.run(swap(server, here, readers, swaps))


async def forget_while_serving() -> Forgotten:
    """Run `hashtrail forget` on an author while an explorer serves their post."""
    with tempfile.TemporaryDirectory() as folder:
        here = _workspace_of_ada(Path(folder))
        with running(here.root, "explore") as server:
            async with aiohttp.ClientSession(server.url) as session:
                before = await _serves_ada(session)
                await asyncio.to_thread(_forget, here.root)
                kept_open = await _deleted_files(server)
                return Forgotten(before, await _serves_ada(session), kept_open)


def _workspace_of_ada(root: Path) -> Workspace:
    here = Workspace(root, Settings())
    here.data.mkdir(parents=True)
    (here.data / "hashtrail.toml").write_text("")
    (here.data / "sources.toml").write_text("")
    db = open_store(here.database)
    with transaction(db):
        db.execute(
            "INSERT INTO authors (id, network, handle, name, consent)"
            " VALUES (1, 'mastodon', 'ada@social.example', 'Ada Wordsmith', 'full')"
        )
        db.execute(
            "INSERT INTO posts (id, source, network, uri, url, author_id, published, seen_at, text,"
            " consent, visibility) VALUES (1, 'm', 'mastodon', 'https://social.example/1',"
            " 'https://social.example/1', 1, '2026-06-02', '2026-06-02', 'Read this', 'full',"
            " 'public')"
        )
    write_snapshot(db, here.public_database)
    db.close()
    return here


def _forget(root: Path) -> None:
    command = "from crawler.cli.main import main; main()"
    arguments = ["--workspace", str(root), "forget", "@ada@social.example"]
    subprocess.run([sys.executable, "-c", command, *arguments], check=True, capture_output=True)


async def _serves_ada(session: aiohttp.ClientSession) -> bool:
    found = False
    for path in ("/public/authors", "/public/posts", "/public/authors.json?_shape=array"):
        async with session.get(path) as answer:
            found = found or "Ada Wordsmith" in await answer.text()
    return found


if __name__ == "__main__":
    seen = measure(int(sys.argv[1]), int(sys.argv[2]))
    print(f"{seen.swaps} swaps, {seen.statuses.total()} requests: {dict(seen.statuses)}")
    print(f"visible after {max(seen.visible_after):.2f} s at most, kept open: {seen.kept_open}")
