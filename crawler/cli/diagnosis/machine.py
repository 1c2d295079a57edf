"""Checks of the machine: Python, SQLite, locale, clock, disk, owners, lock, optional packages."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from crawler.cli.diagnosis.result import Check, Diagnosis, quoted
from crawler.errors import HashtrailError
from crawler.run_lock import is_dangling
from crawler.workspace import Workspace

_OLDEST_SQLITE = (3, 35, 0)  # ALTER TABLE DROP COLUMN
_SHOWN = 5


def _python(here: Workspace) -> Iterator[Diagnosis]:
    version = sys.version.split()[0]
    yield Diagnosis("pass", f"Python {version}, SQLite {sqlite3.sqlite_version}")
    missing = [*_missing_sqlite_features()]
    if missing:
        message = f"SQLite {sqlite3.sqlite_version} has no {', no '.join(missing)}."
        yield Diagnosis("FAIL", message, "uv python install 3.13")


def _missing_sqlite_features() -> Iterator[str]:
    """Yield the features of SQLite that this Python misses."""
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield "DROP COLUMN"
    features = {
        "full-text search (FTS5)": "CREATE VIRTUAL TABLE temp.words USING fts5(text)",
        "JSON functions": "SELECT json_array()",
    }
    with closing(sqlite3.connect(":memory:")) as db:
        for name, statement in features.items():
            try:
                db.execute(statement)
            except sqlite3.DatabaseError:
                yield name


def _locale(here: Workspace) -> Iterator[Diagnosis]:
    encoding = sys.getfilesystemencoding()
    if encoding.lower().replace("-", "") == "utf8":
        yield Diagnosis("pass", "file names are UTF-8")
        return
    message = f"File names are read as {encoding}; names with other letters cannot be used."
    yield Diagnosis("warn", message, "export LC_ALL=C.UTF-8")


def _clock(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.store.clock_skew import clock_doubt_reason, require_plausible_clock
    from crawler.store.database import open_store

    now = datetime.now(UTC)
    try:
        require_plausible_clock(now)
    except HashtrailError as error:
        yield Diagnosis("FAIL", error.message, "timedatectl set-ntp true")
        return
    doubt = ""
    if here.database.exists():
        with closing(open_store(here.database)) as db:
            doubt = clock_doubt_reason(db, now)
    if doubt:
        message = f"Nothing is deleted by age, because {doubt}."
        yield Diagnosis("warn", message, "If the clock is right now: hashtrail nightly")
    else:
        yield Diagnosis("pass", f"{now:%d %b %Y %H:%M} UTC")


def _disk(here: Workspace) -> Iterator[Diagnosis]:
    here.state.mkdir(parents=True, exist_ok=True)
    closed = [folder for folder in (here.state, here.public.parent) if _is_closed(folder)]
    for folder in closed:
        message = f"{folder} cannot be written, so no run can store anything."
        yield Diagnosis("FAIL", message, "Check its permissions, and whether its disk is read-only")
    if closed:
        return
    free_mb = shutil.disk_usage(here.state).free // 1_000_000
    least_mb = here.settings.budget.free_mb
    if free_mb >= least_mb:
        yield Diagnosis("pass", f"{free_mb:,} MB free")
        return
    message = f"{free_mb:,} MB free; a run needs {least_mb:,} MB."
    advice = "Free some space. The largest folders: "
    yield Diagnosis("FAIL", message, f"{advice}du -sm {quoted(here.state)}/* | sort -n")


def _is_closed(folder: Path) -> bool:
    """Whether a folder, or the one above it that exists, cannot be written."""
    while not folder.exists():
        folder = folder.parent
    return not os.access(folder, os.W_OK)


def _owners(here: Workspace) -> Iterator[Diagnosis]:
    """Find files that another account wrote, for example with sudo."""
    owner = here.root.stat()
    folders = [folder for folder in (here.state, here.root / "site") if folder.exists()]
    files = [path for folder in folders for path in _written_by_others(folder, owner.st_uid)]
    if not files:
        yield Diagnosis("pass", "all files belong to the owner of the workspace")
        return
    shown = ", ".join(str(path.relative_to(here.root)) for path in files[:_SHOWN])
    more = f" and {len(files) - _SHOWN:,} more" if files[_SHOWN:] else ""
    message = f"Another account than that of the workspace wrote {shown}{more}."
    command = f"chown -R {owner.st_uid}:{owner.st_gid} {quoted(*folders)}"
    yield Diagnosis("warn", message, command if os.geteuid() == 0 else f"sudo {command}")


def _written_by_others(folder: Path, owner: int) -> Iterator[Path]:
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != owner:
            yield path


def _lock(here: Workspace) -> Iterator[Diagnosis]:
    """Tell a run in progress from one that was killed: the kernel has released its lock."""
    if is_dangling(here.lock):
        message = f"{here.lock} is a link to a file that does not exist."
        yield Diagnosis("FAIL", message, f"rm {quoted(here.lock)}")
        return
    if not here.lock.exists() or not here.lock.read_text(encoding="utf-8", errors="replace"):
        yield Diagnosis("pass", "no run is active")
        return
    run = _holder(here.lock)
    if is_locked(here.lock):
        yield Diagnosis("pass", f"{run} is active")
    else:
        message = f"{run} was killed. Its lock is free, and the next run continues."
        yield Diagnosis("warn", message, "hashtrail nightly")


def is_locked(path: Path) -> bool:
    """Whether another process holds the lock file at `path`."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"{holder['command']} (process {holder['pid']}, since {holder['started']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "A run"


def _extras(here: Workspace) -> Iterator[Diagnosis]:
    """Check the optional packages that the settings need."""
    needed = {
        "semantic": ("model2vec", bool(here.settings.semantic.model)),
        "dask": ("distributed", here.settings.engine.name == "dask"),
    }
    missing = [
        extra
        for extra, (package, is_needed) in needed.items()
        if is_needed and find_spec(package) is None
    ]
    for extra in missing:
        message = f"The settings need the optional packages `{extra}`, which are not installed."
        command = f"{quoted(Path(sys.executable))} -m pip install 'hashtrail[{extra}]'"
        yield Diagnosis("FAIL", message, command)
    if not missing:
        yield Diagnosis("pass", "all packages that the settings need are installed")


CHECKS: dict[str, Check] = {
    "python": _python,
    "locale": _locale,
    "clock": _clock,
    "disk": _disk,
    "owners": _owners,
    "lock": _lock,
    "packages": _extras,
}
