"""Nights over libraries of several sizes: CPU time of each step, and the peak of memory.

    python -m bench.nights [--articles 10000 100000] [--new 500] [--folder FOLDER]

Each library is generated (`bench.explorer_library`) and gets one night that settles it. Measured
are a night without news and a night with `--new` articles and three times as many posts. There are
no sources and no requests: the articles are stored as a crawl stores them. Publishing is left out.
A step counts its own time, without that of the steps within it. Children are included.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import multiprocessing
import random
import resource
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from rich.console import Console

from bench.explorer_library import create_library
from bench.explorer_words import TextSource
from crawler.crawl.annotation_versions import current_versions
from crawler.crawl.retag_selection import save_taxonomy
from crawler.nightly.run_command import run_command
from crawler.run_telemetry import RunLog
from crawler.store import item_annotations
from crawler.store.database import open_store, transaction
from crawler.topics.changed_phrases import phrase_table
from crawler.topics.tagger import Tagger
from crawler.workspace import Workspace, open_workspace

_FIRST_NIGHT = datetime(2026, 12, 1, 3, tzinfo=UTC)  # a Tuesday: Monday makes a full backup
_POSTS_PER_ARTICLE = 3
_OTHER = "other"
_STEPS: Mapping[str, Sequence[str]] = {
    "opening": ("nightly.run_command:open_store",),
    "check of the file": ("nightly.run_command:check_intact",),
    "clock": ("nightly.crawl_step:correct_future_times",),
    "archive": (
        "nightly.crawl_step:erase_unlisted_records",
        "nightly.crawl_step:erase_crawled_records",
    ),
    "collect": ("nightly.crawl_step:collect_posts",),
    "recheck": ("nightly.crawl_step:recheck_posts",),
    "extract again": ("nightly.crawl_step:reextract_outdated",),
    "fetch": ("nightly.crawl_step:fetch_articles",),
    "decisions, files": ("crawl.annotate_and_rank:read_decisions",),
    "taxonomy": ("crawl.annotate_and_rank:Tagger.load", "crawl.annotate_and_rank:_save_topics"),
    "versions": ("crawl.annotate_and_rank:_renew_versions",),
    "annotate": ("crawl.annotate_and_rank:_Annotator.annotate_all",),
    "quarantine": ("crawl.annotate_and_rank:quarantine_new_posts",),
    "decisions": ("crawl.annotate_and_rank:apply_decisions",),
    "relations": ("crawl.annotate_and_rank:rank_and_relate",),
    "similar posts": ("crawl.rank_and_relate:update_similar_posts",),
    "ranks": ("crawl.rank_and_relate:_update_ranks",),
    "stories": ("crawl.rank_and_relate:_update_stories",),
    "changes": ("crawl.annotate_and_rank:record_changes",),
    "source health": (
        "nightly.crawl_step:update_source_health",
        "nightly.crawl_step:health_counts",
    ),
    "measures": ("nightly.run_command:measure_crawl", "nightly.nightly_steps:measure_machine"),
    "backup": ("crawl.data_retention:create_backup",),
    "check of the backup": ("nightly.nightly_steps:check_newest_backup",),
    "retention": ("nightly.nightly_steps:apply_retention",),
    "messages": ("nightly.nightly_steps:notify_after_night",),
}
"""The functions of each step: module and name, as the caller of the function finds it."""


@dataclass(frozen=True, slots=True)
class Night:
    """The CPU seconds of each step of a night, and the peak of memory in megabytes."""

    seconds: Mapping[str, float]
    peak_mb: int


def main() -> None:
    """Measure the nights and print them as a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--new", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="keeps the libraries, and uses kept ones")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        measured = {
            size: _nights(folder / f"{size}-articles", size, arguments.new)
            for size in arguments.articles
        }
    _print_table(measured, arguments.new)


def _nights(folder: Path, articles: int, new: int) -> tuple[Night, Night]:
    """Return the night without news and the night with `new` articles, each in a new process."""
    if not folder.exists():
        _settled_library(folder, articles)
    number = _nights_before(folder)
    quiet = _in_child(measure_night, folder, number)
    _in_child(_add_articles, folder, new, number)
    return quiet, _in_child(measure_night, folder, number + 1)


def _settled_library(folder: Path, articles: int) -> None:
    draft = folder.with_name(f"{folder.name}.draft")
    _in_child(create_library, draft, articles)
    _in_child(_settle, draft)
    _in_child(measure_night, draft, 0)
    draft.rename(folder)


def _in_child(function: Callable[..., Any], *arguments: object) -> Any:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:  # its children may have children
        return pool.submit(_without_workspace, function, arguments).result()


def _without_workspace(function: Callable[..., Any], arguments: Sequence[object]) -> Any:
    result = function(*arguments)
    return None if isinstance(result, Workspace) else result


def _settle(folder: Path) -> None:
    """Remove the sources, plan no request, and store that the annotations are current."""
    workspace = open_workspace(folder, {})
    workspace.sources.write_text("", encoding="utf-8")
    db = open_store(workspace.database)
    tagger = Tagger.load(workspace.topics)
    versions = current_versions(tagger, "")
    with transaction(db):
        db.conn.execute("DELETE FROM sources")
        db.conn.execute("UPDATE articles SET next_check = '2026-12-20T00:00:00Z'")
        db.conn.execute("UPDATE posts SET annotated = 'yes', next_check = NULL")
        db.conn.execute("UPDATE articles SET annotated = 'yes'")
    save_taxonomy(db, phrase_table(tagger), versions["topics"])
    item_annotations.save_annotation_versions(db, versions)
    item_annotations.delete_annotation_versions(db, ["relations"])
    db.close()


def _nights_before(folder: Path) -> int:
    db = open_store(open_workspace(folder, {}).database)
    count = db.execute("SELECT count(*) FROM runs WHERE started >= '2026-12-01'").fetchone()[0]
    db.close()
    return int(count)


def _add_articles(folder: Path, count: int, number: int) -> None:
    """Store `count` new articles of one day and their posts, as a crawl leaves them."""
    db = open_store(open_workspace(folder, {}).database)
    words = replace(TextSource.create(random.Random(16)), dice=random.Random(f"{number}"))
    seen = (_FIRST_NIGHT + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    first = db.execute("SELECT max(id) + 1 FROM articles").fetchone()[0]
    post = db.execute("SELECT max(id) + 1 FROM posts").fetchone()[0]
    authors = db.execute("SELECT max(id) FROM authors").fetchone()[0]
    with transaction(db):
        for article in range(first, first + count):
            url = f"https://new{article % 97}.example.net/{article}"
            db.conn.execute(
                "INSERT INTO articles (id, url, key, host, title, text, word_count, state, "
                "first_seen, last_checked, next_check, content_hash, media_type, summary_source) "
                "VALUES (?, ?, ?, ?, ?, ?, 600, 'ok', ?, ?, '2026-12-20T00:00:00Z', 'digest', "
                "'text/html', 'text')",
                [article, url, url[8:], url.split("/")[2], words.title("en", ()),
                 words.text(600, ()), seen, seen],
            )  # fmt: skip
            db.conn.execute(
                "INSERT INTO aliases (url, key, article_id, reason, added_at) "
                "VALUES (?, ?, ?, 'as-posted', ?)",
                [url, url[8:], article, seen],
            )
            for _ in range(_POSTS_PER_ARTICLE):
                db.conn.execute(
                    "INSERT INTO posts (id, source, network, uri, url, author_id, published, "
                    "seen_at, text, content_hash) VALUES (?, 'Source 1', 'mastodon', ?, ?, ?, ?, "
                    "?, ?, ?)",
                    [post, f"https://new.example/{post}", f"https://new.example/{post}",
                     1 + post % authors, seen, seen, words.sentence(25, ()), f"digest {post}"],
                )  # fmt: skip
                db.conn.execute(
                    "INSERT INTO links (post_id, url, shown, origin, position, article_id) "
                    "VALUES (?, ?, ?, 'body', 0, ?)",
                    [post, url, url, article],
                )
                post += 1
    db.close()


def measure_night(folder: Path, number: int) -> Night:
    """Run the night of day `number` in the workspace `folder` without publishing. Return it."""
    workspace = open_workspace(folder, {})
    now = _FIRST_NIGHT + timedelta(days=number)
    console = Console(quiet=True)
    clock = _StepClock()
    with ExitStack() as stack:
        stack.enter_context(mock.patch("crawler.nightly.run_command.publish_site", _unpublished))
        stack.enter_context(
            mock.patch("crawler.nightly.nightly_steps.publish_to_target", _unpublished)
        )
        for step, functions in _STEPS.items():
            for function in functions:
                stack.enter_context(_timed(clock, step, function))
        with (
            clock.step(_OTHER),
            RunLog(workspace.logs, "nightly", lambda: now, console=console) as log,
        ):
            run_command(workspace, "nightly", log, lambda: now)
    return Night(clock.seconds, _peak_mb())


def _unpublished(_run: object, report: Any) -> Any:
    return report


class _StepClock:
    """The CPU time by step; the time of a step within another one counts once."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open = [_OTHER]
        self._since = _cpu_seconds()

    def _switch(self) -> None:
        now = _cpu_seconds()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time in the block as that of the step `name`."""
        self._switch()
        self._open.append(name)
        try:
            yield
        finally:
            self._switch()
            self._open.pop()


def _timed(clock: _StepClock, step: str, function: str) -> Any:
    """Return a context in which the function counts as a step."""
    module, _, path = function.partition(":")
    owner: Any = importlib.import_module(f"crawler.{module}")
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)

    @functools.wraps(original)
    def timed(*arguments: Any, **options: Any) -> Any:
        with clock.step(step):
            return original(*arguments, **options)

    async def timed_later(*arguments: Any, **options: Any) -> Any:
        with clock.step(step):
            return await original(*arguments, **options)

    is_async = function.split(":")[1] in {
        "collect_posts",
        "recheck_posts",
        "reextract_outdated",
        "fetch_articles",
    }
    return mock.patch.object(owner, name, timed_later if is_async else timed)


def _cpu_seconds() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _peak_mb() -> int:
    return max(
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def _print_table(measured: Mapping[int, tuple[Night, Night]], new: int) -> None:
    nights = {
        f"{size:,}, {name}": night
        for size, pair in measured.items()
        for name, night in zip(("no news", f"{new:,} new"), pair, strict=True)
    }
    print("| CPU seconds | " + " | ".join(nights) + " |")
    print("|---|" + "---|" * len(nights))
    for step in (*_STEPS, _OTHER):
        cells = (f"{night.seconds.get(step, 0):.2f}" for night in nights.values())
        print(f"| {step} | " + " | ".join(cells) + " |")
    totals = (f"{sum(night.seconds.values()):.2f}" for night in nights.values())
    print("| all steps | " + " | ".join(totals) + " |")
    print(
        "| peak memory | " + " | ".join(f"{night.peak_mb} MB" for night in nights.values()) + " |"
    )


if __name__ == "__main__":
    main()
