"""Names of months and weekdays in 34 languages, from `calendar.toml`."""

from __future__ import annotations

import tomllib
import unicodedata
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
_WITHOUT_DECOMPOSITION = str.maketrans("ıłđøæþ", "ildoat")
_SHARED_NAMES: Mapping[str, Mapping[str, int]] = _CALENDAR.pop("shared_names")
MONTHS: Mapping[str, int] = {
    name: number for number, names in enumerate(_CALENDAR.values(), 1) for name in names
}


def _plain(name: str) -> str:
    """Return a name without accents, as keyboards and old programs write it."""
    decomposed = unicodedata.normalize("NFD", name.translate(_WITHOUT_DECOMPOSITION))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _plain_months() -> dict[str, int]:
    """Return the months by their names without accents, without names that mean something else."""
    months: dict[str, set[int]] = {}
    for name, number in MONTHS.items():
        months.setdefault(_plain(name), set()).add(number)
    others = ALL_WEEKDAYS | _SHARED_NAMES.keys()
    return {
        name: numbers.pop()
        for name, numbers in months.items()
        if len(numbers) == 1 and name not in others
    }


_PLAIN_MONTHS = _plain_months()


def month_number(name: str, language: str) -> int:
    """Return the month of a `name` in lower case; 0 if several or no month has it.

    `language` is a tag such as `hr-HR`. It decides names that are different months in two
    languages, such as `listopad`.
    """
    by_language = _SHARED_NAMES.get(name)
    if by_language is None:
        return MONTHS.get(name) or _PLAIN_MONTHS.get(_plain(name.removeprefix(_HEBREW_IN)), 0)
    return by_language.get(language[:2].lower(), 0)
