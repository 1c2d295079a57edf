"""The simple views of the snapshot return the rows of the views that decide what may be shown."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.store.schema_views import VIEWS
from tests.explorer.query_library import write_library


@pytest.mark.parametrize(
    "name", ["unquotable_articles", "publishable_posts", "publishable_articles"]
)
def test_simple_view_has_the_rows_of_the_deciding_view(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(write_library(tmp_path / "public.db"))) as conn:
        columns = [column for _, column, *_ in conn.execute(f"PRAGMA table_info({name})")]
        rows = conn.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()
        for view in ("unquotable_articles", "publishable_posts", "publishable_articles"):
            match = re.search(rf"CREATE VIEW {view} AS(.*?);\n", VIEWS, re.DOTALL)
            assert match
            conn.execute(f"CREATE TEMP VIEW {view} AS {match[1]}")
        decided = conn.execute(f"SELECT * FROM temp.{name} ORDER BY id")
        assert [entry[0] for entry in decided.description] == columns
        assert decided.fetchall() == rows
        assert rows or name == "unquotable_articles"
