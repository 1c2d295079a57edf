"""The manifest of the site: a row for each file of the published tree, and what it was built from.

It is an SQLite database next to the trees. It lists the files that the spare tree lacks, so that a
build touches changed files only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from crawler.models.outcomes import Failure

_SCHEMA_VERSION = 2
_SCHEMA = f"""
BEGIN;
CREATE TABLE files (
    path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, digest BLOB NOT NULL,
    page_group TEXT NOT NULL, version TEXT NOT NULL, links BLOB NOT NULL, changed INTEGER NOT NULL
);
CREATE INDEX files_changed ON files(changed);
CREATE INDEX files_page_group ON files(page_group);
CREATE TABLE removed (path TEXT PRIMARY KEY, build INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE state (document BLOB NOT NULL);
PRAGMA user_version = {_SCHEMA_VERSION};
COMMIT;
"""
_NEW = """
CREATE TEMP TABLE new (
    path TEXT NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL,
    page_group TEXT NOT NULL, version TEXT NOT NULL, links BLOB NOT NULL, changed INTEGER NOT NULL
);
CREATE TEMP TABLE made (path TEXT NOT NULL);
"""
_CHANGED = """
SELECT path FROM files
WHERE changed > ? AND path NOT IN (SELECT path FROM new WHERE changed > ?)
"""
_UNKNOWN = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT path FROM files)"
_UNMADE = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT path FROM made)"
_REPEATED = "SELECT path FROM made GROUP BY path HAVING count(*) > 1 LIMIT 1"
_LOST = "SELECT path FROM files WHERE path NOT IN (SELECT path FROM made) ORDER BY path"
_REMOVED = """
SELECT path FROM removed
WHERE build > ? AND path NOT IN (SELECT path FROM new WHERE changed > ?)
"""
DATABASE = ".db"
"""The end of the name of the database that the explorer page has."""

_DIGEST_BYTES = 16
_BATCH = 1_000  # rows that are stored at once


class FileRow(NamedTuple):
    """One file of the site.

    `group` names the pages that are made together, `version` what the file shows (empty: unknown).
    `links` has a mark of each path that the page links to. `changed` is the number of the build
    that last changed the file.
    """

    path: str
    size: int
    digest: bytes
    group: str
    version: str
    links: bytes
    changed: int


class BuildInputs(msgspec.Struct, frozen=True):
    """Everything that the bytes of the site depend on.

    `rules` is the version of code, templates and settings, `snapshot` that of the rows of the
    snapshot (empty: unknown). `database` is the path that the explorer page has for the file of
    the snapshot, empty without that page.
    """

    rules: str = ""
    snapshot: bytes = b""
    database: str = ""

    def same_site(self, published: BuildInputs) -> bool:
        """Return whether the site is the same as the `published` one for certain."""
        return bool(self.snapshot) and self == published


class FolderState(NamedTuple):
    """When a folder was modified, and the bytes and the newest time of its files.

    Times are in nanoseconds. The bytes are -1 if the files are too many to be compared.
    """

    modified: int
    bytes: int
    newest: int


class SiteState(msgspec.Struct, frozen=True):
    """The facts of the manifest about the whole site.

    `number` counts the builds, `tree` is the folder of the published one. `spare` is the folder of
    the one before, with the files of build `spare_number`; `is_spare_clean` is set once it has only
    files of the published tree. `totals` count files, pages and bytes. `built` are the totals of
    the last build if somebody changed its files since. `folders` are those of the published tree
    when it was made. `inputs`, `articles` and `withheld` are those of the last build.
    """

    number: int = 0
    tree: str = ""
    spare: str = ""
    spare_number: int = 0
    totals: Mapping[str, int] = {}
    built: Mapping[str, int] = {}
    folders: Mapping[str, FolderState] = {}
    inputs: BuildInputs = BuildInputs()
    articles: int = 0
    withheld: tuple[Failure, ...] = ()
    is_spare_clean: bool = False


class SiteManifest:
    """The manifest at `path`. New rows become part of it with `commit`, all at once.

    An unreadable manifest, or one of another version of Hashtrail, counts as empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = _open(path)
        self._rows: list[FileRow] = []
        self._made: list[tuple[str]] = []
        self.state = self._read_state()

    def file(self, path: str) -> FileRow | None:
        """Return the row of the published file at `path`."""
        if not self.state.number:
            return None
        row = self._db.execute("SELECT * FROM files WHERE path = ?", (path,)).fetchone()
        return FileRow(*row) if row else None

    def has_page(self, path: str, version: str) -> bool:
        """Return whether the published page at `path` has this `version`, which is not empty."""
        published = self.file(path) if version else None
        return published is not None and published.version == version

    def unknown(self, paths: Iterable[str]) -> list[str]:
        """Return those of `paths` without a published file."""
        return self._paths(_UNKNOWN, paths)

    def add_path(self, path: str) -> None:
        """Record that the new site has a file at `path`, also if its row stays."""
        self._made.append((path,))
        if len(self._made) >= _BATCH:
            self._store_rows()

    def made_paths(self) -> Iterator[str]:
        """Yield the recorded paths, sorted."""
        self._index_made()
        return (path for (path,) in self._db.execute("SELECT path FROM made ORDER BY path"))

    def unmade(self, paths: Iterable[str]) -> list[str]:
        """Return those of `paths` that are not recorded."""
        self._index_made()
        return self._paths(_UNMADE, paths)

    def lost(self) -> list[str]:
        """Return the paths of published files that are not recorded, sorted."""
        self._index_made()
        return [path for (path,) in self._db.execute(_LOST)]

    def repeated_path(self) -> str:
        """Return a path that was recorded twice, empty without one."""
        self._index_made()
        row = self._db.execute(_REPEATED).fetchone()
        return row[0] if row else ""

    def new_paths(self, number: int) -> Iterator[str]:
        """Yield the paths of the new rows of files that build `number` changed."""
        self._store_rows()
        rows = self._db.execute("SELECT path FROM new WHERE changed = ?", (number,))
        return (path for (path,) in rows)

    def paths(self) -> Iterator[str]:
        """Yield the paths of all published files, sorted."""
        return (path for (path,) in self._db.execute("SELECT path FROM files ORDER BY path"))

    def paths_of_group(self, group: str) -> list[str]:
        """Return the paths of the published files of a page group."""
        rows = self._db.execute("SELECT path FROM files WHERE page_group = ?", (group,))
        return [path for (path,) in rows]

    def groups(self, prefix: str) -> list[str]:
        """Return the page groups with published files whose names begin with `prefix`."""
        query = "SELECT DISTINCT page_group FROM files WHERE page_group >= ? AND page_group < ?"
        rows = self._db.execute(query, _names_after(prefix))
        return [group for (group,) in rows]

    def group_versions(self, prefix: str) -> dict[str, str]:
        """Return the version of each page group whose name begins with `prefix`.

        It is empty if the files of the group have several.
        """
        query = """SELECT page_group, CASE count(DISTINCT version) WHEN 1 THEN min(version) END
            FROM files WHERE page_group >= ? AND page_group < ? GROUP BY page_group"""
        rows = self._db.execute(query, _names_after(prefix))
        return {group: version or "" for group, version in rows}

    def linking_pages(self, marks: Iterable[bytes]) -> Iterator[str]:
        """Yield the published pages that may link to one of the paths with these `marks`."""
        self._db.execute("CREATE TEMP TABLE wanted AS SELECT x'' AS mark WHERE 0")
        self._db.executemany("INSERT INTO wanted VALUES (?)", ((mark,) for mark in marks))
        query = "SELECT DISTINCT path FROM files, wanted WHERE instr(links, mark) ORDER BY path"
        yield from (path for (path,) in self._db.execute(query).fetchall())
        self._db.execute("DROP TABLE wanted")

    def changed_after(self, number: int) -> Iterator[str]:
        """Yield the paths of the published files that changed after build `number`.

        Files that the new build changes are left out.
        """
        return (path for (path,) in self._db.execute(_CHANGED, (number, self.state.number)))

    def removed_after(self, number: int) -> Iterator[str]:
        """Yield the paths of the files that were removed after build `number`."""
        return (path for (path,) in self._db.execute(_REMOVED, (number, self.state.number)))

    def put(self, row: FileRow) -> None:
        """Store the row of a file that the new build has, if it is new or changed."""
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._store_rows()

    def index_new(self) -> None:
        """Sort the new rows by path, so that the queries above find them."""
        self._store_rows()
        self._db.execute("CREATE UNIQUE INDEX IF NOT EXISTS temp.new_path ON new(path)")

    def commit(self, state: SiteState, removed: Iterable[str]) -> None:
        """Make the new rows and `state` the manifest of the published site, without `removed`.

        Removed paths are listed until no tree has their files.
        """
        db = self._db
        self._store_rows()
        db.execute("BEGIN IMMEDIATE")
        for path in removed:
            db.execute("DELETE FROM files WHERE path = ?", (path,))
            db.execute("INSERT OR REPLACE INTO removed VALUES (?, ?)", (path, state.number))
        db.execute("DELETE FROM removed WHERE build <= ?", (state.spare_number,))
        db.execute("DELETE FROM removed WHERE path IN (SELECT path FROM new)")
        db.execute("INSERT OR REPLACE INTO files SELECT * FROM new ORDER BY path")
        db.execute("DELETE FROM state")
        db.execute("INSERT INTO state VALUES (?)", (msgspec.json.encode(state),))
        db.execute("COMMIT")
        db.execute("DELETE FROM new")
        db.execute("DELETE FROM made")
        self.state = state

    def record(self, state: SiteState) -> None:
        """Replace the facts about the published site by `state`."""
        self._db.execute("UPDATE state SET document = ?", (msgspec.json.encode(state),))
        self.state = state

    def start_over(self) -> None:
        """Remove every row and the state."""
        self.close()
        self._rows.clear()
        self._made.clear()
        _remove(self._path)
        self._db = _open(self._path)
        self.state = SiteState()

    def close(self) -> None:
        """Close the manifest. Rows that were not committed are lost."""
        self._db.close()

    def _store_rows(self) -> None:
        if not self._rows and not self._made:
            return
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO new VALUES (?, ?, ?, ?, ?, ?, ?)", self._rows)
        self._db.executemany("INSERT INTO made VALUES (?)", self._made)
        self._db.execute("COMMIT")
        self._rows.clear()
        self._made.clear()

    def _index_made(self) -> None:
        self._store_rows()
        self._db.execute("CREATE INDEX IF NOT EXISTS temp.made_path ON made(path)")

    def _paths(self, query: str, paths: Iterable[str]) -> list[str]:
        wanted = msgspec.json.encode(list(paths)).decode()
        return [path for (path,) in self._db.execute(query, (wanted,))]

    def _read_state(self) -> SiteState:
        with suppress(sqlite3.DatabaseError, msgspec.MsgspecError):
            row = self._db.execute("SELECT document FROM state").fetchone()
            if row:
                return msgspec.json.decode(row[0], type=SiteState)
        return SiteState()


def _names_after(prefix: str) -> tuple[str, str]:
    """Return the first name that begins with `prefix`, and the first one after all of these."""
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _open(path: Path) -> sqlite3.Connection:
    db = _connect(path)
    if not is_current(db):
        db.close()
        _remove(path)
        db = _connect(path)
        db.executescript(_SCHEMA)
    db.executescript(_NEW)
    return db


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def is_current(db: sqlite3.Connection) -> bool:
    """Return whether `db` is a manifest of this version of Hashtrail."""
    with suppress(sqlite3.DatabaseError):
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        return version == _SCHEMA_VERSION
    return False


def _remove(path: Path) -> None:
    for suffix in ("", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def content_digest(data: bytes) -> bytes:
    """Return the digest by which the manifest compares contents."""
    return blake2b(data, digest_size=_DIGEST_BYTES).digest()
