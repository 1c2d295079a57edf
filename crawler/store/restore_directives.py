"""Keep withdrawals of pages through a restore: narrow the restored directives by those of newer
databases.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import msgspec
from sqlite_utils import Database

from crawler.models.articles import Directives
from crawler.store.articles import narrow_directives
from crawler.store.database import transaction


def reapply_directives(db: Database, newer: Iterable[Path]) -> int:
    """Withdraw what pages withdrew in `newer` databases, newest first; returns how many articles
    changed.

    The newest database that knows a URL decides about it. One that cannot be read is skipped.
    """
    stated: dict[str, Directives] = {}
    for path in newer:
        for url, directives in _directives(path).items():
            stated.setdefault(url, directives)
    with transaction(db):
        rows = db.execute("SELECT DISTINCT article_id, url FROM aliases").fetchall()
        changed = {
            article_id
            for article_id, url in rows
            if url in stated and narrow_directives(db, article_id, stated[url])
        }
    return len(changed)


def _directives(path: Path) -> dict[str, Directives]:
    """The directives of every article by each of its URLs; none if the file cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as other:
            rows = other.execute(
                "SELECT x.url, a.directives FROM aliases x JOIN articles a ON a.id = x.article_id"
            ).fetchall()
    except sqlite3.DatabaseError:
        return {}
    return {url: msgspec.json.decode(text, type=Directives) for url, text in rows}
