"""A folder with files of the site that nobody reads yet."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from crawler.errors import BuildError

# A file object of Python makes further calls of the system for each file.
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class TreeFolder:
    """A folder that nobody reads yet; it remembers which of its folders exist."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = f"{root}/"
        self._made: set[str] = set()

    def make_parents(self, path: str) -> str:
        """Return the full path of the file at `path`, in a folder that exists."""
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(self._prefix + folder, exist_ok=True)
            self._made.add(folder)
        return self._prefix + path

    def write(self, path: str, data: bytes) -> None:
        """Write a new file. Raises BuildError if there is one at `path` already."""
        try:
            file = os.open(self.make_parents(path), _NEW_FILE, 0o666)
        except FileExistsError:
            raise two_pages_error(path) from None
        try:
            written = os.write(file, data)
            while written < len(data):
                written += os.write(file, data[written:])
        finally:
            os.close(file)

    def make_free(self, path: str) -> str:
        """Return the full path of the file at `path`, which does not exist any more."""
        full = self.make_parents(path)
        with suppress(FileNotFoundError):
            os.unlink(full)
        return full

    def remove(self, path: str) -> None:
        """Remove the file at `path`, if it exists, and the folders that it leaves empty."""
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(self.root, path))
        folder = os.path.dirname(path)
        with suppress(OSError):  # not empty, or removed before
            while folder:
                os.rmdir(os.path.join(self.root, folder))
                folder = os.path.dirname(folder)


def size_of_file(path: str) -> int | None:
    """Return the size of the file at `path` in bytes; None if there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def is_regular_file(path: str) -> bool:
    """Return whether there is a regular file at `path`, no link to one."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def two_pages_error(path: str) -> BuildError:
    """Return the error that two files of the site have the same `path`."""
    return BuildError(
        f"Two pages have the path {path}.",
        "This is a bug in Hashtrail. The published site is unchanged.",
    )
