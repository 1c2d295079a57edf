"""Code that the commands share: the workspace, JSON Lines in and out, tables, progress."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

from crawler.errors import InputError, UsageError
from crawler.terminal_streams import one_line, raw_stream
from crawler.tolerant_json import decode_json
from crawler.workspace import Workspace, open_workspace

_UNDECODED = re.compile("[\udc80-\udcff]")  # bytes that are not UTF-8 (PEP 383)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Machine-readable output on stdout."
)


def workspace(context: click.Context) -> Workspace:
    """Return the workspace that `--workspace` or the working directory names."""
    return open_workspace(context.find_object(Path) or Path())


def standard_input() -> TextIO:
    """Return standard input. Raises UsageError if it is closed, as by `<&-` in a shell."""
    stream: TextIO | None = sys.stdin
    if stream is None:
        raise UsageError("Standard input is closed.", "Name a file, or redirect one: < FILE")
    return stream


def is_interactive() -> bool:
    """Whether a person at a terminal can answer a question of the command."""
    streams: tuple[TextIO | None, ...] = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams)


@contextmanager
def progress(description: str) -> Iterator[None]:
    """Yield while standard error, on a terminal, shows `description` and the elapsed time."""
    from rich.console import Console

    from crawler.progress_display import activity

    with activity(one_line(description), Console(file=raw_stream(sys.stderr))):
        yield


def read_json_lines(stream: TextIO, name: str = "standard input") -> Iterator[dict[str, Any]]:
    """Yield one object per line of `stream`; blank lines are skipped.

    Raises InputError that contains `name` and the line number.
    """
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        if not line.isascii() and (wrong := _UNDECODED.search(line)):
            raise InputError(
                f"{name}, line {number}: not UTF-8 text (byte 0x{ord(wrong[0]) - 0xDC00:02X}).",
                "Convert the input to UTF-8.",
            )
        try:
            value = decode_json(line.encode("utf-8", "surrogatepass"))
        except ValueError as error:
            raise InputError(
                f"{name}, line {number}: not JSON: {error}.", "Each line must be one JSON object."
            ) from None
        if not isinstance(value, dict):
            raise InputError(
                f"{name}, line {number}: not a JSON object.", "Each line must be one JSON object."
            )
        yield value


def write_json_line(value: Any) -> None:
    """Write one value as one line of JSON to stdout.

    msgspec converts dataclasses, tuples and datetimes.
    """
    sys.stdout.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False) + "\n")


def filter_lines(convert: Callable[[dict[str, Any]], Any], stream: TextIO | None = None) -> None:
    """Run a stage as a filter: JSON lines from `stream` (stdin) through `convert` to stdout."""
    for item in read_json_lines(stream or standard_input()):
        write_json_line(convert(item))


def echo_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Write rows of text in aligned columns to stdout."""
    listed = [tuple(map(one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)] if listed else []
    for row in listed:
        click.echo(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
