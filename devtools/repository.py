"""Paths of the files that git tracks, and the package that each belongs to."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVTOOLS = ROOT / "devtools"


def git(*arguments: str) -> str:
    """Return what git prints for these `arguments` in the repository."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def tracked_files() -> list[str]:
    """Return the existing tracked and new files of the repository, as paths from its root."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted({path for path in listed if path and (ROOT / path).is_file()})


def package_of(path: str) -> str:
    """Return the package of a `path`: its first two folders, its only folder, or `root`."""
    folders = path.split("/")[:-1]
    return "/".join(folders[:2]) or "root"


def matching_files(patterns: Sequence[str]) -> Iterator[str]:
    """Yield the tracked files that match one of the `patterns`, or are below a named folder."""
    for path in tracked_files():
        if any(fnmatchcase(path, p) or path.startswith(p.rstrip("/") + "/") for p in patterns):
            yield path


def table_rows(path: Path) -> list[list[str]]:
    """Return the rows of a tab-separated file at `path` without comments and empty lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
