"""Read the descriptions of tables and columns from a snapshot that a plain Datasette opens."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from crawler.store.schema import APPLICATION_ID

_DESCRIPTIONS = "SELECT table_name, column_name, description FROM schema_descriptions"


def file_metadata(datasette: Any) -> dict[str, Any]:
    """Return the metadata of the snapshots among the databases of `datasette`."""
    databases = {
        name: {"tables": _tables(str(database.path))}
        for name, database in datasette.databases.items()
        if database.path
    }
    return {"databases": databases}


@lru_cache(maxsize=16)
def _tables(path: str) -> dict[str, Any]:
    """The description and the columns of each table; nothing for other files than a snapshot."""
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as db:
            if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return {}
            rows = db.execute(_DESCRIPTIONS).fetchall()
    except sqlite3.Error:
        return {}
    tables: dict[str, Any] = {}
    for table, column, description in rows:
        entry = tables.setdefault(table, {"columns": {}})
        if column:
            entry["columns"][column] = description
        else:
            entry["description"] = description
    return tables
