"""Kill a crawl COUNT times while it archives pages; after the next crawl the database knows every
record.

python -m tests.promises.killed_crawl_rig 20
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from warcio.archiveiterator import ArchiveIterator

from tests.promises.pages_world import Answer, World, page, pages_world, text_of

ROOT = Path(__file__).parents[2]
PATHS = [f"/page-{n}" for n in range(40)]


@dataclass
class Counts:
    """Archive records without a row in the database, before and after the next crawl."""

    kills: int = 0
    unknown_before: int = 0
    unknown_after: int = 0
    records: int = 0


def kill_crawls(count: int, seed: int = 1) -> Counts:
    """Kill `count` crawls at random moments of archiving, each followed by a whole crawl."""
    counts, moments = Counts(), random.Random(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        pages_world(Path(folder), datetime.now(UTC), PATHS) as world,
    ):
        for path in PATHS:
            world.answers[path] = changing(path)
        crawl(world)
        for _ in range(count):
            make_due(world)
            counts.kills += kill_while_archiving(world, moments.randint(1, 38))
            counts.unknown_before += len(unknown(world)[0])
            crawl(world)
            left, counts.records = unknown(world)
            counts.unknown_after += len(left)
    return counts


def changing(path: str) -> Answer:
    """An article whose text differs in every answer, so that none is a revisit."""

    def answer(request: web.Request) -> web.Response:
        return page(path, text=text_of(path) + f"<p>{time.time_ns()}</p>")

    return answer


def command(world: World) -> list[str]:
    return [sys.executable, "-m", "crawler.cli.main", "--workspace", str(world.folder), "crawl"]


def crawl(world: World) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command(world), check=True, capture_output=True, env=environment)


def make_due(world: World) -> None:
    with sqlite3.connect(world.folder / "data/state/hashtrail.db") as db:
        db.execute("UPDATE articles SET next_check = '2026-01-01T00:00:00Z', etag = NULL")


def kill_while_archiving(world: World, records: int) -> int:
    """Start a crawl and kill it once its segment has about so many records.

    Returns 1 if it was killed.
    """
    before = set(world.segments())
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command(world), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        new = [path for path in world.segments() if path not in before]
        if new and new[0].stat().st_size > 1_000 * records:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return 1
    return 0


def unknown(world: World) -> tuple[set[tuple[str, int]], int]:
    """The response records that no row of the database names, and how many records there are."""
    known = {
        tuple(row)
        for row in world.query(
            "SELECT archive_file, archive_offset FROM fetches WHERE archive_file IS NOT NULL"
        )
    }
    found = set()
    for path in world.segments():
        with path.open("rb") as segment:
            records = ArchiveIterator(segment)
            for record in records:
                record.content_stream().read()
                if record.rec_type in ("response", "revisit"):
                    found.add((path.name, records.get_record_offset()))
    return found - known, len(found)


if __name__ == "__main__":
    print(kill_crawls(int(sys.argv[1])))
