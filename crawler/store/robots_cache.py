"""Keeping robots.txt files: the last good one of each authority (`https://host:port`), for nights
on which it cannot be read.
"""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from crawler.text_cleaning import iso


def load_robots(db: Database, authority: str) -> tuple[datetime, bytes] | None:
    """When the kept copy was fetched, and its bytes; None when there is none."""
    row = db.execute(
        "SELECT fetched_at, body FROM robots_copies WHERE authority = ?", [authority]
    ).fetchone()
    return (datetime.fromisoformat(row[0]), row[1]) if row else None


def save_robots(db: Database, authority: str, fetched_at: datetime, body: bytes) -> None:
    """Keep a copy in place of the one before."""
    db.conn.execute(
        "INSERT INTO robots_copies (authority, fetched_at, body) VALUES (?, ?, ?) ON CONFLICT (authority) DO UPDATE SET "
        "fetched_at = excluded.fetched_at, body = excluded.body",
        [authority, iso(fetched_at), body],
    )
