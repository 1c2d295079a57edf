"""Output directory: the files of a new site, compared with the published one, then published.

Only changed files are written. Unchanged files cost nothing: the manifest has their digests, and
the tree that the build publishes has them already.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.errors import BuildError
from crawler.models.outcomes import Failure
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_manifest import (
    BuildInputs,
    FileRow,
    SiteManifest,
    SiteState,
    content_digest,
)
from crawler.sitegen.site_trees import SiteTrees

MANIFEST = "manifest.db"
_PICTURE = ".png"
_DATABASE = ".db"
_NO_INPUTS = BuildInputs()


@dataclass(frozen=True, slots=True)
class SiteSize:
    """Numbers of the files of a site.

    `pages` are HTML pages. `bytes` does not count the database of the explorer page, which has
    a separate limit. `optional` files are pictures and the database: a build without the drawing
    library or without the explorer has none. `picture_bytes` is the size of the pictures.
    """

    files: int = 0
    pages: int = 0
    bytes: int = 0
    optional: int = 0
    picture_bytes: int = 0


class OutputDirectory:
    """The files of a new site, in a hidden folder until `publish`.

    Before that, and after a crash, readers see the whole published site. `target` is the link that
    readers see; `now` names the new build. `on_file` is called for every file.
    """

    def __init__(
        self, target: Path, now: datetime, on_file: Callable[[], None] | None = None
    ) -> None:
        self._on_file = on_file
        self._trees = SiteTrees(target, now)
        self._manifest = SiteManifest(self._trees.builds / MANIFEST)
        self._finish_interrupted()
        self._number = self._manifest.state.number + 1
        self._paths: set[str] = set()
        self._change: Counter[str] = Counter()
        self._vanished: list[str] | None = None
        self.written: set[str] = set()

    @property
    def state(self) -> SiteState:
        """Return the facts about the published site."""
        return self._manifest.state

    @property
    def previous(self) -> Path | None:
        """Return the published folder, None if there is none."""
        return self._trees.published

    def put(self, file: OutputFile) -> None:
        """Add `file`; it is written only if the published one differs.

        Raises BuildError if two pages have the same path.
        """
        self._add(file.path)
        published = self._manifest.file(file.path)
        digest = content_digest(file.data)
        if published and published.digest == digest and self._is_whole(published):
            return
        self._trees.stage(file.path, file.data)
        self._record(FileRow(file.path, len(file.data), digest, "", b"", self._number), published)

    def put_linked(self, path: str, source: Path) -> None:
        """Add the large file `source` as a hard link, without reading it.

        The name of `path` identifies the content: a published file of that name is the same, and
        becomes a link to `source` too. The size of the file counts for no limit.
        """
        self._add(path)
        published = self._manifest.file(path)
        if published:
            state = self._manifest.state
            self._trees.relink(path, source, filter(None, (state.tree, state.spare)))
            return
        self._trees.stage_link(path, source)
        self._record(FileRow(path, source.stat().st_size, b"", "", b"", self._number), None)

    @property
    def paths(self) -> set[str]:
        """Return the paths of all files added so far."""
        return self._paths

    def read(self, path: str) -> bytes:
        """Return the bytes of an added file, by its `path`."""
        return self._trees.read_staged(path) if path in self.written else self.published(path)

    def published(self, path: str) -> bytes:
        """Return the bytes of the published file at `path`; empty if there is none."""
        return self._trees.read(path) or b""

    def published_size(self) -> SiteSize:
        """Return the size of the published site."""
        return SiteSize(**self._manifest.state.totals)

    def size(self) -> SiteSize:
        """Return the size of the new site: of the added files."""
        totals = Counter(self._manifest.state.totals)
        totals.update(self._change)
        for path in self.vanished():
            row = self._manifest.file(path)
            if row:
                totals.subtract(_counts(row))
        return SiteSize(**totals)

    def vanished(self) -> list[str]:
        """Return the paths of published files that were not added, sorted."""
        return [path for path in self._manifest.paths() if path not in self._paths]

    def publish(
        self,
        inputs: BuildInputs = _NO_INPUTS,
        articles: int = 0,
        withheld: tuple[Failure, ...] = (),
    ) -> bool:
        """Publish the new site, unless it equals the published one.

        `inputs` are those of the site, `articles` the number of its articles, and `withheld` the
        failures of items whose pages were replaced. Returns whether readers see something new. The
        manifest is the decision: a build that is killed after it is published by the next one.
        """
        removed = self.vanished()
        facts = {"inputs": inputs, "articles": articles, "withheld": withheld}
        if self.previous and not self.written and not removed:
            self._manifest.commit(msgspec.structs.replace(self.state, **facts), ())
            self._manifest.close()
            return False
        state = msgspec.structs.replace(self._next_state(), **facts)
        self._complete(removed)
        os.sync()  # after a power failure, the manifest must not name files that are not stored
        self._manifest.commit(state, removed)
        self._trees.switch(state.tree)
        self._remove_old(removed)
        self._manifest.close()
        return True

    def discard(self) -> None:
        """Remove the added files. The published site is unchanged."""
        self._trees.discard()
        self._manifest.close()

    def _add(self, path: str) -> None:
        if path in self._paths:
            raise BuildError(
                f"Two pages have the path {path}.",
                "This is a bug in Hashtrail. The published site is unchanged.",
            )
        self._paths.add(path)
        if self._on_file:
            self._on_file()

    def _is_whole(self, row: FileRow) -> bool:
        """Return whether nobody removed or shortened the published file of `row`."""
        return self._trees.size(row.path) == row.size

    def _record(self, row: FileRow, published: FileRow | None) -> None:
        self.written.add(row.path)
        self._manifest.put(row)
        self._change.update(_counts(row))
        if published:
            self._change.subtract(_counts(published))

    def _next_state(self) -> SiteState:
        state, size = self._manifest.state, self.size()
        return SiteState(
            number=self._number,
            tree=self._trees.new_name,
            spare=state.tree,
            spare_number=state.number,
            totals=msgspec.to_builtins(size),
        )

    def _complete(self, removed: list[str]) -> None:
        """Make the tree of the new site.

        Raises BuildError if files of the published site are missing; the next build makes every
        page again.
        """
        manifest, state = self._manifest, self._manifest.state
        manifest.index_new()
        gone = set(removed)
        if self._trees.has(state.spare):
            spare, number = state.spare, state.spare_number
            gone.update(manifest.removed_after(number))
            missing = manifest.changed_after(number)
        else:
            spare, missing = "", manifest.changed_after(0)
        try:
            self._trees.complete(
                spare, gone, (path for path in missing if path not in gone), self.written
            )
        except FileNotFoundError as error:
            manifest.start_over()
            raise BuildError(
                f"The published site lacks {error.filename}.",
                "Run the command again: it makes every page again.",
            ) from error

    def _remove_old(self, removed: list[str]) -> None:
        state = self._manifest.state
        self._trees.remove_all_but((state.tree, state.spare))
        databases = [path for path in removed if path.endswith(_DATABASE)]
        self._trees.remove_from(state.spare, databases)  # one copy of each snapshot is enough

    def _finish_interrupted(self) -> None:
        """Publish what a killed build decided; read the published tree if the manifest lacks it."""
        state, published = self._manifest.state, self.previous
        if published and published.name == state.tree:
            return
        if self._trees.has(state.tree):
            self._trees.switch(state.tree)
            return
        self._manifest.start_over()
        if published:
            self._adopt(published)

    def _adopt(self, published: Path) -> None:
        """Store a row for each file of the tree `published`, which another version built."""
        totals: Counter[str] = Counter()
        for row in _rows_of(published, self._trees.published_paths()):
            self._manifest.put(row)
            totals.update(_counts(row))
        state = SiteState(1, published.name, totals=dict(totals))
        self._manifest.commit(state, ())


def _rows_of(folder: Path, paths: Iterator[str]) -> Iterator[FileRow]:
    for path in paths:
        if path.endswith(_DATABASE):
            yield FileRow(path, (folder / path).stat().st_size, b"", "", b"", 1)
        else:
            data = (folder / path).read_bytes()
            yield FileRow(path, len(data), content_digest(data), "", b"", 1)


def _counts(row: FileRow) -> dict[str, int]:
    """Return what one file adds to a SiteSize."""
    is_picture, is_database = row.path.endswith(_PICTURE), row.path.endswith(_DATABASE)
    return {
        "files": 1,
        "pages": row.path.endswith(".html"),
        "bytes": 0 if is_database else row.size,
        "optional": is_picture or is_database,
        "picture_bytes": row.size if is_picture else 0,
    }
