"""Measure a retag after a change of the taxonomy: read, tag, compare, write, relate again.

    python -m bench.retag [ARTICLES [PROCESSES]]

The default is 100,000 synthetic articles of 400 words, a hundred a day, and one process per core.

CPU seconds are those of the writing process. With PROCESSES 1 they are complete, because no child
process decides topics.
"""

from __future__ import annotations

import io
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from sqlite_utils import Database

from bench.tag import words
from crawler.crawl.annotate_and_rank import annotate_pending, retag
from crawler.crawl.rank_and_relate import rank_and_relate
from crawler.models.outcomes import Failure
from crawler.run_telemetry import RunLog
from crawler.settings.all_settings import Settings
from crawler.settings.engine import EngineSettings
from crawler.store.database import open_store, transaction
from crawler.topics.tagger import Tagger
from crawler.utc_times import iso
from crawler.workspace import Workspace, bundled_path

WORDS = 400
HITS = 40
A_DAY = 100
EDITED = "caching"
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)


def articles(
    count: int, phrases: list[str], seed: int = 3
) -> Iterator[tuple[int, str, str, str, str, str]]:
    """Rows for the table: id, url, key, title, text, first_seen."""
    source = random.Random(seed)
    vocabulary = words(source, 5_000)
    for number in range(1, count + 1):
        written = source.choices(vocabulary, k=WORDS - 2 * HITS) + source.choices(phrases, k=HITS)
        source.shuffle(written)
        title = " ".join(source.choices(vocabulary, k=5) + source.choices(phrases, k=1))
        address, seen = (
            f"blog{number % 997}.example/{number}",
            NOW - timedelta(days=number // A_DAY),
        )
        yield number, f"https://{address}", address, title, " ".join(written), str(iso(seen))


def main() -> None:
    """Measure a retag after a small and after a large edit of the taxonomy."""
    count, processes = [*map(int, sys.argv[1:]), *[100_000, 0][len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder), Settings(engine=EngineSettings(processes=processes)))
        for name in ("topics", "generated"):
            shutil.copytree(bundled_path("data", name), workspace.data / name)
        taxonomy = Tagger.load(workspace.topics).taxonomy
        phrases = [phrase for topic in taxonomy.topics.values() for phrase in topic.strong]
        db = open_store(workspace.database)
        with transaction(db):
            db.conn.executemany(
                "INSERT INTO articles "
                "(id, url, key, host, title, text, word_count, state, first_seen) "
                f"VALUES (?, ?, ?, 'blog.example', ?, ?, {WORDS}, 'ok', ?)",
                articles(count, phrases),
            )
        run_log = RunLog(workspace.logs, "bench", lambda: NOW, console=Console(file=io.StringIO()))
        annotate_pending(db, workspace, run_log, NOW)

        aliases = taxonomy.topics[EDITED].strong
        write_strong(workspace.topics, aliases[1:])
        measure("one alias removed", db, workspace, run_log)
        write_strong(workspace.topics, aliases)
        measure("one alias added", db, workspace, run_log)
        write_strong(workspace.topics, aliases[:1])
        measure("all aliases of a topic but one removed", db, workspace, run_log)
        measure("every text", db, workspace, run_log, every_text=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{count:,} articles, load {os.getloadavg()[0]:.1f}, peak {peak} MB")


def write_strong(folder: Path, aliases: Sequence[str]) -> None:
    """Give the edited topic in `folder` these strong `aliases`."""
    path = folder / f"{EDITED}.toml"
    listed = ", ".join(f'"{alias}"' for alias in aliases)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?ms)^strong = \[.*?\]$", f"strong = [{listed}]", text), "utf-8")


def measure(
    edit: str, db: Database, workspace: Workspace, run_log: RunLog, *, every_text: bool = False
) -> None:
    """Retag the `workspace` after an `edit` and print the time that each part took."""
    joined: list[float] = []

    def timed_join(*arguments: Any) -> list[Failure]:
        start = time.perf_counter()
        failures = rank_and_relate(*arguments)
        joined.append(time.perf_counter() - start)
        return failures

    wall, cpu = time.perf_counter(), time.process_time()
    with patch("crawler.crawl.annotate_and_rank.rank_and_relate", timed_join):
        report = retag(db, workspace, run_log, NOW, every_text=every_text)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    diff = report.diff
    print(
        f"{edit}: {report.articles:,} texts tagged in {wall - joined[0]:.1f} s, "
        f"ranks and relations in {joined[0]:.1f} s ({cpu:.1f} s CPU here): "
        f"{len(diff.gained):,} gained, {len(diff.lost):,} lost, "
        f"{len(diff.changed):,} with other evidence"
    )


if __name__ == "__main__":
    main()
