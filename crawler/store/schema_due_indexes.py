"""The indexes by which a night finds the rows that are due, hidden or expired.

Without them, each night reads every article, post and fetch record.
"""

from __future__ import annotations

_INDEXES = {
    "articles_last_checked": "articles(last_checked)",
    "articles_archive": "articles(archive_file, archive_offset) WHERE archive_file IS NOT NULL",
    "articles_noarchive": "articles(id) WHERE instr(directives, 'noarchive') > 0",
    "posts_hidden": "posts(hidden) WHERE hidden <> 0",
    "posts_seen": "posts(seen_at)",
    "posts_deleted": "posts(deleted_at) WHERE deleted_at IS NOT NULL",
    "fetches_at": "fetches(at) WHERE archive_file IS NULL",
}

DUE_INDEXES = tuple(_INDEXES)
"""The names of the indexes; the snapshot does not need them."""

CREATE_DUE_INDEXES = "".join(f"CREATE INDEX {name} ON {rows};\n" for name, rows in _INDEXES.items())
"""The statements that create the indexes."""
