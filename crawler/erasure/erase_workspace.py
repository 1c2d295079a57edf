"""Erasing in every place of a workspace but the site, which the caller builds again afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.erasure.erase_archive_records import erase_from_segments
from crawler.erasure.erase_database_text import erase_from_backup, erase_from_tables
from crawler.erasure.erase_log_lines import erase_lines
from crawler.erasure.match_traces import Traces
from crawler.erasure.storage_locations import AUTHORED, backup_databases, files_by_place
from crawler.store.archive_records import delete_record_references
from crawler.store.erase_rows import ErasedRows, erase, vacuum_database
from crawler.workspace import Workspace

PENDING = "forget-pending.json"
"""The words of an erasure that has not ended; the next call erases them too, then removes it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased where. `mentions`: rows of other people that held a trace.

    `problems` are damages in words; `deleted` names the backups that could not be rewritten.
    """

    rows: ErasedRows
    mentions: int
    records: int
    log_lines: int
    backups: dict[str, int]
    deleted: tuple[str, ...]
    problems: tuple[str, ...]
    authored: tuple[str, ...]


def pending_words(here: Workspace) -> set[str]:
    """The words of an erasure that was interrupted."""
    try:
        return set(json.loads((here.state / PENDING).read_text("utf-8")))
    except (OSError, ValueError):
        return set()


def interrupted_erasure_message(here: Workspace) -> str:
    """What to do about an erasure that was interrupted, as a sentence; empty if there is none."""
    if not pending_words(here):
        return ""
    return "An erasure was interrupted before its end. Run the same hashtrail forget again."


def save_pending_words(here: Workspace, words: Collection[str]) -> None:
    """Note what is about to be erased, before the first row is."""
    draft = here.state / f"{PENDING}.draft"
    draft.write_text(json.dumps(sorted(words)), "utf-8")
    os.replace(draft, here.state / PENDING)


def remove_pending_words(here: Workspace) -> None:
    """The erasure has ended, the site included."""
    (here.state / PENDING).unlink(missing_ok=True)


def erase_everywhere(
    here: Workspace, db: Database, words: Collection[str], reason: str, now: Callable[[], datetime]
) -> Erasure:
    """Erase everything that these words name. The caller holds the run lock, and closes `db`."""
    traces = Traces(frozenset(words))
    for draft in here.state.rglob("*.erasing*"):  # of an interrupted call
        draft.unlink()
    rows = erase(db, words, reason, now())
    mentions = erase_from_tables(db.conn, traces)
    segments = erase_from_segments(here.archive, traces, rows.archived)
    delete_record_references(db, segments.places)
    vacuum_database(db)
    files = files_by_place(here)
    backups = {
        path.relative_to(here.state).as_posix(): erase_from_backup(path, words, reason, now())
        for path in backup_databases(here)
    }
    problems = list(segments.damages)
    texts = [*files["logs"], *(path for path in files["other state"] if _is_text(path))]
    return Erasure(
        rows=rows,
        mentions=mentions,
        records=len(segments.places),
        log_lines=sum(_cleared_lines(path, traces, problems) for path in texts),
        backups={name: erased for name, erased in backups.items() if erased},
        deleted=tuple(name for name, erased in backups.items() if erased is None),
        problems=tuple(problems),
        authored=_naming(here, files[AUTHORED], traces),
    )


def _cleared_lines(path: Path, traces: Traces, problems: list[str]) -> int:
    try:
        return erase_lines(path, traces)
    except OSError as error:
        problems.append(f"{path.name}: {error.strerror}; delete the file by hand")
        return 0


def _is_text(path: Path) -> bool:
    return not path.name.startswith((PENDING, "run.lock"))


def _naming(here: Workspace, files: Collection[Path], traces: Traces) -> tuple[str, ...]:
    """The files of people that hold a trace: only their authors edit those."""
    return tuple(
        str(path.relative_to(here.root))
        for path in files
        if traces.in_text(path.read_bytes().decode("utf-8", "replace"))
    )
