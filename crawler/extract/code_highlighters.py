"""Class names in the markup of code highlighters, from code_highlighters.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

_HIGHLIGHTERS: list[dict[str, list[str]]] = tomllib.loads(
    files("crawler.extract").joinpath("code_highlighters.toml").read_text(encoding="utf-8")
)["highlighter"]


def _classes(column: str) -> frozenset[str]:
    return frozenset(name for row in _HIGHLIGHTERS for name in row.get(column, ()))


_LISTINGS = _classes("listing")
_LINES = _classes("lines")
_LEFT_OUT = _classes("numbers") | _classes("tools")


@lru_cache(maxsize=20_000)
def names_listing(class_name: str) -> bool:
    """Return whether a `class_name` marks an element as one listing of code."""
    return not _LISTINGS.isdisjoint(class_name.split())


@lru_cache(maxsize=20_000)
def names_line(class_name: str) -> bool:
    """Return whether a `class_name` inside a listing marks a line of code."""
    return not _LINES.isdisjoint(_stems(class_name))


@lru_cache(maxsize=20_000)
def names_numbers_or_tools(class_name: str) -> bool:
    """Return whether a `class_name` inside a listing marks line numbers or tools."""
    return not _LEFT_OUT.isdisjoint(_stems(class_name))


def _stems(class_name: str) -> set[str]:
    """Return the names in a `class` attribute, also without the hashes of CSS modules.

    `codeLineNumber_Tfdd` contains `codeLineNumber`:
    https://github.com/css-modules/css-modules
    """
    names = class_name[:500].split()
    return {*names, *(name.partition("_")[0] for name in names)}
