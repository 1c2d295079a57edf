"""Kills a writer at random moments and looks at what is left; many more kills by hand: python -m
tests.store.crash_rig 500

A small night is run over and over in a child process: posts, articles, topics with evidence,
records, a snapshot and a backup. After each SIGKILL the
database must be whole; when a night is at last allowed to finish, it must leave exactly what an
unbroken one leaves.
"""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from crawler.models.articles import ArticleState
from crawler.models.posts import Link
from crawler.models.topics import Evidence, Topic, TopicScore
from crawler.store.articles import ArticleCheck, due_articles, save_article
from crawler.store.backup import check_backup, create_backup
from crawler.store.database import open_store, transaction
from crawler.store.posts import save_posts
from crawler.store.public_snapshot import write_snapshot
from crawler.store.taggings import save_taggings, save_topics
from crawler.store.verify_database import Finding, find_inconsistencies
from tests.store.conftest import ARTICLE, NOW, POST, add_article

_POSTS = 60
_TABLES = (
    "posts",
    "post_hashtags",
    "links",
    "cards",
    "authors",
    "articles",
    "article_links",
    "aliases",
    "topics",
    "taggings",
    "evidence",
)


def night(path: Path) -> None:
    """One night's work, each step a transaction; whatever was done by an earlier night is found
    done.
    """
    db = open_store(path)
    save_topics(db, [Topic("leases", "Leases", "Locks that end by themselves.")])
    for number in range(_POSTS):
        url = f"https://a.example/{number % 40}"
        save_posts(
            db,
            "trail",
            [replace(POST, uri=f"https://trail.example/{number}", links=(Link(url),), cards=())],
            NOW,
        )
        with transaction(db):
            if not db.execute("SELECT 1 FROM aliases WHERE url = ?", [url]).fetchone():
                add_article(db, url)
            db.execute(
                "UPDATE links SET article_id = (SELECT id FROM articles WHERE key = links.url) "
                "WHERE article_id IS NULL"
            )
    for wanted in due_articles(db, NOW, 100):
        text = f"{ARTICLE.text} Number {wanted.article_id}. " * 20
        article = replace(
            ARTICLE, url=wanted.task.url, text=text, content_hash=str(wanted.article_id)
        )
        check = ArticleCheck(wanted.article_id, NOW, None, ArticleState.OK, status=200)
        save_article(db, check, article)
    for (article_id,) in db.execute("SELECT id FROM articles ORDER BY id").fetchall():
        score = TopicScore(
            "leases", 1.0, "likely", (Evidence("text", f"Number {article_id}.", 0, "strong", 1.0),)
        )
        save_taggings(db, [(("article", article_id), [score])], "matcher", "v1")
    write_snapshot(db, path.with_name("public.db"))
    create_backup(db, path.parent / "backups", NOW)
    db.close()


def state(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row that a night leaves, ids included."""
    with closing(sqlite3.connect(path)) as db:
        return {
            table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in _TABLES
        }


def kill_nights(
    path: Path, kills: int, longest: float, choose: random.Random, deadline: float
) -> tuple[int, list[Finding]]:
    """Kill up to `kills` nights, each after at most `longest` seconds, until `deadline`
    (monotonic). Returns how many died at work and what was wrong.
    """
    died, wrong = 0, list[Finding]()
    while died < kills and time.monotonic() < deadline and not wrong:
        child = multiprocessing.get_context("fork").Process(target=night, args=(path,))
        child.start()
        child.join(choose.random() * longest)
        child.kill()
        child.join()
        died += child.exitcode != 0
        wrong = examine(path)
        if choose.random() < 0.05:
            start_over(path)
    return died, wrong


def examine(path: Path) -> list[Finding]:
    """Return the defects of the files after the kill. A copy must be complete or absent."""
    if path.exists():
        db = open_store(path)
        found = find_inconsistencies(db)
        db.close()
    else:
        found = []
    for copy in (path.with_name("public.db"), *(path.parent / "backups").glob("*.db")):
        if copy.exists():
            check_backup(copy)
    return found


def start_over(path: Path) -> None:
    """Forget all nights, so that early moments are killed as often as late ones."""
    for file in [*path.parent.glob("*.db*"), *(path.parent / "backups").glob("*")]:
        file.unlink()


def main(kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, unbroken = (
            Path(folder, "killed", "hashtrail.db"),
            Path(folder, "unbroken", "hashtrail.db"),
        )
        night(unbroken)
        started = time.perf_counter()
        night(Path(folder, "timed", "hashtrail.db"))
        longest = time.perf_counter() - started
        died, wrong = kill_nights(
            path, kills, longest, random.Random(kills), time.monotonic() + 4 * kills * longest
        )
        night(path)
        print(
            f"{died} nights killed within {longest:.2f} s each, {len(wrong)} findings, same end "
            f"state: {state(path) == state(unbroken)}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
