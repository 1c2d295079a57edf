"""Edit `data/sources.toml`: append tables, or enter a new URL. No other line changes.

The file is written by people. Only commands for that purpose change it, and they keep comments.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from crawler.errors import InputError
from crawler.sources.configured_sources import make_source

_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\].*?(?=^[ \t]*\[\[|\Z)", re.M | re.S)
_URL_LINE = re.compile(r"""^(url[ \t]*=[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')(.*)$""", re.MULTILINE)


def append_sources(path: Path, tables: Iterable[Mapping[str, Any]]) -> None:
    """Append the `tables` of new sources to the file.

    Raises ConfigurationError if a table is not a valid source; then nothing is written.
    """
    tables = list(tables)
    for table in tables:
        make_source(dict(table), str(path))
    text = path.read_text(encoding="utf-8").rstrip()
    _write(path, "\n\n".join(filter(None, [text, *map(_as_toml, tables)])) + "\n")


def enter_new_url(path: Path, name: str, url: str) -> str:
    """Replace the URL of the source `name` by `url`; the old URL becomes its former one.

    Return the old URL. Raises InputError if the file has no such table with a URL on one line.
    """
    text = path.read_text(encoding="utf-8")
    for table in _TABLE.finditer(text):
        old = _source_of(table.group())
        if old.get("name") == name and _URL_LINE.search(table.group()):
            edited = _with_url(table.group(), old, url)
            _write(path, text[: table.start()] + edited + text[table.end() :])
            return str(old["url"])
    raise InputError(f"{path}: no source {name!r} with a url.", "Edit the file by hand.")


def _with_url(table: str, old: Mapping[str, Any], url: str) -> str:
    """Return the text of a table with another URL; the one of `old` becomes its former one."""
    former = "" if "formerly" in old else f"\nformerly = {_as_value(old['url'])}"

    def lines(line: re.Match[str]) -> str:
        return f"{line[1]}{_as_value(url)}{line[3]}{former}"

    return _URL_LINE.sub(lines, table, count=1)


def _source_of(table: str) -> dict[str, Any]:
    """Return the keys of one table, or nothing if its text is not complete."""
    try:
        return dict(tomllib.loads(table)["source"][0])
    except tomllib.TOMLDecodeError:
        return {}


def _write(path: Path, text: str) -> None:
    """Write the file in one step, after a check that it is valid TOML."""
    tomllib.loads(text)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def _as_toml(table: Mapping[str, Any]) -> str:
    return "\n".join(_lines(table))


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    yield "[[source]]"
    for key, value in table.items():
        yield f"{key} = {_as_value(value)}"


def _as_value(value: Any) -> str:
    """Return a TOML value: JSON strings, numbers, booleans and lists are TOML (v1.0.0)."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
