"""The importers of this package, and the one that matches the content of a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

import crawler.importers
from crawler.errors import InputError, UsageError
from crawler.importers.prose_detection import non_prose_reason
from crawler.importers.protocol import Importer
from crawler.importers.zip_files import is_zip
from crawler.module_discovery import implementing_modules


@cache
def load_importers() -> Mapping[str, Importer]:
    """Return the importers by format name, those with the highest priority first.

    Raises ConfigurationError for a module that implements only a part of the protocol.
    """
    modules = implementing_modules(crawler.importers, Importer)
    importers = {name: cast(Importer, module) for name, module in modules.items()}
    return dict(sorted(importers.items(), key=lambda item: (-item[1].PRIORITY, item[0])))


def format_names() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted(load_importers()))


def detect_format(name: str, data: bytes, format: str | None = None) -> str:
    """Return `format`, or if it is None the format that the content `data` of a file matches.

    `name` is the file name. Raises UsageError for an unknown format, and InputError for a file that
    matches no format.
    """
    importers = load_importers()
    if format is not None and format not in importers:
        names = ", ".join(format_names())
        raise UsageError(f"There is no import format {format!r}.", f"Known: {names}.")
    if format is not None:
        return format
    for format_name, importer in importers.items():
        if importer.matches(name.lower(), data):
            return format_name
    raise _no_format(name, data)


def _no_format(name: str, data: bytes) -> InputError:
    """Return the error for a file that matches no format, with the reason."""
    if is_zip(data):
        hint = "An X archive holds data/tweets.js, a LinkedIn export Shares.csv."
        return InputError(f"{name} is a zip archive without posts that we know.", hint)
    reason = non_prose_reason(name.lower(), data)
    hint = (
        f"Known formats: {', '.join(format_names())}. Convert the file to one of them; "
        "a text of posts can be imported with --format paste."
    )
    return InputError(f"{name} is not in a known format: {reason}.", hint)
