"""Measure how long `verify` takes as a library grows: in total, and the slowest checks.

    python -m bench.verify [ARTICLES …]      2,000, 4,000 and 20,000 generated articles by default

Every article has 200 words, a post with a link and hashtags, topics with evidence, and entities.
The texts contain tabs, line breaks, zero-width and control characters, as real pages do.
"""

from __future__ import annotations

import io
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from sqlite_utils import Database

from bench.tag import words
from crawler.crawl.annotate_and_rank import annotate_pending
from crawler.run_telemetry import RunLog
from crawler.settings.all_settings import Settings
from crawler.settings.engine import EngineSettings
from crawler.store.database import open_store, transaction
from crawler.store.verify_database import find_inconsistencies
from crawler.topics.tagger import Tagger
from crawler.utc_times import iso
from crawler.workspace import Workspace, bundled_path

WORDS = 200
NAMED = ("Kafka", "Raft", "PostgreSQL", "99.99% uptime", "2 million requests per second")
ODD = (
    "\t",
    "\n",
    "\n\n",
    "  ",
    "\u200b",
    "\u00a0",
    "\x0b",
    "\u2028",
    "<script>alert('XSS')</script>",
)
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)


def articles(count: int, phrases: list[str]) -> Iterator[tuple[int, str, str, str, str, str]]:
    """Yield rows for the table: id, url, key, title, text, first_seen."""
    source = random.Random(5)
    vocabulary = words(source, 5_000)

    for number in range(1, count + 1):
        text_words = source.choices(vocabulary, k=WORDS)
        text_words += source.choices(phrases, k=20) + source.choices(NAMED, k=3) + ["ends."] * 12
        source.shuffle(text_words)
        text = "".join(word + source.choice((" ",) * 40 + ODD) for word in text_words)
        odd = source.choice(ODD)
        title = f"{odd}{' '.join(source.choices(vocabulary, k=4))}{odd}{source.choice(phrases)}"
        key = f"blog{number % 997}.example/{number}"
        seen = str(iso(NOW - timedelta(days=number // 100)))
        yield number, f"https://{key}", key, title, text, seen


def fill(workspace: Workspace, count: int) -> Database:
    """Return a database in `workspace` with `count` annotated articles, each with its post."""
    shutil.copytree(bundled_path("data", "topics"), workspace.topics)
    topics = Tagger.load(workspace.topics).taxonomy.topics.values()
    phrases = [phrase for topic in topics for phrase in topic.strong]
    db = open_store(workspace.database)

    with transaction(db):
        rows = list(articles(count, phrases))
        db.conn.executemany(
            "INSERT INTO articles (id, url, key, host, title, text, content_hash, word_count,"
            " state, first_seen)"
            f" VALUES (?, ?, ?, 'blog.example', ?, ?, 'h', {WORDS}, 'ok', ?)",
            rows,
        )
        for number, url, key, title, _, seen in rows:
            db.conn.execute(
                "INSERT INTO aliases (url, key, article_id, reason, added_at)"
                " VALUES (?, ?, ?, 'as-posted', ?)",
                [url, key, number, seen],
            )
            db.conn.execute(
                "INSERT INTO posts (id, source, network, uri, url, seen_at, text)"
                " VALUES (?, 'bench', 'feed', ?, ?, ?, ?)",
                [number, url, url, seen, f"{title} {url}"],
            )
            db.conn.execute(
                "INSERT INTO links (post_id, url, origin, position, article_id)"
                " VALUES (?, ?, 'body', 0, ?)",
                [number, url, number],
            )
    run_log = RunLog(workspace.logs, "bench", lambda: NOW, console=Console(file=io.StringIO()))
    annotate_pending(db, workspace, run_log, NOW)
    return db


def main() -> None:
    for count in [int(argument) for argument in sys.argv[1:]] or [2_000, 4_000, 20_000]:
        with tempfile.TemporaryDirectory() as folder:
            db = fill(Workspace(Path(folder), Settings(engine=EngineSettings(processes=1))), count)
            wall, cpu = time.perf_counter(), time.process_time()
            found = find_inconsistencies(db)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            kinds = {each.check: sum(one.check == each.check for one in found) for each in found}
            print(
                f"{count:,} articles verified in {wall:.2f} s ({cpu:.2f} s CPU); "
                f"{kinds or 'no findings'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
