"""Changes of the published tree since its build: files that somebody added, removed or rewrote.

A file that is added, removed or renamed changes the modification time of its folder. A file that is
rewritten in place does not: the files of small folders are compared too, by their sizes and times.
A folder of thousands of pages would cost more than an unchanged build does.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from crawler.sitegen.published_files import PublishedFiles
from crawler.sitegen.site_manifest import DATABASE, FolderState, SiteManifest, content_digest

MAX_COMPARED = 1_000  # files of one folder
_NOT_COMPARED = -1


class PublishedChange(NamedTuple):
    """A file of the published tree that is not as the build made it: its path, and the problem."""

    path: str
    problem: str


def folder_states(root: Path) -> dict[str, FolderState]:
    """Return by path the state of each folder of the tree `root`; that of `root` is empty."""
    states = {}
    for folder, _, names in os.walk(root):
        path = os.path.relpath(folder, root)
        state = _state(folder, is_large=len(names) > MAX_COMPARED)
        states["" if path == os.curdir else path] = state
    return states


def is_touched(root: Path, recorded: Mapping[str, FolderState]) -> bool:
    """Return whether the tree `root` may differ from that of the `recorded` states."""
    try:
        return any(
            _state(f"{root}/{path}", is_large=state.bytes == _NOT_COMPARED) != state
            for path, state in recorded.items()
        )
    except OSError:  # a folder is missing
        return True


def find_changes(published: Path, manifest: Path) -> Iterator[PublishedChange]:
    """Yield each change of the tree `published` since the build whose `manifest` is at that path.

    Every file is read. The database of the explorer page is not: its name identifies its content.
    Yields nothing if the manifest is that of another tree.
    """
    with PublishedFiles.open(manifest, published.name) as files:
        if files is None:
            return
        for path, digest, size in files.rows():
            if problem := _problem(published / path, digest, size):
                yield PublishedChange(path, problem)
        for path in _paths(published):
            if not files.has(path):
                yield PublishedChange(path, "not made by a build")


def count_files(published: Path, manifest: Path) -> int:
    """Return the number of files that the `manifest` at that path has of the tree `published`."""
    with PublishedFiles.open(manifest, published.name) as files:
        return files.count() if files else 0


def compare_again(manifest: Path) -> None:
    """Let the next build compare every published file with the `manifest` at that path."""
    files = SiteManifest(manifest)
    files.record(replace(files.state, folders={"": FolderState(0, 0, 0)}))
    files.close()


def _state(folder: str, *, is_large: bool) -> FolderState:
    modified = os.stat(folder).st_mtime_ns
    if is_large:
        return FolderState(modified, _NOT_COMPARED, 0)
    size = newest = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(DATABASE) or entry.is_dir(follow_symlinks=False):
                continue
            facts = entry.stat(follow_symlinks=False)
            size += facts.st_size
            newest = max(newest, facts.st_mtime_ns)
    return FolderState(modified, size, newest)


def _problem(file: Path, digest: bytes, size: int) -> str:
    """Return what is wrong with a published `file`, empty if nothing is."""
    with suppress(OSError):
        facts = file.lstat()
        if not stat.S_ISREG(facts.st_mode):
            return "changed"
        if not digest:
            return ""
        is_same = facts.st_size == size and content_digest(file.read_bytes()) == digest
        return "" if is_same else "changed"
    return "missing"


def _paths(root: Path) -> Iterator[str]:
    """Yield the path of everything in the tree `root` that is not a folder."""
    for folder, folders, names in os.walk(root):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in (*names, *links):
            yield os.path.relpath(os.path.join(folder, name), root)
