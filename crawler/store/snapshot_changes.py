"""Read what changed in the database since the public snapshot was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from crawler.derivation_versions import package_digest
from crawler.store.change_triggers import EVERYTHING
from crawler.store.database import transaction

_CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class SnapshotChanges:
    """The subjects that changed since the snapshot was written: ids by kind."""

    ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.ids)

    def __len__(self) -> int:
        return sum(map(len, self.ids.values()))

    @property
    def needs_full_write(self) -> bool:
        """Whether something changed that only a full write copies."""
        return EVERYTHING in self.ids

    def of(self, kind: str) -> tuple[int, ...]:
        """Return the ids of the subjects of a `kind`."""
        return self.ids.get(kind, ())


WRITE_IN_FULL = SnapshotChanges({EVERYTHING: (0,)})
"""The changes if it is unknown what changed."""


def changes_since(db: Database, snapshot: Path) -> SnapshotChanges:
    """Return the changes of `db` that the file `snapshot` does not have.

    Everything counts as changed if another file, a restored database or a new version of the code
    makes an update impossible.
    """
    written = dict(db.execute("SELECT name, value FROM snapshot_state"))
    written.pop(_CONTEXT, None)
    if not written or written != _state(snapshot):
        return WRITE_IN_FULL
    ids: dict[str, list[int]] = {}
    query = "SELECT DISTINCT kind, id FROM snapshot_changes ORDER BY kind, id"
    for kind, subject in db.execute(query):
        ids.setdefault(kind, []).append(subject)
    return SnapshotChanges({kind: tuple(subjects) for kind, subjects in ids.items()})


def recorded_context(db: Database) -> str:
    """Return the digest that was given to `record_written`; empty for none."""
    query = "SELECT value FROM snapshot_state WHERE name = ?"
    row = db.execute(query, [_CONTEXT]).fetchone()
    return str(row[0]) if row else ""


def take_changes(db: Database) -> None:
    """Mark all changes as taken, before the snapshot is written.

    A change during the writing is recorded again. A writer that is killed leaves all of them.
    """
    with transaction(db):
        db.execute(
            "INSERT OR IGNORE INTO snapshot_changes (kind, id, taken) "
            "SELECT kind, id, 1 FROM snapshot_changes WHERE taken = 0"
        )
        db.execute("DELETE FROM snapshot_changes WHERE taken = 0")


def record_written(db: Database, snapshot: Path, context: str) -> None:
    """Record that the file `snapshot` has all changes that were taken.

    `context` is a digest of the rows from which any other row of the snapshot may follow.
    """
    with transaction(db):
        db.execute("DELETE FROM snapshot_changes WHERE taken = 1")
        db.execute("DELETE FROM snapshot_state")
        db.conn.executemany(
            "INSERT INTO snapshot_state VALUES (?, ?)",
            {**_state(snapshot), _CONTEXT: context}.items(),
        )


def _state(snapshot: Path) -> dict[str, str]:
    """Return what identifies a file and the code that writes it; empty if there is no file."""
    try:
        status = snapshot.stat()
    except OSError:
        return {}
    return {
        "file": f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}",
        "code": f"{package_digest()} {sqlite3.sqlite_version}",
    }
