"""The meaning of every table and column of the database, from `table_meanings.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

_TABLE_FILE = "table_meanings.toml"


@dataclass(frozen=True, slots=True)
class TableMeaning:
    """The meaning of one table or view and of its columns.

    `snapshot` and `snapshot_columns` state the content in the published snapshot where it differs.
    """

    meaning: str
    snapshot: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    snapshot_columns: Mapping[str, str] = field(default_factory=dict)

    def public_columns(self) -> dict[str, str]:
        """Return the meaning of each column in the published snapshot."""
        return {**self.columns, **self.snapshot_columns}


@cache
def table_meanings() -> Mapping[str, TableMeaning]:
    """Return the meaning of each table and view, by name."""
    text = files(__package__).joinpath(_TABLE_FILE).read_text(encoding="utf-8")
    return {name: TableMeaning(**entry) for name, entry in tomllib.loads(text).items()}
