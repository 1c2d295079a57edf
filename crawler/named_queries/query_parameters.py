"""Parameters of named queries, from `parameters.toml`: labels, inputs, choices and defaults.

| key | meaning |
|---|---|
| label | shown with the field |
| example | a value that a visitor may type |
| input | `choice`, `search`, `words` or `text`, see INPUTS |
| choices | SQL that returns value and label of each choice, best first |
| completion | SQL that returns value and label of the choices that match `:words` (FTS5); |
|   | without it, choices whose label contains the words |
| default | SQL that returns the value used without input; it may use the parameters above it |
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.errors import ConfigurationError

INPUTS = ("choice", "search", "words", "text")
"""`choice`: one of a list; `search`: one of many, found by words; `words`: a full-text search."""

_FILE = "parameters.toml"
_KEYS = ("label", "example", "input", "choices", "completion", "default")
_REQUIRED = ("label", "example", "input", "default")


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """A parameter of named queries: its field and the SQL of its values."""

    name: str
    label: str
    example: str
    input: str
    default: str
    choices: str = ""
    completion: str = ""


def parse_parameters(text: str) -> Mapping[str, QueryParameter]:
    """Return the parameters in the text of a TOML file, by name and in its order.

    Raises ConfigurationError that names the parameter with an unknown or missing key.
    """
    entries = tomllib.loads(text)
    for name, entry in entries.items():
        problem = next(_problems(entry), "")
        if problem:
            raise ConfigurationError(
                f"crawler/named_queries/{_FILE}: {name}: {problem}.",
                f"Known keys: {', '.join(_KEYS)}. Kinds of input: {', '.join(INPUTS)}.",
            )
    return {name: QueryParameter(name, **entry) for name, entry in entries.items()}


def _problems(entry: Mapping[str, str]) -> Iterator[str]:
    yield from (f"unknown key {key!r}" for key in entry if key not in _KEYS)
    yield from (f"{key} is missing" for key in _REQUIRED if not entry.get(key))
    if entry.get("input") not in INPUTS:
        yield f"unknown input {entry.get('input')!r}"
    if entry.get("input") in ("choice", "search") and not entry.get("choices"):
        yield "choices is missing"


@cache
def query_parameters() -> Mapping[str, QueryParameter]:
    """Return every parameter of named queries, by name.

    Raises ConfigurationError when the file is invalid.
    """
    return parse_parameters(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
