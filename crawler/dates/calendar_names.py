"""Names of months and weekdays in 34 languages, from `calendar.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

_CALENDAR: dict[str, Any] = tomllib.loads(
    files("crawler.dates").joinpath("calendar.toml").read_text(encoding="utf-8")
)
WEEKDAYS = frozenset(_CALENDAR.pop("weekdays"))
"""The names that appear in a running text."""
ALL_WEEKDAYS = WEEKDAYS | frozenset(_CALENDAR.pop("other_weekdays"))
_HEBREW_IN = "ב"
_SHARED_NAMES: Mapping[str, Mapping[str, int]] = _CALENDAR.pop("shared_names")
MONTHS: Mapping[str, int] = {
    name: number for number, names in enumerate(_CALENDAR.values(), 1) for name in names
}


def month_number(name: str, language: str) -> int:
    """Return the month of a `name` in lower case; 0 if several or no month has it.

    `language` is a tag such as `hr-HR`. It decides names that are different months in two
    languages, such as `listopad`.
    """
    by_language = _SHARED_NAMES.get(name)
    if by_language is None:
        return MONTHS.get(name.removeprefix(_HEBREW_IN), 0)
    return by_language.get(language[:2].lower(), 0)
