"""One example of each command, from `examples.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TABLE_FILE = "examples.toml"


@dataclass(frozen=True, slots=True)
class Example:
    """A command line, its result in words, and why a test cannot run it (empty: it can)."""

    run: str
    result: str
    parsed_only: str = ""


@cache
def command_examples() -> Mapping[str, Example]:
    """Return the example of each command by its name, for example `sources add`."""
    text = files(__package__).joinpath(_TABLE_FILE).read_text(encoding="utf-8")
    return {name: Example(**entry) for name, entry in tomllib.loads(text).items()}
