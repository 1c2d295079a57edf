"""One example of each command, from `examples.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

_TABLE = Path(__file__).with_name("examples.toml")
_PREFORMATTED = "\b"  # click does not wrap the paragraph after this line


@dataclass(frozen=True, slots=True)
class Example:
    """A command line, its result in words, and why a test cannot run it (empty: it can)."""

    run: str
    result: str
    parsed_only: str = ""


@cache
def command_examples() -> Mapping[str, Example]:
    """Return the example of each command by its name, for example `sources add`."""
    entries = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: Example(**entry) for name, entry in entries.items()}


def add_example(command: click.Command, name: str) -> None:
    """Show the example of the command `name` at the end of its help, and so of its subcommands."""
    example = command_examples().get(name)
    if example and not command.epilog:
        command.epilog = f"{_PREFORMATTED}\nExample:\n  {example.run}\n\n{example.result}"
    if isinstance(command, click.Group):
        for verb, subcommand in command.commands.items():
            add_example(subcommand, f"{name} {verb}")
