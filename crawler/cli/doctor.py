"""`hashtrail doctor`: is everything here that a night needs? Pass or fail, with the mend."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.errors import HashtrailError

if TYPE_CHECKING:
    from crawler.workspace import Workspace


@click.command()
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> int:
    """Check this workspace: Python, SQLite, settings, sources, topics, disk, database, archive, site."""
    here = workspace(context)
    results = [_checked(name, check, here) for name, check in _CHECKS.items()]
    if as_json:
        write_json_line([{"check": name, "ok": ok, "message": message} for name, ok, message in results])
    else:
        for name, ok, message in results:
            click.echo(f"{'pass' if ok else 'FAIL'}  {name:<10} {message}")
    return int(not all(ok for _, ok, _ in results))


def _checked(name: str, check: Callable[[Workspace], str], here: Workspace) -> tuple[str, bool, str]:
    try:
        return name, True, check(here)
    except (HashtrailError, OSError, sqlite3.Error) as error:
        return name, False, " ".join(str(error).split())


def _python(here: Workspace) -> str:
    return f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"


def _sources(here: Workspace) -> str:
    from crawler.sources.load import read_sources

    sources = read_sources(here.sources)
    return f"{sum(source.enabled for source in sources)} on, {sum(not source.enabled for source in sources)} off"


def _topics(here: Workspace) -> str:
    from crawler.topics.tagger import Tagger

    tagger = Tagger.load(here.topics)
    return f"{len(tagger.taxonomy.topics)} topics, version {tagger.version}"


def _agent(here: Workspace) -> str:
    from crawler.fetch.headers import user_agent

    contact = "" if here.settings.fetch.contact else "; set fetch.contact so that people can reach you"
    return f"we say: {user_agent(here.settings.fetch)}{contact}"


def _disk(here: Workspace) -> str:
    from crawler.errors import StoreError
    from crawler.nightly import LEAST_FREE_BYTES

    here.state.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(here.state).free
    if free < LEAST_FREE_BYTES:
        raise StoreError(f"only {free // 1_000_000:,} MB free.", "A run needs 200 MB.")
    return f"{free // 1_000_000:,} MB free"


def _database(here: Workspace) -> str:
    from crawler.store.database import open_store
    from crawler.store.verify import verify

    if not here.database.exists():
        return "none yet; hashtrail nightly makes it"
    db = open_store(here.database)
    findings = verify(db)
    if findings:
        return f"{len(findings)} findings: hashtrail verify"
    articles, posts = (db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "posts"))  # noqa: S608
    return f"every layer adds up: {articles:,} articles, {posts:,} posts, {here.database.stat().st_size // 1_000_000:,} MB"


def _archive(here: Workspace) -> str:
    segments = list(here.archive.glob("*.warc.gz"))
    size = sum(path.stat().st_size for path in segments)
    return f"{len(segments)} segments, {size // 1_000_000:,} MB, kept {here.settings.archive.keep_days} days"


def _backups(here: Workspace) -> str:
    backups = sorted(here.backups.glob("*.db"))
    return f"{len(backups)}, the newest {backups[-1].name}" if backups else "none yet; every nightly run makes one"


def _site(here: Workspace) -> str:
    return f"published at {here.public / 'index.html'}" if (here.public / "index.html").exists() else "not built yet: hashtrail build"


_CHECKS: dict[str, Callable[[Workspace], str]] = {
    "python": _python,
    "sources": _sources,
    "topics": _topics,
    "agent": _agent,
    "disk": _disk,
    "database": _database,
    "archive": _archive,
    "backups": _backups,
    "site": _site,
}
