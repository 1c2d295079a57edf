"""Build the same articles with Hashtrail and with generators of static sites, each as a command.

Each sample builds everything, builds again without a change, and again with 100 new articles.
Every generator uses as many processes as it does by default.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from bench.claims import Side, versions_of
from bench.measuring import Usage, cpu_seconds, run_command
from bench.peer_generators import Generator, add_articles, generators, new_site, read_articles
from bench.results import OURS
from bench.site import NEW, fill_articles, fill_topics, new_vocabulary
from crawler.store.database import open_memory
from crawler.store.public_snapshot import write_snapshot


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield Hashtrail, Hugo, Pelican and Eleventy for `size` articles."""
    before, after = folder / "before.db", folder / "after.db"
    db, dice = open_memory(), random.Random(1)
    vocabulary = new_vocabulary(dice)
    fill_topics(db, dice, vocabulary)
    fill_articles(db, dice, vocabulary, 1, size)
    seconds = cpu_seconds(lambda: write_snapshot(db, before))
    fill_articles(db, dice, vocabulary, size + 1, NEW)
    write_snapshot(db, after)
    articles = read_articles(_copy_of(db, folder / "articles.db"))
    yield [
        Side(
            OURS,
            lambda: {"snapshot": seconds, **_hashtrail(folder / "ours", size, before, after)},
            versions_of("jinja2"),
        ),
        *(
            Side(
                generator.name,
                _run_of(generator, folder / generator.name, articles),
                {generator.name.lower(): generator.version} if generator.command else {},
            )
            for generator in generators()
        ),
    ]


def _copy_of(db: Database, path: Path) -> Path:
    db.execute("VACUUM INTO ?", (str(path),))
    return path


def _hashtrail(folder: Path, size: int, before: Path, after: Path) -> Mapping[str, float]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    snapshot, site = folder / "public.db", folder / "site/public"
    command = [sys.executable, "-m", "bench.site", "--build", str(snapshot), str(site)]

    def build() -> Usage:
        return run_command(command)

    _replace(snapshot, before)
    return _figures(build, site, size, lambda: _replace(snapshot, after))


def _replace(snapshot: Path, source: Path) -> None:
    """Put a copy of `source` in place of the `snapshot`, as a night does: with another inode."""
    new = snapshot.with_suffix(".new")
    shutil.copy(source, new)
    new.replace(snapshot)


def _run_of(
    generator: Generator, folder: Path, articles: list[dict[str, object]]
) -> Callable[[], Mapping[str, float]] | None:
    command = generator.command
    if not command:
        return None

    def run() -> Mapping[str, float]:
        new_site(generator, folder)
        add_articles(generator, folder, articles[:-NEW])
        return _figures(
            lambda: run_command(command, folder),
            folder / generator.output,
            len(articles) - NEW,
            lambda: add_articles(generator, folder, articles[-NEW:]),
        )

    return run


def _figures(
    build: Callable[[], Usage], site: Path, articles: int, add_new: Callable[[], object]
) -> Mapping[str, float]:
    """Return the figures of three builds of a site; the first has so many `articles`."""
    full = build()
    files = _count_files(site)
    unchanged = build()
    add_new()
    more = build()
    if files < articles or _count_files(site) < files + NEW:
        raise RuntimeError(f"{site} has fewer files than articles")
    return {
        "full build": full.seconds,
        "CPU time of the full build": full.cpu_seconds,
        "files of the full build": files / full.seconds,
        "nothing changed": unchanged.seconds,
        "CPU time, nothing changed": unchanged.cpu_seconds,
        "100 new articles": more.seconds,
        "CPU time, 100 new articles": more.cpu_seconds,
        "peak memory": full.peak_mb,
        "peak memory of all processes": full.tree_mb,
    }


def _count_files(site: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(site))
