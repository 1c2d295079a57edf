"""Descriptions of the columns of named queries.

A column that comes from a table has the meaning that the schema states. `column_descriptions.toml`
describes the computed ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from crawler.store.table_meanings import table_meanings

_FILE = "column_descriptions.toml"
_TABLES = (
    "article_list",
    "articles",
    "shares",
    "posts",
    "authors",
    "taggings",
    "evidence",
    "topics",
    "entities",
    "article_entities",
    "aliases",
    "fetches",
    "links",
    "runs",
    "run_sources",
    "run_measures",
    "sources",
    "article_changes",
    "curation_log",
)
"""The tables whose columns the queries return, those with the most common columns first."""


def column_description(column: str) -> str:
    """Return the description of a `column` of a named query; empty for an unknown one."""
    return _descriptions().get(column, "")


@cache
def _descriptions() -> Mapping[str, str]:
    meanings = table_meanings()
    tables = (meanings[table].public_columns() for table in reversed(_TABLES))
    stored = {column: text for table in tables for column, text in table.items()}
    text = files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    return {column: text.replace("`", "") for column, text in {**stored, **_parsed(text)}.items()}


def _parsed(text: str) -> dict[str, str]:
    return {str(column): str(meaning) for column, meaning in tomllib.loads(text).items()}
