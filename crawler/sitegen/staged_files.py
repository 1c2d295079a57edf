"""Files that workers check and write for a build themselves, so that only facts come back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crawler.sitegen.page_links import LinkReader
from crawler.sitegen.rendered_groups import GroupedFile
from crawler.sitegen.site_manifest import FileRow, SiteManifest, content_digest
from crawler.sitegen.site_validation import file_problems
from crawler.sitegen.tree_folder import TreeFolder, size_of_file


@dataclass(frozen=True, slots=True)
class StagingPlace:
    """The folder of the files of a new build, and the published tree with its manifest.

    If `keeps_pages`, pages of the published version are not rendered again.
    """

    folder: Path
    published: Path | None
    manifest: Path
    keeps_pages: bool


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that was checked, and that is written unless the published one is the same.

    `targets` are those of its links, `problems` those of the file alone. The number of the build
    is missing in `row`.
    """

    row: FileRow
    is_written: bool
    targets: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


class FileStager:
    """Writes files at a `place`, next to other workers."""

    def __init__(self, place: StagingPlace) -> None:
        self._published = place.published
        self._manifest = SiteManifest(place.manifest)
        self._folder = TreeFolder(place.folder)
        self._links = LinkReader()
        self._keeps_pages = place.keeps_pages

    def is_published(self, path: str, version: str) -> bool:
        """Return whether the page at `path` with this `version` is kept."""
        return self._keeps_pages and self._manifest.has_page(path, version)

    def stage(self, made: GroupedFile) -> StagedFile:
        """Check the file `made`, write it if it is new or changed, and return its facts.

        Raises BuildError if the build has a file of this path already.
        """
        file = made.file
        links, digest = self._links.read(file), content_digest(file.data)
        row = FileRow(
            file.path, len(file.data), digest, made.group, made.version, links.marks, changed=0
        )
        is_written = not self._is_same(row)
        if is_written:
            self._folder.write(file.path, file.data)
        problems = () if made.is_valid else tuple(file_problems(file))
        return StagedFile(row, is_written, links.targets, problems)

    def _is_same(self, row: FileRow) -> bool:
        published = self._manifest.file(row.path)
        if not published or published.digest != row.digest:
            return False
        return size_of_file(f"{self._published}/{row.path}") == row.size
