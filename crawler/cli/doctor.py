"""`doctor`: check that a workspace is ready for a nightly run, and name the fix of each problem."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.errors import HashtrailError

if TYPE_CHECKING:
    from sqlite_utils import Database

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
    diagnoses = [
        (name, diagnosis)
        for name, check in _CHECKS.items()
        for diagnosis in _run_check(check, here)
    ]
    if as_json:
        write_json_line([_as_json(*named) for named in diagnoses])
    else:
        _print_diagnoses(diagnoses)
    return int(any(diagnosis.level == "FAIL" for _, diagnosis in diagnoses))


def _print_diagnoses(diagnoses: list[tuple[str, Diagnosis]]) -> None:
    for name, diagnosis in diagnoses:
        click.echo(f"{diagnosis.level:<4}  {name:<10} {diagnosis.message}")
        if diagnosis.fix:
            click.echo(f"{'':<17}{diagnosis.fix}")


def _as_json(name: str, diagnosis: Diagnosis) -> dict[str, object]:
    return {
        "check": name,
        "ok": diagnosis.level == "pass",
        "level": diagnosis.level.lower(),
        "message": diagnosis.message,
        "fix": diagnosis.fix,
    }


def _run_check(
    check: Callable[[Workspace], Iterator[Diagnosis]], here: Workspace
) -> list[Diagnosis]:
    """Return the results of one check. An error becomes a failed check with its hint."""
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
    from crawler.sources.configured_sources import load_sources

    sources = load_sources(here.sources)
    enabled = sum(source.enabled for source in sources)
    if not enabled:
        yield Diagnosis("warn", "No sources are enabled.", "Add a [[source]] to data/sources.toml.")
    failing = _load_failing_sources(here)
    if failing:
        yield from _diagnose_failing(failing)
    elif enabled:
        yield Diagnosis("pass", f"{enabled} enabled, {len(sources) - enabled} disabled")


def _secrets(here: Workspace) -> Iterator[Diagnosis]:
    """Check that the secrets of enabled sources can be read."""
    import os

    from crawler.fetch.secrets import SecretError, read_secret
    from crawler.sources.configured_sources import load_sources

    for source in filter(lambda source: source.enabled, load_sources(here.sources)):
        for _, name in source.first_request(None).secrets:
            try:
                read_secret(name, os.environ)
            except SecretError as error:
                message = f"Source {source.name!r}: {error}."
                yield Diagnosis("warn", message, "See docs/SOURCES.md, or disable the source.")
            else:
                yield Diagnosis("pass", f"{name} can be read")


def _load_failing_sources(here: Workspace) -> list[tuple[str, str]]:
    """Return (name, time of the last success) of the sources that have failed for long."""
    from crawler.store.database import open_store
    from crawler.utc_times import iso

    if not here.database.exists():
        return []
    since = iso(datetime.now(UTC) - FAILING_FOR)
    rows: list[tuple[str, str]] = open_store(here.database).execute(_FAILING, [since]).fetchall()
    return rows


def _diagnose_failing(failing: list[tuple[str, str]]) -> Iterator[Diagnosis]:
    for name, last_ok in failing[:_SHOWN]:
        message = f"{name} has failed for more than {FAILING_FOR.days} days"
        fix = f'hashtrail sources check "{name}"'
        yield Diagnosis("warn", f"{message}; last success: {last_ok}.", fix)
    if failing[_SHOWN:]:
        message = f"{len(failing) - _SHOWN} more sources have failed for weeks."
        yield Diagnosis("warn", message, "hashtrail status --json")


def _topics(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.topics.learned_weights import FILE_NAME
    from crawler.topics.tagger import Tagger

    tagger = Tagger.load(here.topics)
    yield Diagnosis("pass", f"{len(tagger.taxonomy.topics)} topics, version {tagger.version}")
    if not (here.generated / FILE_NAME).is_file():
        yield Diagnosis(
            "warn",
            f"{here.generated} has no learned weights. Only the phrases of the topic files count.",
            "Copy data/generated/ from a workspace that `hashtrail init` makes.",
        )


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
    missing = {
        "base_url": "feeds and the sitemap have no absolute URLs",
        "explorer_url": "the site does not link to the explorer",
    }
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
    here.state.mkdir(parents=True, exist_ok=True)
    free_mb = shutil.disk_usage(here.state).free // 1_000_000
    least_mb = here.settings.budget.free_mb
    if free_mb >= least_mb:
        yield Diagnosis("pass", f"{free_mb:,} MB free")
        return
    message = f"{free_mb:,} MB free; a run needs {least_mb:,} MB."
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
        return
    outdated = verify_snapshot(db, here.public_database)
    if outdated:
        message = f"The snapshot shows {len(outdated):,} rows that may not be shown any more."
        yield Diagnosis("FAIL", message, "hashtrail build")
        return
    yield Diagnosis("pass", _database_size(here, db))


def _database_size(here: Workspace, db: Database) -> str:
    rows = ", ".join(f"{db.table(name).count:,} {name}" for name in ("articles", "posts"))
    size = here.database.stat().st_size // 1_000_000
    return f"consistent: {rows}, {size:,} MB"


def _archive(here: Workspace) -> Iterator[Diagnosis]:
    sizes = {path.name: path.stat().st_size for path in here.archive.glob("*.warc.gz")}
    problems = _archive_problems(here, sizes) if here.database.exists() else {}
    for problem, names in problems.items():
        yield _segment_diagnosis(here, problem, names)
    if not problems:
        size = sum(sizes.values()) // 1_000_000
        days = here.settings.archive.keep_days
        yield Diagnosis("pass", f"{len(sizes)} segments, {size:,} MB, kept for {days} days")


def _segment_diagnosis(here: Workspace, problem: str, names: list[str]) -> Diagnosis:
    shown = ", ".join(names[:_SHOWN]) + (", …" if names[_SHOWN:] else "")
    message = f"{len(names):,} archive segments are {problem}: {shown}."
    fix = f"Copy them back to {here.archive} from a backup of that folder."
    return Diagnosis("FAIL", message, fix)


def _archive_problems(here: Workspace, names: Collection[str]) -> dict[str, list[str]]:
    """Return the missing and the damaged segments by problem; `names` are the segments present."""
    from crawler.store.database import open_store

    db = open_store(here.database)
    problems = {
        "missing although pages refer to them": _missing_segments(here, db, names),
        "damaged or cut short": _truncated_segments(here, db, names),
    }
    return {problem: segments for problem, segments in problems.items() if segments}


def _missing_segments(here: Workspace, db: Database, names: Collection[str]) -> list[str]:
    from crawler.utc_times import iso

    retention = timedelta(days=here.settings.archive.keep_days)
    oldest = iso(datetime.now(UTC) - retention + _PRUNING_MARGIN)
    return [name for (name,) in db.execute(_REFERENCED, [oldest]) if name not in names]


def _truncated_segments(here: Workspace, db: Database, names: Collection[str]) -> list[str]:
    from crawler.fetch.warc_archive import has_record
    from crawler.store.archive_records import last_places

    return [
        name
        for name, offset in sorted(last_places(db).items())
        if name in names and not has_record(here.archive, name, offset)
    ]


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
    "secrets": _secrets,
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
