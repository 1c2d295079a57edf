"""Output directory: the files of a new site, compared with the published one, then published.

Only changed files are written. Unchanged files cost nothing: the manifest has their digests, and
the tree that the build publishes has them already.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from heapq import merge
from itertools import chain
from pathlib import Path
from typing import Any, Self

from msgspec import to_builtins
from msgspec.structs import replace

from crawler.errors import BuildError
from crawler.models.outcomes import Failure
from crawler.sitegen.finished_batches import FinishedBatches, batch_basis
from crawler.sitegen.published_changes import folder_states
from crawler.sitegen.published_files import adopt_tree
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_manifest import (
    BuildInputs,
    FileRow,
    SiteManifest,
    SiteState,
    content_digest,
)
from crawler.sitegen.site_size import SiteSize, counts_of_file
from crawler.sitegen.site_trees import SiteTrees
from crawler.sitegen.staged_files import StagedFile, StagingPlace
from crawler.sitegen.tree_folder import two_pages_error

MANIFEST = "manifest.db"
_NO_INPUTS = BuildInputs()


class OutputDirectory:
    """The files of a new site, in a hidden folder until `publish`; `written` counts the new ones.

    Before that, and after a crash, readers see the whole published site. `target` is the link that
    readers see; `now` names the new build. `on_file` is called for every file. With `afresh`, the
    published files are read again and the spare tree is removed: files that somebody changed, added
    or removed are then replaced. `inputs` are those of the new site. `finished` has the batches
    that an interrupted build made from the same inputs.
    """

    def __init__(
        self,
        target: Path,
        now: datetime,
        on_file: Callable[[], None] | None = None,
        *,
        afresh: bool = False,
        inputs: BuildInputs = _NO_INPUTS,
    ) -> None:
        self._on_file = on_file
        self._trees = SiteTrees(target, now)
        self._manifest = SiteManifest(self._trees.builds / MANIFEST)
        self._finish_interrupted()
        if afresh:
            self._start_over()
        self.finished = FinishedBatches(self._trees, batch_basis(inputs, self.state))
        if afresh:
            self.finished.remove()
        self._trees.clear_partial(self.finished.folder)
        self._number = self._manifest.state.number + 1
        self._change: Counter[str] = Counter()
        self._due: set[str] | None = None
        self._unmade: set[str] = set()
        self.written = 0

    @property
    def state(self) -> SiteState:
        """Return the facts about the published site."""
        return self._manifest.state

    @property
    def previous(self) -> Path | None:
        """Return the published folder, None if there is none."""
        return self._trees.published

    @property
    def builds(self) -> Path:
        """Return the folder of the trees and of files that speed up the next build."""
        return self._trees.builds

    @property
    def place(self) -> StagingPlace:
        """Return the place where workers write files of the new site."""
        trees, published = self._trees, self._trees.published
        return StagingPlace(
            trees.staging.absolute(),
            published and published.absolute(),
            (trees.builds / MANIFEST).absolute(),
            keeps_pages=self._due is not None,
        )

    def group_keys(self, kind: str) -> set[str]:
        """Return the keys of the published page groups of a page `kind`."""
        groups = self._manifest.groups(f"{kind}/")
        return {group.removeprefix(f"{kind}/") for group in groups}

    def make_only(self, groups: Iterable[str]) -> None:
        """Let the new site have every published file, except those of `groups` and of no group.

        These are made again.
        """
        self._due = set()
        self.make_again(("", *groups))

    def group_versions(self, kind: str) -> dict[str, str]:
        """Return by key the versions of the published groups of a page `kind`.

        The result is empty if the build makes every page.
        """
        if self._due is None:
            return {}
        versions = self._manifest.group_versions(f"{kind}/")
        return {group.removeprefix(f"{kind}/"): version for group, version in versions.items()}

    def make_again(self, groups: Iterable[str]) -> None:
        """Let the new site have the published files of `groups` only if they are made again."""
        if self._due is not None:
            for group in groups:
                self._due.update(self._manifest.paths_of_group(group))

    def put(self, file: OutputFile, group: str = "", links: bytes = b"", version: str = "") -> None:
        """Add `file`; it is written only if the published one differs.

        `group` is its page group, `links` has the marks of the paths it links to, and `version`
        is that of its page. Raises BuildError if another page has the path, or else `publish` does.
        """
        published = self._manifest.file(file.path)
        self._add(file.path, published)
        digest = content_digest(file.data)
        is_same = published and published.digest == digest and self._is_whole(published)
        changed = published.changed if is_same and published else self._number
        row = FileRow(file.path, len(file.data), digest, group, version, links, changed)
        if not is_same:
            self._trees.stage(file.path, file.data)
            self.written += 1
        if row != published:
            self._record(row, published)

    def put_staged(self, file: StagedFile) -> None:
        """Add a `file` that a worker compared with the published one, and wrote if they differ.

        Raises BuildError as `put`.
        """
        published = self._manifest.file(file.row.path)
        self._add(file.row.path, published)
        is_same = published and not file.is_written
        changed = published.changed if published and is_same else self._number
        row = file.row._replace(changed=changed)
        self.written += file.is_written
        if row != published:
            self._record(row, published)

    def is_published(self, path: str, version: str) -> bool:
        """Return whether the new site can keep the page at `path` with this `version`.

        A build that makes every page keeps none: its templates may differ.
        """
        return self._due is not None and self._manifest.has_page(path, version)

    def keep(self, path: str) -> None:
        """Add the published page at `path`. Raises BuildError as `put`."""
        self._add(path, self._manifest.file(path))
        self._unmade.add(path)

    def put_linked(self, path: str, source: Path) -> None:
        """Add the large file `source` as a hard link, without reading it.

        The name of `path` identifies the content: a published file of that name is the same, and
        becomes a link to `source` too. The size of the file counts for no limit.
        """
        published = self._manifest.file(path)
        self._add(path, published)
        if published:
            state = self._manifest.state
            self._trees.relink(path, source, filter(None, (state.tree, state.spare)))
            return
        self._trees.stage_link(path, source)
        self.written += 1
        self._record(FileRow(path, source.stat().st_size, b"", "", "", b"", self._number), None)

    def missing(self, paths: Iterable[str]) -> set[str]:
        """Return those of `paths` at which the new site has no file, made or published."""
        others = set(self._manifest.unmade(paths))
        due = {path for path in others if self.is_due(path)}
        return due.union(self._manifest.unknown(others - due))

    def is_due(self, path: str) -> bool:
        """Return whether the file at `path` is made again, or else removed."""
        return self._due is None or path in self._due

    def paths(self) -> Iterator[str]:
        """Yield the paths of all files of the new site made so far, sorted."""
        made, due = self._manifest.made_paths(), self._due
        if due is None:
            return made
        return merge(made, (path for path in self._manifest.paths() if path not in due))

    def pages_linking_to(self, marks: Collection[bytes]) -> Iterator[OutputFile]:
        """Yield the pages that are not made again and may link to the paths with these `marks`."""
        for path in self._manifest.linking_pages(marks) if marks else ():
            if not self.is_due(path) or path in self._unmade:
                yield OutputFile(path, self.published(path))

    def read(self, path: str) -> bytes:
        """Return the bytes of an added file, by its `path`."""
        staged = self._trees.read_staged(path)
        return self.published(path) if staged is None else staged

    def published(self, path: str) -> bytes:
        """Return the bytes of the published file at `path`; empty if there is none."""
        return self._trees.read(path) or b""

    def published_size(self) -> SiteSize:
        """Return the size of the published site, as it was built."""
        return SiteSize(**(self.state.built or self.state.totals))

    def size(self) -> SiteSize:
        """Return the size of the new site: of the added files."""
        totals = Counter(self._manifest.state.totals)
        totals.update(self._change)
        for path in self.vanished():
            row = self._manifest.file(path)
            if row:
                totals.subtract(counts_of_file(row))
        return SiteSize(**totals)

    def vanished(self) -> list[str]:
        """Return the paths of published files that the new site lacks, sorted."""
        if self._due is None:
            return self._manifest.lost()
        return sorted(self._manifest.unmade(self._due))

    def publish(
        self,
        inputs: BuildInputs = _NO_INPUTS,
        articles: int = 0,
        withheld: tuple[Failure, ...] = (),
        snapshot: Path | None = None,
    ) -> bool:
        """Publish the new site, unless it equals the published one.

        `inputs` are those of the site, `articles` the number of its articles, and `withheld` the
        failures of items whose pages were replaced. The file `snapshot` stays, as a link, for the
        comparison with the next one. Returns whether readers see something new. The manifest is
        the decision: a build that is killed after it is published by the next one. Raises
        BuildError if two pages have the same path.
        """
        if path := self._manifest.repeated_path():
            raise two_pages_error(path)
        if snapshot:
            self._trees.link_again(self._snapshot_path(inputs), snapshot)
        removed = self.vanished()
        facts: dict[str, Any] = {"inputs": inputs, "articles": articles, "withheld": withheld}
        if self.previous and not self.written and not removed:
            facts |= {"built": {}, "folders": folder_states(self.previous)}
            self._manifest.commit(replace(self.state, **facts), ())
            self.remove_old_files()
            return False
        self._complete(removed)
        folders = folder_states(self.builds / self._trees.new_name)
        state = replace(self._next_state(), folders=folders, **facts)
        os.sync()  # after a power failure, the manifest must not name files that are not stored
        self._manifest.commit(state, removed)
        self.finished.remove()
        self._trees.switch(state.tree)
        self.remove_old_files()
        return True

    def remove_old_files(self) -> None:
        """Remove what readers do not see any more: other trees, former versions and pages.

        The spare tree keeps only files of the published site. Texts that were hidden or deleted are
        then in no tree.
        """
        manifest, state = self._manifest, self.state
        self._trees.remove_all_but((state.tree, state.spare))
        self._trees.remove_snapshots_but(self._snapshot_path(state.inputs))
        if self._trees.has(state.spare) and not state.is_spare_clean:
            number = state.spare_number
            old = chain(manifest.removed_after(number), manifest.changed_after(number))
            self._trees.remove_from(state.spare, old)
            manifest.record(replace(state, is_spare_clean=True))

    def record_folders(self) -> None:
        """Record the folders of the published tree, which has the files of its build."""
        if self.previous:
            self._manifest.record(replace(self.state, folders=folder_states(self.previous)))

    def published_snapshot(self) -> Path | None:
        """Return the snapshot that the published site was built from, if it is known."""
        path = self._snapshot_path(self.state.inputs)
        return path if self.state.inputs.snapshot and path.is_file() else None

    def __enter__(self) -> Self:
        """Return this output directory."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close it. Ctrl-C keeps the files of finished batches for the next build."""
        if kind and not issubclass(kind, Exception):
            self.finished.close()
            self._manifest.close()
        else:
            self.close()

    def close(self) -> None:
        """Remove the added files that were not published."""
        self.finished.discard()
        self._trees.discard()
        self._manifest.close()

    def _snapshot_path(self, inputs: BuildInputs) -> Path:
        return self._trees.builds / f"snapshot-{inputs.snapshot.hex()}.db"

    def _add(self, path: str, published: FileRow | None) -> None:
        if published and not self.is_due(path):
            raise two_pages_error(path)
        self._manifest.add_path(path)
        if self._on_file:
            self._on_file()

    def _is_whole(self, row: FileRow) -> bool:
        """Return whether nobody removed or shortened the published file of `row`."""
        return self._trees.size(row.path) == row.size

    def _record(self, row: FileRow, published: FileRow | None) -> None:
        self._manifest.put(row)
        for name, number in counts_of_file(row).items():
            self._change[name] += number
        if published:
            self._change.subtract(counts_of_file(published))

    def _next_state(self) -> SiteState:
        state, size = self._manifest.state, self.size()
        return SiteState(
            number=self._number,
            tree=self._trees.new_name,
            spare=state.tree,
            spare_number=state.number,
            totals=to_builtins(size),
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
                spare,
                gone,
                (path for path in missing if path not in gone),
                manifest.new_paths(self._number),
            )
        except FileNotFoundError as error:
            manifest.start_over()
            raise BuildError(
                f"The published site lacks {error.filename}.",
                "Run the command again: it makes every page again.",
            ) from error

    def _finish_interrupted(self) -> None:
        """Publish what a killed build decided; read the published tree if the manifest lacks it."""
        state, published = self._manifest.state, self.previous
        if published and published.name == state.tree:
            return
        if self._trees.has(state.tree):
            self._trees.switch(state.tree)
            return
        self._start_over()

    def _start_over(self) -> None:
        """Remove every tree but the published one, and read that one again."""
        former = self.state
        self._manifest.start_over()
        if self.previous:
            self._trees.remove_all_but((self.previous.name,))
            adopt_tree(self._manifest, self.previous, self._trees.published_paths(), former)
