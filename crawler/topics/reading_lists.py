"""Reading lists: one TOML file per topic in, the picks in reading order out."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec

from crawler.errors import ConfigurationError
from crawler.models.reading_lists import Pick
from crawler.settings.toml_files import read_toml
from crawler.text_cleaning import clean_line
from crawler.topics.table_files import folder_files
from crawler.url_parser import InvalidUrl, parse_url
from crawler.validation_messages import validation_message

MAX_PICKS = 100
_MAX_LINE = 400
_KEYS = frozenset(field.name for field in fields(Pick))


class _ReadingList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    picks: tuple[dict[str, Any], ...] = ()


def read_reading_lists(folder: Path) -> dict[str, tuple[Pick, ...]]:
    """Return slug -> picks of the files `folder/<slug>.toml`, sorted by slug.

    Raises ConfigurationError that names the file and the pick if a key is unknown or missing, or
    a value is wrong. It is also raised for more than MAX_PICKS picks.
    """
    paths = folder_files(folder, "*.toml")
    return {path.stem: _read_list(path) for path in paths}


def _read_list(path: Path) -> tuple[Pick, ...]:
    try:
        tables = msgspec.convert(read_toml(path), _ReadingList).picks
    except msgspec.ValidationError as error:
        raise _invalid(path, validation_message(error)) from None
    if len(tables) > MAX_PICKS:
        raise _invalid(path, f"{len(tables)} picks; at most {MAX_PICKS} are allowed")
    return tuple(_read_pick(path, position, table) for position, table in enumerate(tables, 1))


def _read_pick(path: Path, position: int, table: dict[str, Any]) -> Pick:
    place = f"pick {position}"
    for unknown in sorted(table.keys() - _KEYS):
        raise _invalid(path, f"{place}: {unknown} is not a key of a pick")
    try:
        pick = msgspec.convert(_cleaned(table), Pick)
    except msgspec.ValidationError as error:
        raise _invalid(path, f"{place}: {validation_message(error)}") from None
    if isinstance(parse_url(pick.url), InvalidUrl):
        raise _invalid(path, f"{place}: {pick.url!r} is not an http(s) URL")
    return pick


def _cleaned(table: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a pick with each text on one line."""
    return {key: _cleaned_value(value) for key, value in table.items()}


def _cleaned_value(value: Any) -> Any:
    if isinstance(value, str):
        return clean_line(value, _MAX_LINE)
    return [_cleaned_value(part) for part in value] if isinstance(value, list) else value


def _invalid(path: Path, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{path}: {problem}.", "Correct that pick. See docs/CURATING.md.")
