"""A value computed from files, and computed again only if their contents have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class ValueOfFiles(Generic[T]):
    """The value of the last files. It must be immutable, because callers share it."""

    def __init__(self) -> None:
        self._last: tuple[bytes, T] | None = None

    def get(self, paths: Iterable[Path], compute: Callable[[], T]) -> T:
        """Return the value of the files at `paths`, which `compute` makes of them.

        Missing files and folders are left out. Nothing is stored if `compute` raises an error.
        """
        digest = _digest(paths)
        if self._last is None or self._last[0] != digest:
            self._last = digest, compute()
        return self._last[1]


def _digest(paths: Iterable[Path]) -> bytes:
    """The digest of names and contents, so that a copy in another folder has the same."""
    digest = hashlib.blake2b()
    for path in paths:
        if path.is_file():
            content = path.read_bytes()
            digest.update(b"%b\0%d\0%b" % (path.name.encode(), len(content), content))
    return digest.digest()
