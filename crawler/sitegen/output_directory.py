"""A new tree of files beside the published one: shares what is unchanged by hard link, and takes
its place by one rename.

`site/public` is a symbolic link to a folder in `site/.builds`; replacing that link is the only step
a reader can notice.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import BuildError
from crawler.sitegen.template_renderer import OutputFile
from crawler.workspace import BUILDS

_KEPT = 3
_PARTIAL = ".partial"


class OutputDirectory:
    """Files put here stand in a hidden folder until `publish`.

    Before it, and after a crash, readers see the old tree whole.
    """

    def __init__(self, target: Path, now: datetime) -> None:
        self._target = target
        self._builds = target.parent / BUILDS
        self.previous = _published(target)
        self._folder = self._unused(now)
        self._partial = self._folder.with_name(self._folder.name + _PARTIAL)
        self._made: set[str] = set()
        self.written: set[str] = set()
        self.unchanged: set[str] = set()
        self.bytes = 0
        self._clear_partial()

    def put(self, file: OutputFile) -> None:
        """Add one file; written only when the published one differs.

        Raises BuildError when two pages claim one path.
        """
        if file.path in self.written or file.path in self.unchanged:
            raise BuildError(
                f"Two pages claim the address {file.path}.",
                "This is a fault of Hashtrail; the published site is untouched.",
            )
        self.bytes += len(file.data)
        if self.previous and _read(os.path.join(self.previous, file.path)) == file.data:
            self.unchanged.add(file.path)
            return
        self._write(file)
        self.written.add(file.path)

    @property
    def paths(self) -> set[str]:
        """Every path put so far."""
        return self.written | self.unchanged

    def read(self, path: str) -> bytes:
        """The bytes of a file that was put."""
        folder = self.previous if self.previous and path in self.unchanged else self._partial
        return (folder / path).read_bytes()

    def published(self, path: str) -> bytes:
        """The bytes of a file that readers see now; empty when there is none."""
        return (_read(os.path.join(self.previous, path)) if self.previous else None) or b""

    def published_size(self) -> tuple[int, int]:
        """How many files readers see now, and their bytes."""
        sizes = [os.path.getsize(path) for path in self._published_files()]
        return len(sizes), sum(sizes)

    def vanished(self) -> list[str]:
        """Paths of the published tree that were not put, sorted."""
        found = {os.path.relpath(path, self.previous) for path in self._published_files()}
        return sorted(found - self.paths)

    def publish(self) -> bool:
        """Swap the new tree in; does nothing when it equals the published one.

        Returns whether readers see something new.
        """
        if self.previous and not self.written and not self.vanished():
            return False
        for path in sorted(self.unchanged):
            self._share(path)
        self._partial.mkdir(parents=True, exist_ok=True)
        self._partial.rename(self._folder)
        self._point_at(self._folder)
        self._prune()
        return True

    def discard(self) -> None:
        """Remove what was put; the published tree stays."""
        shutil.rmtree(self._partial, ignore_errors=True)

    def _published_files(self) -> Iterator[str]:
        walked = os.walk(self.previous) if self.previous else ()
        return (os.path.join(folder, name) for folder, _, names in walked for name in names)

    def _write(self, file: OutputFile) -> None:
        with open(self._place(file.path), "wb") as out:
            out.write(file.data)

    def _share(self, path: str) -> None:
        assert self.previous is not None
        place = self._place(path)
        try:
            os.link(os.path.join(self.previous, path), place)
        except OSError:  # a file system without hard links, or too many of them
            shutil.copy2(os.path.join(self.previous, path), place)

    def _place(self, path: str) -> str:
        folder, name = os.path.split(path)
        if folder not in self._made:
            (self._partial / folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        return os.path.join(self._partial, folder, name)

    def _point_at(self, folder: Path) -> None:
        link = self._target.with_name(self._target.name + ".next")
        link.unlink(missing_ok=True)
        link.symlink_to(Path(BUILDS, folder.name), target_is_directory=True)
        if self._target.is_dir() and not self._target.is_symlink():
            self._target.rmdir()  # an empty folder; `_published` refused any other
        os.replace(link, self._target)

    def _prune(self) -> None:
        kept = sorted(folder for folder in self._builds.iterdir() if folder.is_dir())
        for folder in kept[:-_KEPT]:
            shutil.rmtree(folder)

    def _clear_partial(self) -> None:
        for left in self._builds.glob(f"*{_PARTIAL}"):
            shutil.rmtree(left)

    def _unused(self, now: datetime) -> Path:
        """A name that sorts after every build there is, also when the clock stood still or went
        back.
        """
        name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        newest = max(
            (folder.name for folder in self._builds.glob("*") if folder.suffix != _PARTIAL),
            default="",
        )
        if name > newest:
            return self._builds / name
        stem, _, number = newest.partition("-")
        return self._builds / f"{stem}-{int(number or 0) + 1:04d}"


def _published(target: Path) -> Path | None:
    """The folder that readers see now, if any.

    Raises BuildError when something that is not ours stands in its place.
    """
    if target.is_symlink():
        folder = target.resolve()
        return folder if folder.is_dir() else None
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BuildError(
            f"{target} was not built by Hashtrail.",
            "Move it away and run the command again; nothing was changed.",
        )
    return None


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
