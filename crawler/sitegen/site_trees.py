"""The folders of the site: the published tree, a spare one, and the files of a new build.

`site/public` is a symbolic link to a folder in `site/.builds`. Replacing that link is the only step
that readers can notice. The tree that was published before is the spare one: the next build
changes it where the two differ, and publishes it. A file is replaced, never rewritten: the trees
share unchanged files as hard links, and readers may have them open.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from crawler.errors import BuildError
from crawler.sitegen.tree_folder import TreeFolder, is_regular_file, size_of_file
from crawler.workspace import BUILDS

PARTIAL = ".partial"
"""The end of the names of what a build needs only until it ends."""

_TREE = ".tree" + PARTIAL
_DRAFT = "linked.draft"


class SiteTrees:
    """The folders of one site.

    `target` is the link that readers see, `now` names the new tree. Raises BuildError if `target`
    is a file or a folder that Hashtrail did not create.
    """

    def __init__(self, target: Path, now: datetime) -> None:
        self._target = target
        self.builds = target.parent / BUILDS
        self.published = _published(target)
        self._folder = self._new_folder(now)
        name = f"{self._folder.name}.{token_hex(4)}{PARTIAL}"  # not that of a killed build
        self._staging = TreeFolder(self._folder.with_name(name))

    @property
    def new_name(self) -> str:
        """Return the name of the folder that `complete` makes."""
        return self._folder.name

    @property
    def staging(self) -> Path:
        """Return the folder of the files of the new build."""
        return self._staging.root

    def has(self, name: str) -> bool:
        """Return whether a complete tree has this `name`."""
        return bool(name) and (self.builds / name).is_dir()

    def read(self, path: str) -> bytes | None:
        """Return the bytes of the published file at `path`; None if there is none."""
        if self.published is None:
            return None
        try:
            return (self.published / path).read_bytes()
        except OSError:
            return None

    def size(self, path: str) -> int | None:
        """Return the size of the published file at `path` in bytes; None if there is none."""
        return size_of_file(f"{self.published}/{path}")

    def read_staged(self, path: str) -> bytes | None:
        """Return the bytes of a file of the new build; None if there is none."""
        try:
            return self._staging.root.joinpath(path).read_bytes()
        except OSError:
            return None

    def take_staged(self, name: str) -> None:
        """Let the new build have the files of the folder `name`, of an interrupted build.

        Its child processes may write for a moment longer: they do not find the folder any more.
        """
        with suppress(FileNotFoundError):
            self.builds.joinpath(name).rename(self._staging.root)

    def stage(self, path: str, data: bytes) -> None:
        """Write a file of the new build, which no reader can see yet.

        Raises BuildError if it has a file at `path` already.
        """
        self._staging.write(path, data)

    def stage_link(self, path: str, source: Path) -> None:
        """Add the file `source` to the new build as a hard link."""
        link_or_copy(source, self._staging.make_parents(path))

    def relink(self, path: str, source: Path, trees: Iterable[str]) -> None:
        """Let `path` be a link to `source` in each of `trees` that has it.

        The content of `source` is that of the file.
        """
        for name in trees:
            file = self.builds / name / path
            if file.is_file():
                self.link_again(file, source)

    def link_again(self, file: Path, source: Path) -> None:
        """Let `file` be a link to `source`, in one step."""
        if not file.exists() or not file.samefile(source):
            draft = self._staging.make_free(_DRAFT)  # after a kill, the next build removes it
            link_or_copy(source, draft)
            os.replace(draft, file)

    def remove_snapshots_but(self, path: Path) -> None:
        """Remove the snapshots next to the trees, except the one at `path`."""
        for snapshot in self.builds.glob("*snapshot-*"):
            if snapshot != path:
                snapshot.unlink()

    def published_paths(self) -> Iterator[str]:
        """Yield the path of every file in the published folder; names are text."""
        for folder, _, names in os.walk(self.published) if self.published else ():
            for name in names:
                file = os.path.join(folder, name)
                path = os.path.relpath(file, self.published)
                if is_regular_file(file) and _is_text(path):
                    yield path

    def complete(
        self, spare: str, removed: Iterable[str], missing: Iterable[str], staged: Iterable[str]
    ) -> None:
        """Make the new tree, whole, from the tree `spare` and the files of the new build.

        `removed` are the paths of files that the new site does not have. `missing` are those of
        published files that `spare` lacks, all of them if its name is empty. `staged` are those of
        the new build.
        """
        if not self.published:
            self._staging.root.mkdir(parents=True, exist_ok=True)
            self._staging.root.rename(self._folder)
            return
        tree = self._take(spare)
        for path in removed:
            tree.remove(path)
        self._bring_forward(tree, missing)
        self._move_staged(tree, staged)
        tree.root.rename(self._folder)
        shutil.rmtree(self._staging.root, ignore_errors=True)

    def switch(self, name: str) -> None:
        """Publish the tree `name`: readers see it from now on."""
        link = self._target.with_name(self._target.name + ".next")
        link.unlink(missing_ok=True)
        link.symlink_to(Path(BUILDS, name), target_is_directory=True)
        if self._target.is_dir() and not self._target.is_symlink():
            self._target.rmdir()  # empty: `_published` refuses any other folder
        os.replace(link, self._target)
        self.published = self.builds / name

    def remove_all_but(self, names: Iterable[str]) -> None:
        """Remove the trees that are not in `names`."""
        chosen = set(names)
        for folder in self.builds.iterdir():
            if folder.is_dir() and folder.name not in chosen:
                shutil.rmtree(folder)

    def clear_partial(self, excepted: str) -> None:
        """Remove what killed builds left, except the folder `excepted`."""
        for folder in self.builds.glob(f"*{PARTIAL}"):
            if folder.name != excepted:
                shutil.rmtree(folder, ignore_errors=True)

    def remove_from(self, name: str, paths: Iterable[str]) -> None:
        """Remove the files `paths` from the tree `name`, except those of the published tree."""
        tree = self.builds / name
        for path in paths:
            file = f"{tree}/{path}"
            if not _is_same_file(file, f"{self.published}/{path}"):
                with suppress(FileNotFoundError):
                    os.unlink(file)

    def discard(self) -> None:
        """Remove the files of the new build. The published site is unchanged."""
        shutil.rmtree(self._staging.root, ignore_errors=True)

    def _take(self, spare: str) -> TreeFolder:
        tree = TreeFolder(self._folder.with_name(self._folder.name + _TREE))
        if spare:
            (self.builds / spare).rename(tree.root)
        else:
            tree.root.mkdir()
        return tree

    def _bring_forward(self, tree: TreeFolder, paths: Iterable[str]) -> None:
        assert self.published is not None
        published = str(self.published)
        for path in paths:
            source, target = f"{published}/{path}", tree.make_parents(path)
            try:
                link_or_copy(source, target)
            except FileExistsError:  # of a build that was killed before it removed old files
                link_or_copy(source, tree.make_free(path))

    def _move_staged(self, tree: TreeFolder, paths: Iterable[str]) -> None:
        staging = str(self._staging.root)
        for path in paths:
            os.replace(f"{staging}/{path}", tree.make_parents(path))

    def _new_folder(self, now: datetime) -> Path:
        """Return a folder whose name sorts after all trees, even if the clock was set back."""
        name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        trees = (path.name for path in self.builds.glob("*") if path.is_dir())
        newest = max((tree for tree in trees if PARTIAL not in tree), default="")
        if name > newest:
            return self.builds / name
        stem, _, number = newest.partition("-")
        return self.builds / f"{stem}-{int(number) + 1 if number.isdecimal() else 1:04d}"


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Make `target`, which does not exist, a hard link to `source`, or a copy if that fails."""
    try:
        os.link(source, target)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:  # a file system without hard links, or too many of them
        shutil.copy2(source, target)


def _is_text(path: str) -> bool:
    """Return whether the `path` of a file is UTF-8, like that of every file of a build."""
    return path == path.encode(errors="replace").decode()


def _is_same_file(path: str, second_path: str) -> bool:
    """Return whether both paths lead to one file that exists."""
    try:
        return os.path.samestat(os.stat(path), os.stat(second_path))
    except OSError:
        return False


def _published(target: Path) -> Path | None:
    """Return the published folder, or None.

    Raises BuildError if `target` is a file or folder that Hashtrail did not create.
    """
    if target.is_symlink():
        folder = Path(os.path.realpath(target))  # a loop of links raises no error
        return folder if folder.is_dir() else None
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BuildError(
            f"{target} was not built by Hashtrail.",
            "Move it and run the command again. Nothing was changed.",
        )
    return None
