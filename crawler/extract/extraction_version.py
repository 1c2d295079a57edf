"""The version of the extraction: its code and the tables that ship with it."""

from __future__ import annotations

from crawler.derivation_versions import shipped_tables, version_of
from crawler.extract.block_selection import load_weights

VERSION = 18
"""Raise it when this package extracts another text or other metadata from the same page."""

_TABLES = (
    "code_highlighters.toml",
    "hyphenated_compounds.toml",
    "inserted_boxes.toml",
    "metadata_phrases.toml",
    "non_article_patterns.toml",
    "non_article_phrases.tsv",
    "page_phrases.toml",
)


def version() -> str:
    """Return the version of the code and its tables."""
    calendar = shipped_tables("crawler.dates", "calendar.toml")
    return version_of(
        VERSION, calendar, shipped_tables("crawler.extract", *_TABLES), load_weights()
    )
