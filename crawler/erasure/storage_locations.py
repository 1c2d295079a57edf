"""The places of a workspace where something may be stored, and the files of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.workspace import BUILDS, Workspace

SQLITE = b"SQLite format 3\0"
AUTHORED = "authored files"
ERASED_PLACES = ("database", "snapshot", "backups", "archive", "logs", "site", "other state")


def files_by_place(here: Workspace) -> dict[str, list[Path]]:
    """Every file that Hashtrail wrote, by place, and the files that people wrote."""
    found: dict[str, list[Path]] = {name: [] for name in (*ERASED_PLACES, AUTHORED)}
    for path in _files(here.state):
        found[_place(here, path)].append(path)
    found["site"] = [*_files(here.public.parent / BUILDS), *_files(here.public)]
    authored = [path for path in _files(here.data) if here.state not in path.parents]
    return {**found, AUTHORED: authored}


def backup_databases(here: Workspace) -> list[Path]:
    """Every backup and replaced database: files that SQLite can read, besides the one in use."""
    return [path for path in files_by_place(here)["backups"] if path.suffix in (".db", ".draft")]


def _place(here: Workspace, path: Path) -> str:
    folders = {here.archive: "archive", here.backups: "backups", here.logs: "logs"}
    for folder, name in folders.items():
        if folder in path.parents:
            return name
    if path.name.startswith(here.public_database.name):
        return "snapshot"
    if path.name.startswith(here.database.name) and not path.name.endswith(".draft"):
        return "database"
    return "backups" if ".db" in path.suffixes or ".db-" in path.name else "other state"


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, sorted; nothing if the folder is a link to one below another."""
    if folder.is_dir() and not folder.is_symlink():
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
