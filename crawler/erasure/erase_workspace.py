"""Erasing in every place of a workspace except the site, which the caller builds again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlite_utils import Database

from crawler.erasure.erase_archive_records import SegmentErasure, erase_from_segments
from crawler.erasure.erase_database_text import (
    erase_from_backup,
    erase_from_tables,
    with_urls_below,
)
from crawler.erasure.erase_log_lines import erase_lines
from crawler.erasure.match_traces import Traces
from crawler.erasure.storage_locations import AUTHORED, backup_databases, files_by_place
from crawler.errors import CorruptStoreError, HashtrailError
from crawler.store.archive_records import delete_record_references
from crawler.store.database_files import DIFFERENTIAL
from crawler.store.differential_backup import make_full
from crawler.store.erase_rows import ErasedRows, erase, vacuum_database
from crawler.workspace import Workspace

_Result = TypeVar("_Result")
_Other = TypeVar("_Other")
PENDING = "forget-pending.json"
"""The words of an unfinished erasure; the next call erases them too, then removes the file."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """The result of an erasure: numbers of erased rows, records and lines.

    `mentions`: rows of other people that contained a trace. `backups`: erased rows by rewritten
    backup. `deleted`: backups that could not be rewritten. `problems`: damages in words.
    `unfinished`: what could not be erased, in words: the call must be repeated. `authored`: files
    of people that still contain a trace.
    """

    rows: ErasedRows
    mentions: int
    records: int
    log_lines: int
    backups: dict[str, int]
    deleted: tuple[str, ...]
    problems: tuple[str, ...]
    unfinished: tuple[str, ...]
    authored: tuple[str, ...]


def pending_words(here: Workspace) -> set[str]:
    """Return the words of an erasure that was interrupted; empty if there is none."""
    try:
        return set(msgspec.json.decode((here.state / PENDING).read_bytes(), type=list[str]))
    except (OSError, msgspec.DecodeError):
        return set()


def interrupted_erasure_message(here: Workspace) -> str:
    """Return the instruction to finish an interrupted erasure; empty if there is none."""
    if not pending_words(here):
        return ""
    return "An erasure was interrupted before its end. The next hashtrail forget completes it."


def save_pending_words(here: Workspace, words: Collection[str]) -> None:
    """Save the `words` to erase (URLs and handles), before the first row is erased."""
    draft = here.state / f"{PENDING}.draft"
    draft.write_text(json.dumps(sorted(words)), "utf-8")
    os.replace(draft, here.state / PENDING)


def remove_pending_words(here: Workspace) -> None:
    """Remove the saved words after the erasure is complete, including the site."""
    (here.state / PENDING).unlink(missing_ok=True)


def erase_everywhere(
    here: Workspace, db: Database, words: Collection[str], reason: str, now: Callable[[], datetime]
) -> Erasure:
    """Erase everything that `words` (URLs, keys, `network:handle`) name, and log `reason`.

    Returns the numbers of erased rows, records and lines, and the problems. An error in one place
    is a problem, and the other places are erased. The caller holds the run lock, and closes `db`.
    """
    words = with_urls_below(db, words)
    traces = Traces(frozenset(words))
    unfinished: list[str] = []
    attempt = partial(_attempt, unfinished)
    attempt("drafts", partial(_remove_drafts, here), None)
    shutil.rmtree(here.published, ignore_errors=True)  # made again from the target
    rows = erase(db, words, reason, now())
    mentions = attempt("database", partial(erase_from_tables, db.conn, traces), 0)
    erase_records = partial(erase_from_segments, here.archive, traces, rows.archived)
    segments = attempt("archive", erase_records, SegmentErasure())
    attempt("database", partial(delete_record_references, db, segments.places), None)
    attempt("database", partial(vacuum_database, db), None)

    backups = _erase_from_backups(here, unfinished, words, reason, now)
    files = files_by_place(here)
    log_lines = sum(
        attempt(path.name, partial(erase_lines, path, traces), 0) for path in _text_files(files)
    )
    return Erasure(
        rows=rows,
        mentions=rows.mentions + mentions,
        records=len(segments.places),
        log_lines=log_lines,
        backups={name: erased for name, erased in backups.items() if erased},
        deleted=tuple(name for name, erased in backups.items() if erased is None),
        problems=segments.damages,
        authored=tuple(
            str(path.relative_to(here.root))
            for path in files[AUTHORED]
            if attempt(path.name, partial(_has_trace, path, traces), False)
        ),
        unfinished=tuple(unfinished),
    )


def _attempt(
    unfinished: list[str], place: str, step: Callable[[], _Result], otherwise: _Other
) -> _Result | _Other:
    """Return the result of `step`; after an error `otherwise`, with a line in `unfinished`."""
    try:
        return step()
    except Exception as error:  # any error in one place must leave no other place untouched
        message = error.message if isinstance(error, HashtrailError) else repr(error)
        unfinished.append(f"{place}: {message.rstrip('.')}; correct that and run it again")
        return otherwise


def _remove_drafts(here: Workspace) -> None:
    """Remove the drafts of an interrupted call."""
    for draft in here.state.rglob("*.erasing*"):
        draft.unlink()


def _erase_from_backups(
    here: Workspace,
    unfinished: list[str],
    words: Collection[str],
    reason: str,
    now: Callable[[], datetime],
) -> dict[str, int | None]:
    """Return the number of erased rows by the name of the backup; None if it was deleted.

    A full backup changes when it is erased from, so those that need it become full ones first.
    Append to `unfinished`.
    """
    for path in backup_databases(here):
        if path.suffix == DIFFERENTIAL:
            _attempt(unfinished, path.name, partial(_make_full, path), None)
    erased: dict[str, int | None] = {}
    for path in backup_databases(here):
        step = partial(erase_from_backup, path, words, reason, now())
        erased[path.relative_to(here.state).as_posix()] = _attempt(unfinished, path.name, step, 0)
    return erased


def _make_full(path: Path) -> None:
    """Make a differential backup a full one, unless it is damaged: then it is deleted later."""
    with suppress(CorruptStoreError):
        make_full(path)


def _text_files(files: Mapping[str, Collection[Path]]) -> Iterator[Path]:
    yield from files["logs"]
    for path in files["other state"]:
        if not path.name.startswith((PENDING, "run.lock")):
            yield path
    for path in files["backups"]:
        if ".db" not in path.suffixes and ".db-" not in path.name and path.suffix != DIFFERENTIAL:
            yield path


def _has_trace(path: Path, traces: Traces) -> bool:
    """Whether a file of people contains a trace: only its authors edit it."""
    return bool(traces.in_text(path.read_bytes().decode("utf-8", "replace")))
