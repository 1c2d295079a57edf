"""Store the last valid robots.txt of each authority (`https://host:port`)."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from crawler.utc_times import iso


def load_robots(db: Database, authority: str) -> tuple[datetime, bytes] | None:
    """Return the time and the bytes of the stored copy for `authority`; None without a copy."""
    row = db.execute(
        "SELECT fetched_at, body FROM robots_copies WHERE authority = ?", [authority]
    ).fetchone()
    return (datetime.fromisoformat(row[0]), row[1]) if row else None


def save_robots(db: Database, authority: str, fetched_at: datetime, body: bytes) -> None:
    """Replace the stored copy of `authority` by `body`, which was fetched at `fetched_at`."""
    db.conn.execute(
        "INSERT INTO robots_copies (authority, fetched_at, body) VALUES (?, ?, ?) "
        "ON CONFLICT (authority) DO UPDATE SET "
        "fetched_at = excluded.fetched_at, body = excluded.body",
        [authority, iso(fetched_at), body],
    )
