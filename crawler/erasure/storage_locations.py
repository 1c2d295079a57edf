"""The places of a workspace that may contain personal data, and the files of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.store.database_files import DIFFERENTIAL, FULL
from crawler.workspace import BUILDS, Workspace

SQLITE = b"SQLite format 3\0"
AUTHORED = "authored files"
ERASED_PLACES = ("database", "snapshot", "backups", "archive", "logs", "site", "other state")


def files_by_place(here: Workspace) -> dict[str, list[Path]]:
    """Return every file that Hashtrail wrote, by place, and the files that people wrote."""
    files: dict[str, list[Path]] = {name: [] for name in (*ERASED_PLACES, AUTHORED)}
    for path in _files(here.state):
        files[_place(here, path)].append(path)
    files["site"] = [*_files(here.public.parent / BUILDS), *_files(here.public)]
    files[AUTHORED] = _authored_files(here)
    return files


def _authored_files(here: Workspace) -> list[Path]:
    return [path for path in _files(here.data) if here.state not in path.parents]


def backup_databases(here: Workspace) -> list[Path]:
    """Return every backup and replaced database, without the database in use."""
    suffixes = (FULL, DIFFERENTIAL, ".draft")
    return [path for path in files_by_place(here)["backups"] if path.suffix in suffixes]


def _place(here: Workspace, path: Path) -> str:
    folders = {here.archive_spool: "archive", here.backups: "backups", here.logs: "logs"}
    for folder, name in folders.items():
        if folder in path.parents:
            return name
    if path.name.startswith(here.public_database.name):
        return "snapshot"
    if path.name.startswith(here.database.name) and not path.name.endswith(".draft"):
        return "database"
    return "backups" if ".db" in path.suffixes or ".db-" in path.name else "other state"


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, sorted; no files if the folder is a symbolic link."""
    if folder.is_dir() and not folder.is_symlink():
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
