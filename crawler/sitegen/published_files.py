"""The files of the published tree: by its manifest, or read again into a new manifest."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import msgspec

from crawler.sitegen.site_manifest import (
    DATABASE,
    FileRow,
    SiteManifest,
    SiteState,
    content_digest,
    is_current,
)
from crawler.sitegen.site_size import counts_of_file

_PAGE = "SELECT path, digest, size FROM files WHERE path > ? ORDER BY path LIMIT 1000"


class PublishedFiles:
    """The files of the published tree by its manifest, which is only read."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    @contextmanager
    def open(cls, path: Path, tree: str) -> Iterator[PublishedFiles | None]:
        """Yield the files of `tree`; None if the manifest at `path` is that of another tree.

        The same if it cannot be read.
        """
        with ExitStack() as opened:
            files = None
            with suppress(sqlite3.DatabaseError, msgspec.MsgspecError):
                uri = f"{path.absolute().as_uri()}?mode=ro"
                db = opened.enter_context(closing(sqlite3.connect(uri, uri=True)))
                (document,) = db.execute("SELECT document FROM state").fetchone() or (b"{}",)
                state = msgspec.json.decode(document, type=SiteState)
                files = cls(db) if is_current(db) and state.tree == tree else None
            yield files

    def rows(self) -> Iterator[tuple[str, bytes, int]]:
        """Yield path, `content_digest` and size of each file; the digest may be empty.

        They are read in parts: an open query would stop a build that publishes.
        """
        last = ""
        while page := self._db.execute(_PAGE, (last,)).fetchall():
            yield from page
            last = page[-1][0]

    def count(self) -> int:
        """Return the number of files."""
        return int(self._db.execute("SELECT count(*) FROM files").fetchone()[0])

    def has(self, path: str) -> bool:
        """Return whether the tree has a file at `path`."""
        text = (path.encode(errors="replace").decode(),)  # the name of a file can be no text
        return bool(self._db.execute("SELECT 1 FROM files WHERE path = ?", text).fetchone())


def published_digests(path: Path, tree: str) -> dict[str, tuple[bytes, int]]:
    """Return by path the `content_digest` and the size of each file of the published `tree`.

    They are those of the manifest at `path`. The result is empty if it is of another tree or
    cannot be read.
    """
    with PublishedFiles.open(path, tree) as files, suppress(sqlite3.DatabaseError):
        rows = files.rows() if files else ()
        return {name: (digest, size) for name, digest, size in rows if digest}
    return {}


def adopt_tree(
    manifest: SiteManifest, published: Path, paths: Iterable[str], former: SiteState
) -> None:
    """Fill the empty `manifest` with a row of the first build for each of `paths` in `published`.

    `former` is the state before: it has the totals of that tree when it was built, perhaps.
    """
    totals: Counter[str] = Counter()
    for path in paths:
        row = _row_of_file(published, path)
        manifest.put(row)
        totals.update(counts_of_file(row))
    built = (former.built or former.totals) if former.tree == published.name else {}
    manifest.commit(SiteState(1, published.name, totals=dict(totals), built=built), ())


def _row_of_file(folder: Path, path: str) -> FileRow:
    if path.endswith(DATABASE):
        return FileRow(path, (folder / path).stat().st_size, b"", "", "", b"", 1)
    data = (folder / path).read_bytes()
    return FileRow(path, len(data), content_digest(data), "", "", b"", 1)
