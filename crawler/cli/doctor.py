"""`hashtrail doctor`: whether a workspace has everything that a night needs, and the command that
fixes each problem.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.errors import HashtrailError

if TYPE_CHECKING:
    from crawler.workspace import Workspace

FAILING_FOR = timedelta(days=14)
_SHOWN = 5
_PRUNING_MARGIN = timedelta(days=1)  # the segments of a run are pruned by the start of the run
_REFERENCED = """SELECT archive_file FROM fetches WHERE archive_file IS NOT NULL
    GROUP BY archive_file HAVING MIN(at) >= ? ORDER BY archive_file"""
_FAILING = """SELECT name, COALESCE(last_ok, 'never') FROM sources
    WHERE enabled = 1 AND failures > 0 AND COALESCE(last_ok, (
        SELECT MIN(r.started) FROM run_sources s JOIN runs r ON r.id = s.run_id
        WHERE s.source = sources.name)) < ? ORDER BY last_ok, name"""

Level = Literal["pass", "warn", "FAIL"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of one check. `fix`: the command or the setting that solves the problem."""

    level: Level
    message: str
    fix: str = ""


@click.command()
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> int:
    """Check this workspace: settings, sources, topics, disk, database, archive, backups,
    erasures, site.

    Each problem comes with the command or setting that solves it. Exit code 1 if a check fails; a
    warning does not change the exit code.
    """
    here = workspace(context)
    results = [(name, each) for name, check in _CHECKS.items() for each in _checked(check, here)]
    if as_json:
        write_json_line([_as_json(name, each) for name, each in results])
    else:
        for name, each in results:
            click.echo(f"{each.level:<4}  {name:<10} {each.message}")
            if each.fix:
                click.echo(f"{'':<17}{each.fix}")
    return int(any(each.level == "FAIL" for _, each in results))


def _as_json(name: str, found: Diagnosis) -> dict[str, object]:
    return {
        "check": name,
        "ok": found.level == "pass",
        "level": found.level.lower(),
        "message": found.message,
        "fix": found.fix,
    }


def _checked(check: Callable[[Workspace], Iterator[Diagnosis]], here: Workspace) -> list[Diagnosis]:
    """The results of one check; an error becomes a failed check with the hint of the error."""
    try:
        return list(check(here))
    except HashtrailError as error:
        return [Diagnosis("FAIL", " ".join(error.message.split()), error.hint)]
    except sqlite3.Error as error:
        return [Diagnosis("FAIL", f"The database cannot be read: {error}.", "hashtrail verify")]
    except OSError as error:
        return [Diagnosis("FAIL", f"{error}.", "Check the path and the permissions.")]


def _python(here: Workspace) -> Iterator[Diagnosis]:
    version = sys.version.split()[0]
    yield Diagnosis("pass", f"Python {version}, SQLite {sqlite3.sqlite_version}")


def _sources(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.sources.registry import load_sources
    from crawler.store.database import open_store
    from crawler.text_cleaning import iso

    sources = load_sources(here.sources)
    enabled = sum(source.enabled for source in sources)
    if not enabled:
        yield Diagnosis("warn", "No sources are enabled.", "Add a [[source]] to data/sources.toml.")
    if here.database.exists():
        since = iso(datetime.now(UTC) - FAILING_FOR)
        failing = open_store(here.database).execute(_FAILING, [since]).fetchall()
        for name, last_ok in failing[:_SHOWN]:
            message = (
                f"{name} has failed for more than {FAILING_FOR.days} days; last success: {last_ok}."
            )
            yield Diagnosis("warn", message, f'hashtrail sources check "{name}"')
        if failing[_SHOWN:]:
            message = f"{len(failing) - _SHOWN} more sources have failed for weeks."
            yield Diagnosis("warn", message, "hashtrail status --json")
        if failing:
            return
    if enabled:
        yield Diagnosis("pass", f"{enabled} enabled, {len(sources) - enabled} disabled")


def _topics(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.topics.tagger import Tagger

    tagger = Tagger.load(here.topics)
    yield Diagnosis("pass", f"{len(tagger.taxonomy.topics)} topics, version {tagger.version}")


def _agent(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.fetch.request_headers import user_agent

    agent = user_agent(here.settings.fetch)
    if here.settings.fetch.contact:
        yield Diagnosis("pass", f"The user agent is {agent}")
        return
    yield Diagnosis(
        "warn",
        f"The user agent {agent} has no contact, so nobody whose server we read can reach you.",
        'In data/hashtrail.toml, section [fetch], set: contact = "mailto:you@your-domain"',
    )


def _addresses(here: Workspace) -> Iterator[Diagnosis]:
    """Feeds and the sitemap need absolute URLs (RFC 4287, 4.2.6; sitemaps.org)."""
    from crawler.url_parser import InvalidUrl, parse_url

    site = here.settings.site
    missing = {"base_url": "feeds and the sitemap have no absolute URLs"}
    missing["explorer_url"] = "the site does not link to the explorer"
    for name, loss in missing.items():
        value = getattr(site, name)
        setting = f'In data/hashtrail.toml, section [site], set: {name} = "https://your-domain/"'
        if not value:
            yield Diagnosis("warn", f"[site] {name} is empty: {loss}.", setting)
        elif isinstance(parse_url(value), InvalidUrl):
            yield Diagnosis("FAIL", f"[site] {name} is not an http(s) URL: {value}.", setting)
        else:
            yield Diagnosis("pass", f"[site] {name} is {value}")


def _disk(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.nightly import LEAST_FREE_BYTES

    here.state.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(here.state).free
    if free >= LEAST_FREE_BYTES:
        yield Diagnosis("pass", f"{free // 1_000_000:,} MB free")
        return
    message = f"{free // 1_000_000:,} MB free; a run needs {LEAST_FREE_BYTES // 1_000_000:,} MB."
    yield Diagnosis("FAIL", message, "Free some space, or lower [archive] keep_days.")


def _database(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.store.database import open_store
    from crawler.store.verify_database import find_inconsistencies, verify_snapshot

    if not here.database.exists():
        yield Diagnosis("warn", "There is no database yet.", "hashtrail nightly")
        return
    db = open_store(here.database)
    findings = find_inconsistencies(db)
    if findings:
        yield Diagnosis("FAIL", f"{len(findings):,} inconsistencies.", "hashtrail verify")
    elif ahead := verify_snapshot(db, here.public_database):
        message = f"The snapshot shows {len(ahead):,} rows that may not be shown any more."
        yield Diagnosis("FAIL", message, "hashtrail build")
    else:
        rows = ", ".join(f"{db.table(name).count:,} {name}" for name in ("articles", "posts"))
        size = here.database.stat().st_size // 1_000_000
        yield Diagnosis("pass", f"consistent: {rows}, {size:,} MB")


def _archive(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.fetch.warc_archive import has_record
    from crawler.store.archive_records import last_places
    from crawler.store.database import open_store
    from crawler.text_cleaning import iso

    segments = {path.name: path.stat().st_size for path in here.archive.glob("*.warc.gz")}
    if here.database.exists():
        keep = timedelta(days=here.settings.archive.keep_days)
        oldest = iso(datetime.now(UTC) - keep + _PRUNING_MARGIN)
        db = open_store(here.database)
        rows = db.execute(_REFERENCED, [oldest]).fetchall()
        missing = [name for (name,) in rows if name not in segments]
        cut_short = [
            name
            for name, offset in sorted(last_places(db).items())
            if name in segments and not has_record(here.archive, name, offset)
        ]
        problems = {
            "missing although pages refer to them": missing,
            "damaged or cut short": cut_short,
        }
        for problem, names in problems.items():
            if names:
                shown = ", ".join(names[:_SHOWN]) + (", …" if names[_SHOWN:] else "")
                yield Diagnosis(
                    "FAIL",
                    f"{len(names):,} archive segments are {problem}: {shown}.",
                    f"Copy them back to {here.archive} from a backup of that folder.",
                )
        if missing or cut_short:
            return
    size = sum(segments.values()) // 1_000_000
    kept = here.settings.archive.keep_days
    yield Diagnosis("pass", f"{len(segments)} segments, {size:,} MB, kept for {kept} days")


def _backups(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.store.backup import check_backup

    backups = sorted(here.backups.glob("*.db"), key=lambda path: path.stat().st_mtime)
    if backups:
        check_backup(backups[-1], here.backups)
        yield Diagnosis("pass", f"{len(backups)}, the newest is {backups[-1].name}")
    else:
        yield Diagnosis("warn", "There is no backup yet.", "hashtrail backup")


def _erasures(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.erasure.erase_workspace import interrupted_erasure_message

    if sentence := interrupted_erasure_message(here):
        yield Diagnosis("FAIL", sentence, "hashtrail forget URL|AUTHOR")
    else:
        yield Diagnosis("pass", "No erasure was interrupted.")


def _site(here: Workspace) -> Iterator[Diagnosis]:
    page = here.public / "index.html"
    if page.exists():
        yield Diagnosis("pass", f"published at {page}")
    else:
        yield Diagnosis("warn", "The site is not built yet.", "hashtrail build")


_CHECKS: dict[str, Callable[[Workspace], Iterator[Diagnosis]]] = {
    "python": _python,
    "sources": _sources,
    "topics": _topics,
    "agent": _agent,
    "addresses": _addresses,
    "disk": _disk,
    "database": _database,
    "archive": _archive,
    "backups": _backups,
    "erasures": _erasures,
    "site": _site,
}
