"""Every table and column has a meaning, and docs/DATABASE.md is what its generator writes."""

from __future__ import annotations

import pytest

from devtools.database_page import PAGE, Schemas, database_page, missing_meanings, read_schemas


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return read_schemas()


def test_every_table_and_column_has_a_meaning(schemas: Schemas) -> None:
    problems = missing_meanings(schemas)
    assert not problems, "edit crawler/store/table_meanings.toml"


def test_database_page_is_current(schemas: Schemas) -> None:
    assert PAGE.read_text(encoding="utf-8") == database_page(schemas), "run: make docs"
