"""Fixtures of the tests of the explorer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.explorer.query_library import write_library


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The snapshot of the small library, open."""
    path = write_library(tmp_path_factory.mktemp("queries") / "public.db")
    with closing(sqlite3.connect(path)) as conn:
        yield conn
