"""Output directory: a new folder of files next to the published one, published by one rename.

`site/public` is a symbolic link to a folder in `site/.builds`. Replacing that link is the only step
that readers can notice. Files that did not change are hard links to the published ones.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import BuildError
from crawler.sitegen.rendered_file import OutputFile
from crawler.workspace import BUILDS

_MAX_BUILDS = 3
_PARTIAL = ".partial"
_PICTURE = ".png"
_DATABASE = ".db"


class OutputDirectory:
    """The files of a new site, in a hidden folder until `publish`.

    Before that, and after a crash, readers see the whole published site. `target` is the link that
    readers see; `now` names the new build.
    """

    def __init__(
        self, target: Path, now: datetime, on_file: Callable[[], None] | None = None
    ) -> None:
        self._target = target
        self._on_file = on_file
        self._builds = target.parent / BUILDS
        self.previous = _published(target)
        self._folder = self._new_folder(now)
        self._partial = self._folder.with_name(self._folder.name + _PARTIAL)
        self._created: set[str] = set()
        self.written: set[str] = set()
        self.unchanged: set[str] = set()
        self.bytes = 0
        self.picture_bytes = 0
        self._clear_partial()

    def put(self, file: OutputFile) -> None:
        """Add `file`; it is written only if the published one differs.

        Raises BuildError if two pages have the same path.
        """
        if file.path in self.written or file.path in self.unchanged:
            raise BuildError(
                f"Two pages have the path {file.path}.",
                "This is a bug in Hashtrail. The published site is unchanged.",
            )
        if self._on_file:
            self._on_file()
        self.bytes += len(file.data)
        self.picture_bytes += len(file.data) if file.path.endswith(_PICTURE) else 0
        if self.previous and _read(os.path.join(self.previous, file.path)) == file.data:
            self.unchanged.add(file.path)
            return
        self._write(file)
        self.written.add(file.path)

    def put_linked(self, path: str, source: Path) -> None:
        """Add the large file `source` as a hard link, without reading it.

        The name of `path` identifies the content: a published file of that name is the same, and
        becomes a link to `source` too. The size of the file counts for no limit.
        """
        published = self.previous / path if self.previous else None
        if not published or not published.is_file():
            _link_or_copy(source, self._new_path(path))
            self.written.add(path)
            return

        self.unchanged.add(path)
        if not published.samefile(source):
            draft = published.with_name(f".{published.name}.draft")
            _link_or_copy(source, str(draft))
            os.replace(draft, published)

    @property
    def paths(self) -> set[str]:
        """Return the paths of all files added so far."""
        return self.written | self.unchanged

    def read(self, path: str) -> bytes:
        """Return the bytes of an added file, by its `path`."""
        folder = self.previous if self.previous and path in self.unchanged else self._partial
        return (folder / path).read_bytes()

    def published(self, path: str) -> bytes:
        """Return the bytes of the published file at `path`; empty if there is none."""
        data = _read(os.path.join(self.previous, path)) if self.previous else None
        return data or b""

    def published_size(self) -> tuple[int, int]:
        """Return the number of published files and their size in bytes.

        Pictures and the database are left out: a build without the drawing library or without
        the explorer has none.
        """
        optional = (_PICTURE, _DATABASE)
        files = [path for path in self._published_files() if not path.endswith(optional)]
        return len(files), sum(map(os.path.getsize, files))

    def vanished(self) -> list[str]:
        """Return the paths of published files that were not added, sorted."""
        published = {os.path.relpath(path, self.previous) for path in self._published_files()}
        return sorted(published - self.paths)

    def publish(self) -> bool:
        """Publish the new site, unless it equals the published one.

        Returns whether readers see something new.
        """
        if self.previous and not self.written and not self.vanished():
            return False
        for path in sorted(self.unchanged):
            self._link_unchanged(path)
        self._partial.mkdir(parents=True, exist_ok=True)
        self._partial.rename(self._folder)
        self._replace_link(self._folder)
        self._remove_old_builds()
        return True

    def discard(self) -> None:
        """Remove the added files. The published site is unchanged."""
        shutil.rmtree(self._partial, ignore_errors=True)

    def _published_files(self) -> Iterator[str]:
        folders = os.walk(self.previous) if self.previous else ()
        for folder, _, names in folders:
            for name in names:
                yield os.path.join(folder, name)

    def _write(self, file: OutputFile) -> None:
        with open(self._new_path(file.path), "wb") as out:
            out.write(file.data)

    def _link_unchanged(self, path: str) -> None:
        assert self.previous is not None
        _link_or_copy(os.path.join(self.previous, path), self._new_path(path))

    def _new_path(self, path: str) -> str:
        folder, name = os.path.split(path)
        if folder not in self._created:
            (self._partial / folder).mkdir(parents=True, exist_ok=True)
            self._created.add(folder)
        return os.path.join(self._partial, folder, name)

    def _replace_link(self, folder: Path) -> None:
        link = self._target.with_name(self._target.name + ".next")
        link.unlink(missing_ok=True)
        link.symlink_to(Path(BUILDS, folder.name), target_is_directory=True)
        if self._target.is_dir() and not self._target.is_symlink():
            self._target.rmdir()  # empty: `_published` refuses any other folder
        os.replace(link, self._target)

    def _remove_old_builds(self) -> None:
        builds = sorted(folder for folder in self._builds.iterdir() if folder.is_dir())
        for folder in builds[:-_MAX_BUILDS]:
            shutil.rmtree(folder)
        for folder in builds[-_MAX_BUILDS:-1]:
            for database in folder.rglob(f"*{_DATABASE}"):  # one copy of each snapshot is enough
                database.unlink()

    def _clear_partial(self) -> None:
        for folder in self._builds.glob(f"*{_PARTIAL}"):
            shutil.rmtree(folder)

    def _new_folder(self, now: datetime) -> Path:
        """Return a folder whose name sorts after all builds, even if the clock was set back."""
        name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        builds = (folder.name for folder in self._builds.glob("*") if folder.suffix != _PARTIAL)
        newest = max(builds, default="")
        if name > newest:
            return self._builds / name
        stem, _, number = newest.partition("-")
        return self._builds / f"{stem}-{int(number or 0) + 1:04d}"


def _link_or_copy(source: str | Path, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links, or too many of them
        shutil.copy2(source, target)


def _published(target: Path) -> Path | None:
    """Return the published folder, or None.

    Raises BuildError if `target` is a file or folder that Hashtrail did not create.
    """
    if target.is_symlink():
        folder = target.resolve()
        return folder if folder.is_dir() else None
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BuildError(
            f"{target} was not built by Hashtrail.",
            "Move it and run the command again. Nothing was changed.",
        )
    return None


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
