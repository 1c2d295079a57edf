"""The files that a build wrote, found by their numbers: a file is replaced, never rewritten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def written_since(site: Path) -> Callable[[], set[str]]:
    """Return a function that returns the paths of the files of `site` written from now on."""
    before = _numbers(site)

    def written() -> set[str]:
        return {path for path, number in _numbers(site).items() if before.get(path) != number}

    return written


def _numbers(site: Path) -> dict[str, int]:
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.stat().st_ino for path in files}
