"""Restore withdrawals of pages: stricter directives of newer databases stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import msgspec
from sqlite_utils import Database

from crawler.models.articles import Directives
from crawler.store.articles import narrow_directives
from crawler.store.database import database_path, transaction
from crawler.store.differential_backup import whole_databases

_DIRECTIVES = "SELECT x.url, a.directives FROM aliases x JOIN articles a ON a.id = x.article_id"


def reapply_directives(db: Database, newer: Iterable[Path]) -> int:
    """Narrow the directives of restored articles to those of `newer` databases, newest first.

    The newest database that contains a URL decides. A database that cannot be read is skipped.
    Returns the number of articles changed.
    """
    directives: dict[str, Directives] = {}
    for path in whole_databases(newer, database_path(db).parent):
        for url, stated in _load_directives(path).items():
            directives.setdefault(url, stated)
    with transaction(db):
        rows = db.execute("SELECT DISTINCT article_id, url FROM aliases").fetchall()
        stored = [(article_id, url) for article_id, url in rows if url in directives]
        return len(
            {
                article_id
                for article_id, url in stored
                if narrow_directives(db, article_id, directives[url])
            }
        )


def _load_directives(path: Path) -> Mapping[str, Directives]:
    """Return the directives of every article by each of its URLs; empty for an unreadable file."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as old:
            rows = old.execute(_DIRECTIVES).fetchall()
    except sqlite3.DatabaseError:
        return {}
    decoded = {url: _decode(text) for url, text in rows}
    return {url: directives for url, directives in decoded.items() if directives is not None}


def _decode(text: str | bytes) -> Directives | None:
    """Return stored directives, or None for a damaged value: then an older database decides."""
    try:
        return msgspec.json.decode(text, type=Directives)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
