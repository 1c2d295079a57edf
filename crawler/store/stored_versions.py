"""Versions of the rules and programs by which stored data was derived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from crawler.store.database import transaction


def load_versions(db: Database, prefix: str = "") -> dict[str, str]:
    """Return the version of each part whose name begins with `prefix`, without the prefix."""
    rows = db.execute(
        "SELECT name, value FROM derivation_versions WHERE name LIKE ? || '%'", [prefix]
    )
    return {name.removeprefix(prefix): version for name, version in rows}


def save_versions(db: Database, versions: Mapping[str, str], prefix: str = "") -> None:
    """Store the version of each part of `versions` under its name after `prefix`."""
    with transaction(db):
        db.conn.executemany(
            "INSERT INTO derivation_versions (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE "
            "SET value = excluded.value WHERE value <> excluded.value",
            [(f"{prefix}{part}", version) for part, version in sorted(versions.items())],
        )


def delete_versions(db: Database, parts: Iterable[str], prefix: str = "") -> None:
    """Delete the versions of `parts`, whose names are stored after `prefix`."""
    with transaction(db):
        db.conn.executemany(
            "DELETE FROM derivation_versions WHERE name = ?",
            [(f"{prefix}{part}",) for part in parts],
        )
