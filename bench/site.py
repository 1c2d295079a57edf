"""Speed of the site build: complete, without a change, and with a hundred new articles.

    python -m bench.site [--articles N] [--folder DIR] [--processes P]
    python -m bench.site --build SNAPSHOT SITE [--processes P]    one build of an existing snapshot

The data is synthetic and seeded: N articles on 200 hosts over two years, 80 topics, one to four
posts each, evidence for every topic. Prints one line per build: files, elapsed and CPU seconds,
files per CPU second, and the peak memory. DIR should be on the disk to be measured. P is the number
of child processes, by default one per core, as for `hashtrail build`. CPU and memory are those of
this process, without its children; with P = 1 it has none.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.store.database import open_memory, transaction
from crawler.store.public_snapshot import write_snapshot
from crawler.workspace import bundled_path

TOPICS = 80
HOSTS = 200
NEW = 100
START = datetime(2024, 11, 1, tzinfo=UTC)


def main() -> None:
    """Build three times and print the time of each build."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--build", nargs=2, type=Path, metavar=("SNAPSHOT", "SITE"))
    arguments = parser.parse_args()
    if arguments.build:
        _timed_build("build", *arguments.build, arguments.processes)
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        _measure(Path(folder), arguments.articles, arguments.processes)


def _measure(folder: Path, articles: int, processes: int) -> None:
    db, dice = open_memory(), random.Random(1)
    vocabulary = new_vocabulary(dice)
    fill_topics(db, dice, vocabulary)
    fill_articles(db, dice, vocabulary, 1, articles)
    _timed("all", folder, db, processes)
    _timed("no change", folder, db, processes)
    fill_articles(db, dice, vocabulary, articles + 1, NEW)
    _timed(f"{NEW} more", folder, db, processes)


def _timed(name: str, folder: Path, db: Database, processes: int) -> None:
    snapshot = folder / "public.db"
    write_snapshot(db, snapshot)
    _timed_build(name, snapshot, folder / "site/public", processes)


def _timed_build(name: str, snapshot: Path, site: Path, processes: int) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    built = _build(snapshot, site, processes)
    _report(name, built, time.perf_counter() - wall, time.process_time() - cpu)


def _build(snapshot: Path, site: Path, processes: int) -> BuildResult:
    return build_site(
        snapshot,
        site,
        SiteSettings(),
        datetime.now(UTC),
        bundled_path("templates"),
        bundled_path("site", "assets"),
        engine=EngineSettings(processes=processes),
    )


def _report(name: str, built: BuildResult, wall: float, cpu: float) -> None:
    files = built.written + built.unchanged
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{name:10} {built.articles:,} articles, {files:,} files ({built.written:,} written), "
        f"{built.bytes / 1e6:.1f} MB: "
        f"{wall:.2f} s, {cpu:.2f} s CPU, {files / cpu:,.0f} files per CPU second, peak {peak} MB"
    )


def new_vocabulary(dice: random.Random) -> list[str]:
    """Return the words of the library."""
    return [
        "".join(dice.choices("abcdefghiklmnoprstuvw", k=dice.randint(3, 10))) for _ in range(15_000)
    ]


def fill_topics(db: Database, dice: random.Random, vocabulary: list[str]) -> None:
    """Store the topics in an empty database."""
    rows = [
        (f"topic-{number}", f"Topic {number}", " ".join(dice.choices(vocabulary, k=25)))
        for number in range(TOPICS)
    ]
    db.conn.executemany("INSERT INTO topics (slug, label, definition) VALUES (?, ?, ?)", rows)


def fill_articles(
    db: Database, dice: random.Random, vocabulary: list[str], first: int, count: int
) -> None:
    """Store `count` articles with ids from `first` on, each with topics, evidence and posts."""
    with transaction(db):
        for number in range(first, first + count):
            _fill_article(db, dice, vocabulary, number)


def _fill_article(db: Database, dice: random.Random, vocabulary: list[str], number: int) -> None:
    seen = (START + timedelta(hours=number * 17_520 / 20_000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    host = f"host{dice.randrange(HOSTS)}.example"
    url, title = f"https://{host}/{number}", " ".join(dice.choices(vocabulary, k=8)).capitalize()
    summary = " ".join(dice.choices(vocabulary, k=60))
    db.conn.execute(
        "INSERT INTO articles (id, url, key, host, title, summary, kind, state, first_seen, "
        "last_checked, published, word_count, rank) "
        "VALUES (?, ?, ?, ?, ?, ?, 'article', 'ok', ?, ?, ?, 900, ?)",
        (number, url, url, host, title, summary, seen, seen, seen, dice.random()),
    )
    for place, topic in enumerate(dice.sample(range(TOPICS), dice.randint(1, 4))):
        tagging = db.conn.execute(
            "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
            "taxonomy_version) "
            "VALUES ('article', ?, ?, ?, ?, 'phrases', '1')",
            (number, f"topic-{topic}", 1 / (place + 1), "likely" if place else "certain"),
        ).lastrowid
        evidence = [
            (tagging, "title", title[:12], 0, "strong", 1.0),
            (tagging, "text", summary[:12], 0, "weak", 0.5),
        ]
        db.conn.executemany(
            "INSERT INTO evidence (tagging_id, field, quote, start, rule, weight) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            evidence,
        )
    for copy in range(dice.choice([1, 1, 1, 2, 4])):
        post = db.conn.execute(
            "INSERT INTO posts (source, network, uri, seen_at, published, text) "
            "VALUES ('bench', 'mastodon', ?, ?, ?, ?)",
            (f"bench:{number}:{copy}", seen, seen, " ".join(dice.choices(vocabulary, k=18))),
        ).lastrowid
        db.conn.execute(
            "INSERT INTO links (post_id, url, origin, position, article_id) "
            "VALUES (?, ?, 'body', 0, ?)",
            (post, url, number),
        )


if __name__ == "__main__":
    main()
