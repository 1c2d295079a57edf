"""The version of the extraction: of its code and of the tables that ship with it."""

from __future__ import annotations

from crawler.derivation_versions import shipped_tables, version_of

VERSION = 2
"""Raise it when this package reads other texts or metadata from the same page."""

_TABLES = ("calendar.toml", "walls.toml", "weights.json", "words.toml")


def version() -> str:
    """The version of the code and its tables."""
    return version_of(VERSION, shipped_tables("crawler.extract", *_TABLES))
