"""Articles with the texts that pages made of them, kept from build to build by article version.

About five lists have an article. A build reads it from here with its finished rows, instead of
joining its tables and rendering it again. The file is a cache: without it a build has the same
result.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

import msgspec

from crawler.sitegen.article_store import read_article_versions
from crawler.sitegen.snapshot_reader import ListedArticle

_FILE_NAME = "articles.db"
_OWN_FILE_NAME = "main-process.db"

_SCHEMA_VERSION = 1
_SCHEMA = f"""
BEGIN;
CREATE TABLE record (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, article BLOB NOT NULL);
CREATE TABLE basis (key TEXT NOT NULL);
PRAGMA user_version = {_SCHEMA_VERSION};
COMMIT;
"""
_READ = """
SELECT id, version, article FROM main.record WHERE id IN (SELECT value FROM json_each(?))
"""
_READ_EARLIER = """
SELECT id, version, article FROM earlier.record
WHERE id IN (SELECT value FROM json_each(?)) AND id NOT IN (SELECT id FROM main.record)
"""
_READ_ADDED = """
SELECT id, version, article FROM added.record WHERE id IN (SELECT value FROM json_each(?))
"""
_WRITE = "INSERT OR REPLACE INTO {}.record VALUES (?, ?, ?)"
_ADD_LONGER = """
INSERT INTO record VALUES (?, ?, ?) ON CONFLICT (id)
DO UPDATE SET version = excluded.version, article = excluded.article
WHERE record.version <> excluded.version OR length(record.article) < length(excluded.article)
"""
_TOPICS = "SELECT version FROM item_versions WHERE kind = 'table' AND id = 'topics'"
_DIGEST_BYTES = 16
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(ListedArticle).decode


class ArticleRecords:
    """The records at `path` of articles in the snapshot with these `versions`, by id.

    `basis` names everything else that texts of articles depend on: records of another basis are
    removed. Nothing is stored before `commit`.
    """

    def __init__(self, path: Path, basis: str, versions: array[int]) -> None:
        self.path = path
        self._versions = versions
        self._db = self._open(basis)
        self._schema, self._queries = "main", [_READ]

    def read(self, ids: Sequence[int]) -> dict[int, ListedArticle]:
        """Return the articles among `ids` whose records have the version of the snapshot."""
        wanted, current = (msgspec.json.encode(ids).decode(),), self._versions
        try:
            return {
                key: _decode(data)
                for query in self._queries
                for key, stored, data in self._db.execute(query, wanted)
                if key < len(current) and stored == current[key] >> 1
            }
        except (sqlite3.DatabaseError, msgspec.MsgspecError):
            return {}

    def read_earlier(self, path: Path) -> None:
        """Let `read` return also the records of the file at `path`, which does not change."""
        with suppress(sqlite3.DatabaseError):
            self._db.execute("ATTACH ? AS earlier", (f"{path.absolute().as_uri()}?mode=ro",))
            self._queries = [_READ, _READ_EARLIER]

    @contextmanager
    def shared(self, folder: Path) -> Iterator[None]:
        """Let other processes read the file during the block. Yields nothing.

        New records are stored in a file in `folder`, which `add_from` reads afterwards.
        """
        self.commit()
        with suppress(sqlite3.DatabaseError):
            self._attach(folder / _OWN_FILE_NAME)
        try:
            yield
        finally:
            self._schema, self._queries = "main", [_READ]
            self.commit()
            with suppress(sqlite3.DatabaseError):
                self._db.execute("DETACH added")

    def _attach(self, path: Path) -> None:
        with closing(_connect(path)) as db:
            db.executescript(_SCHEMA)
        self._db.execute("ATTACH ? AS added", (path.absolute().as_uri(),))
        self._db.execute("PRAGMA added.synchronous = OFF")
        self._schema, self._queries = "added", [_READ, _READ_ADDED]

    def write(self, articles: Iterable[ListedArticle]) -> None:
        """Store `articles` with their texts, if the snapshot has their versions."""
        rows = ((a.id, self._version(a.id), _encode(a)) for a in articles if self._version(a.id))
        with suppress(sqlite3.DatabaseError):
            self._db.executemany(_WRITE.format(self._schema), rows)

    def add_from(self, path: Path) -> None:
        """Store the records of the file at `path` that have more texts than those here."""
        with suppress(sqlite3.DatabaseError), closing(_connect(path)) as db:
            rows = db.execute("SELECT id, version, article FROM record")
            current = (row for row in rows if row[1] == self._version(row[0]))
            self._db.executemany(_ADD_LONGER, current)

    def remove_others(self) -> None:
        """Remove the records of articles that the snapshot lacks or has in another version."""
        with suppress(sqlite3.DatabaseError):
            rows = self._db.execute("SELECT id, version FROM record").fetchall()
            old = [(key,) for key, stored in rows if stored != self._version(key)]
            self._db.executemany("DELETE FROM record WHERE id = ?", old)

    def clear(self) -> None:
        """Remove every record."""
        with suppress(sqlite3.DatabaseError):
            self._db.execute("DELETE FROM record")

    def remove(self, ids: Iterable[int]) -> None:
        """Remove the records of the articles `ids`."""
        with suppress(sqlite3.DatabaseError):
            self._db.executemany("DELETE FROM record WHERE id = ?", ((key,) for key in ids))

    def commit(self) -> None:
        """Make all changes permanent."""
        with suppress(sqlite3.DatabaseError):
            self._db.commit()

    def store_without_waiting(self) -> None:
        """Let `commit` not wait for the disk: after a power failure, the file may be damaged."""
        self._db.commit()
        self._db.execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        """Close the file. Changes that were not committed are lost."""
        self._db.close()

    def _version(self, article_id: int) -> int:
        """Return a version that fits a signed integer of SQLite, 0 if it is unknown."""
        return self._versions[article_id] >> 1 if article_id < len(self._versions) else 0

    def _open(self, basis: str) -> sqlite3.Connection:
        with suppress(sqlite3.DatabaseError):
            db = _connect(self.path)
            stored = db.execute("PRAGMA user_version").fetchone()[0]
            is_known = stored == _SCHEMA_VERSION
            if is_known and db.execute("SELECT key FROM basis").fetchone() == (basis,):
                return db
            db.close()
        for suffix in ("", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        db = _connect(self.path)
        db.executescript(_SCHEMA)
        db.execute("INSERT INTO basis VALUES (?)", (basis,))
        return db


def open_records(folder: Path, snapshot: sqlite3.Connection, rules: str) -> ArticleRecords:
    """Return the records in `folder` of articles of the `snapshot`, under the `rules` of a site."""
    basis = _basis(snapshot, rules)
    return ArticleRecords(folder / _FILE_NAME, basis, read_article_versions(snapshot))


def open_temporary_records(
    path: Path, snapshot: sqlite3.Connection, earlier: Path | None
) -> ArticleRecords:
    """Return new records of articles of the `snapshot`, for this build only.

    Those of the file `earlier` are read too.
    """
    records = ArticleRecords(path, "", read_article_versions(snapshot))
    records.store_without_waiting()
    if earlier:
        records.read_earlier(earlier)
    return records


def _basis(snapshot: sqlite3.Connection, rules: str) -> str:
    """Return what texts of articles depend on besides the version of their article.

    These are the `rules` of the site, the labels of topics, and the current year, which dates omit.
    """
    newest = snapshot.execute("SELECT max(week) FROM article_list WHERE listed").fetchone()[0]
    topics = snapshot.execute(_TOPICS).fetchone()
    facts = (rules, (newest or "")[:4], bytes(topics[0]).hex() if topics else "")
    return blake2b(repr(facts).encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path.absolute().as_uri(), uri=True)
    db.execute("PRAGMA secure_delete = ON")
    return db
