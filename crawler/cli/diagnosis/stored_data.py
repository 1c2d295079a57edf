"""Checks of what Hashtrail stores: database, archive, backups, erasures, remains of commands."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive_storage import segment_sizes
from crawler.cli.diagnosis.machine import is_locked
from crawler.cli.diagnosis.result import Check, Diagnosis, quoted
from crawler.counted_nouns import counted_noun
from crawler.workspace import BUILDS, Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

_MISSING = "missing although pages refer to them"
_SHOWN = 5
_UNCHECKED_DAYS = 14
_PRUNING_MARGIN = timedelta(days=1)  # the segments of a run are pruned by the start of the run
_REFERENCED = """SELECT archive_file FROM fetches WHERE archive_file IS NOT NULL
    GROUP BY archive_file HAVING MIN(at) >= ? ORDER BY archive_file"""
_DRAFTS = (
    "*.db.draft*",
    "*.draft",
    "*.erasing*",
    "backups/*.draft*",
    "backups/*.erasing*",
    "restore-check",
)


def _database(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.cli.verify_repair import remedy
    from crawler.store.database import open_store
    from crawler.store.verify_database import find_inconsistencies, verify_snapshot

    if not here.database.exists():
        yield Diagnosis("warn", "There is no database yet.", "hashtrail nightly")
        return
    with closing(open_store(here.database)) as db:
        findings = find_inconsistencies(db) or verify_snapshot(db, here.public_database)
        if not findings:
            yield Diagnosis("pass", _database_size(here, db))
    by_command = Counter((remedy(here, finding), finding.check) for finding in findings)
    for (command, check), count in by_command.items():
        faults = counted_noun(count, "inconsistency", "inconsistencies")
        yield Diagnosis("FAIL", f"{faults} found by the check {check}.", command)


def _database_size(here: Workspace, db: Database) -> str:
    rows = ", ".join(counted_noun(db.table(f"{noun}s").count, noun) for noun in ("article", "post"))
    size = here.database.stat().st_size // 1_000_000
    return f"consistent: {rows}, {size:,} MB"


def _archive(here: Workspace) -> Iterator[Diagnosis]:
    sizes = segment_sizes(here.archive)
    problems = _archive_problems(here, sizes) if here.database.exists() else {}
    for problem, names in problems.items():
        yield _segment_diagnosis(here, problem, names)
    if not problems:
        size = sum(sizes.values()) // 1_000_000
        days = here.settings.archive.keep_days
        segments, time = counted_noun(len(sizes), "segment"), counted_noun(days, "day")
        yield Diagnosis("pass", f"{segments}, {size:,} MB, kept for {time}")


def _segment_diagnosis(here: Workspace, problem: str, names: list[str]) -> Diagnosis:
    shown = ", ".join(names[:_SHOWN]) + (", …" if names[_SHOWN:] else "")
    are = counted_noun(len(names), "archive segment is", "archive segments are")
    message = f"{are} {problem}: {shown}."
    copy = f"Copy them back to {here.archive} from a backup of that folder."
    if problem == _MISSING:
        copy += " If they are lost: hashtrail verify --repair --lost-archive"
    return Diagnosis("FAIL", message, copy)


def _archive_problems(here: Workspace, names: Collection[str]) -> dict[str, list[str]]:
    """Return the missing and the damaged segments by problem; `names` are the segments present."""
    from crawler.store.database import open_store

    with closing(open_store(here.database)) as db:
        problems = {
            _MISSING: _missing_segments(here, db, names),
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
    from crawler.monitoring.facts import newest_backup
    from crawler.store.backup import check_backup
    from crawler.store.database_files import timed_backups

    if not here.database.exists():
        return
    now = datetime.now(UTC)
    backups = timed_backups(here.database, now)
    if not backups:
        yield Diagnosis("warn", "There is no backup yet.", "hashtrail backup")
        return
    try:
        check_backup(backups[-1], here.backups)
    except Exception as error:  # whatever is wrong with it, another backup replaces it
        yield Diagnosis("FAIL", str(error).splitlines()[0], "hashtrail backup")
        return
    made = newest_backup(here.database, now)
    age = now - made if made else timedelta(0)
    if age > timedelta(hours=here.settings.monitor.backup_hours):
        message = f"The newest backup is {age.days} days old."
        yield Diagnosis("warn", message, "hashtrail backup")
    else:
        yield Diagnosis("pass", f"{len(backups)}, the newest is {backups[-1].name}")
    yield from _backup_checks(here)


def _backup_checks(here: Workspace) -> Iterator[Diagnosis]:
    """Report when a backup was restored for a check, and the result."""
    from crawler.store.backup_checks import load_verification

    last = load_verification(here.backups)
    if last is None:
        message = "No backup has been restored for a check yet."
        yield Diagnosis("warn", message, "hashtrail backup --verify")
    elif last.problem:
        yield Diagnosis("FAIL", last.problem, "hashtrail backup && hashtrail backup --verify")
    elif (days := (datetime.now(UTC) - last.at).days) > _UNCHECKED_DAYS:
        message = f"The last check of a backup was {days} days ago."
        yield Diagnosis("warn", message, "hashtrail backup --verify")
    else:
        yield Diagnosis("pass", f"{last.backup} was restored for a check and can be used")


def _erasures(here: Workspace) -> Iterator[Diagnosis]:
    """An interrupted erasure continues with all its words, whichever of them is named."""
    from crawler.erasure.erase_workspace import interrupted_erasure_message, pending_words

    if sentence := interrupted_erasure_message(here):
        word = min(pending_words(here), key=lambda word: ("://" in word, word))  # first an author
        yield Diagnosis("FAIL", sentence, f"hashtrail forget {shlex.quote(word)}")
    else:
        yield Diagnosis("pass", "No erasure was interrupted.")


def _remains(here: Workspace) -> Iterator[Diagnosis]:
    """Find drafts of killed commands, and databases that a restore replaced."""
    drafts = [] if is_locked(here.lock) else sorted(_drafts(here))
    if drafts:
        message = f"Killed commands left {_summary(here, drafts)}."
        yield Diagnosis("warn", message, f"rm -rf -- {quoted(*drafts)}")
    replaced = sorted(here.state.glob(f"{here.database.stem}-replaced-*.db*"))
    if replaced:
        message = f"Restores left the databases that they replaced: {_summary(here, replaced)}."
        yield Diagnosis("warn", message, f"rm -f -- {quoted(*replaced)}")
    if not drafts and not replaced:
        yield Diagnosis("pass", "nothing is left of killed commands and restores")


def _drafts(here: Workspace) -> set[Path]:
    builds = here.public.parent / BUILDS
    drafts = {path for pattern in _DRAFTS for path in here.state.glob(pattern)}
    drafts |= set(builds.glob("*.partial"))
    link = here.public.with_name(f"{here.public.name}.next")
    return drafts | ({link} if link.is_symlink() else set())


def _summary(here: Workspace, paths: Collection[Path]) -> str:
    """Return the names and the size of files and folders."""
    files = [file for path in paths for file in (path, *path.rglob("*")) if file.is_file()]
    size = sum(file.stat().st_size for file in files) / 1_000_000
    names = [str(path.relative_to(here.root)) for path in paths]
    more = f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else ""
    return f"{', '.join(names[:_SHOWN])}{more} ({size:,.1f} MB)"


CHECKS: dict[str, Check] = {
    "database": _database,
    "archive": _archive,
    "backups": _backups,
    "erasures": _erasures,
    "remains": _remains,
}
