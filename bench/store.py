"""Measure how fast posts and taggings are stored, next to a plain sqlite-utils upsert.

    python -m bench.store [ROWS]

CPU seconds of this process; a fresh database on the disk of the temporary folder.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.models.posts import Author, Link, Post
from crawler.models.topics import Evidence, Topic, TopicScore
from crawler.store.backup import create_backup
from crawler.store.database import open_store
from crawler.store.posts import save_posts
from crawler.store.public_snapshot import write_snapshot
from crawler.store.taggings import Subject, save_taggings, save_topics

NOW = datetime(2026, 3, 1, tzinfo=UTC)
_WORDS = [f"word{number}" for number in range(15_000)]


def posts(rows: int) -> Iterator[Post]:
    """Posts of 40 words with a link and two hashtags, by one author in fifty."""
    choose = random.Random(1)
    for number in range(rows):
        text = " ".join(choose.choices(_WORDS, k=40))
        author = Author("mastodon", f"author{number // 50}@trail.example", f"Author {number // 50}")
        links = (Link(f"https://host{number % 999}.example/{number}"),)
        yield Post(
            "mastodon",
            f"https://trail.example/{number}",
            text,
            author=author,
            published=NOW,
            hashtags=("DistributedSystems", "Raft"),
            links=links,
        )


def tagged(rows: int, changed: int = 0) -> Iterator[tuple[Subject, list[TopicScore]]]:
    """Three topics for each of so many articles, each with two quotes; the first `changed` of them
    score otherwise.
    """
    for article in range(1, rows + 1):
        score = 2.0 if article <= changed else 1.0
        quotes = tuple(
            Evidence(field, f"quote {article}", article, "strong", 0.5)
            for field in ("title", "text")
        )
        yield (
            ("article", article),
            [
                TopicScore(f"topic{(article + step) % 80}", score, "likely", quotes)
                for step in range(3)
            ],
        )


def plain(path: Path, benchmark_posts: list[Post]) -> None:
    """The peer: the same posts, texts indexed by triggers, upserted by sqlite-utils in batches of
    1,000; no links, hashtags, authors or consent.
    """
    db = Database(path)
    db.enable_wal()
    rows = [
        {
            "uri": post.uri,
            "text": post.text,
            "author": post.author.handle if post.author else None,
            "published": str(post.published),
        }
        for post in benchmark_posts
    ]
    if not db.table("posts").exists():
        db.table("posts").insert(rows[0], pk="uri")
        db.table("posts").enable_fts(["text"], create_triggers=True, tokenize="porter")
    db.table("posts").upsert_all(rows, pk="uri", batch_size=1000)
    db.close()


def measured(name: str, rows: int, work: Callable[[], object]) -> None:
    started, began = time.process_time(), time.perf_counter()
    work()
    cpu = time.process_time() - started
    seconds = time.perf_counter() - began
    print(
        f"{name:<44}{cpu:8.2f} s CPU{seconds:8.2f} s{rows / cpu:12,.0f} rows per CPU second",
        flush=True,
    )


def main(rows: int) -> None:
    benchmark_posts = list(posts(rows))
    with tempfile.TemporaryDirectory() as folder:
        db = open_store(Path(folder, "hashtrail.db"))
        measured("posts, new", rows, lambda: save_posts(db, "trail", benchmark_posts, NOW))
        measured(
            "posts, known already", rows, lambda: save_posts(db, "trail", benchmark_posts, NOW)
        )
        measured(
            "sqlite-utils upsert, new",
            rows,
            lambda: plain(Path(folder, "plain.db"), benchmark_posts),
        )
        measured(
            "sqlite-utils upsert, known already",
            rows,
            lambda: plain(Path(folder, "plain.db"), benchmark_posts),
        )
        save_topics(db, [Topic(f"topic{number}", f"Topic {number}", "d") for number in range(80)])
        measured(
            "articles tagged, new", rows, lambda: save_taggings(db, tagged(rows), "bench", "1")
        )
        measured(
            "articles tagged, the same again",
            rows,
            lambda: save_taggings(db, tagged(rows), "bench", "2"),
        )
        measured(
            "articles tagged, one in a hundred changed",
            rows,
            lambda: save_taggings(db, tagged(rows, rows // 100), "bench", "3"),
        )
        measured("backup, checked", rows, lambda: create_backup(db, Path(folder, "backups"), NOW))
        measured("snapshot", rows, lambda: write_snapshot(db, Path(folder, "public.db")))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
