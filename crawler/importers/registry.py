"""The importers: modules of this package and rows of its tables, and which one a file matches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import groupby
from typing import cast

import crawler.importers
from crawler.errors import InputError, UsageError
from crawler.importers import csv_services, json_services
from crawler.importers.csv_rows import CsvHeader, csv_header
from crawler.importers.json_services import first_fields
from crawler.importers.prose_detection import non_prose_reason
from crawler.importers.protocol import Importer
from crawler.importers.zip_files import extract_files, is_zip
from crawler.module_discovery import implementing_modules
from crawler.text_cleaning import clean_line

_NO_MEMBER = r"(?!)"
_LONGEST_NAME = 60  # characters of the name of a column
_SHOWN_COLUMNS = 20


@cache
def load_importers() -> Mapping[str, Importer]:
    """Return the importers by format name, those with the highest priority first.

    They are the modules of this package, and the services in the tables of `csv_services` and
    `json_services`. Raises ConfigurationError for a module that implements only a part of the
    protocol.
    """
    modules = implementing_modules(crawler.importers, Importer)
    importers = {name: cast(Importer, module) for name, module in modules.items()}
    for services in (csv_services.SERVICES, json_services.SERVICES):
        importers |= {name: cast(Importer, service) for name, service in services.items()}
    return dict(sorted(importers.items(), key=lambda item: (-item[1].PRIORITY, item[0])))


def format_names() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted(load_importers()))


def detect_format(name: str, data: bytes, format: str | None = None) -> str:
    """Return `format`, or if it is None the format that the content `data` of a file matches.

    `name` is the file name. Raises UsageError for an unknown format, and InputError for a file that
    matches no format, or several with the same priority.
    """
    importers = load_importers()
    if format is not None and format not in importers:
        names = ", ".join(format_names())
        raise UsageError(f"There is no import format {format!r}.", f"Known: {names}.")
    if format is not None:
        return format
    lower = name.lower()
    for _, group in groupby(importers.items(), lambda item: item[1].PRIORITY):
        candidates = [
            format_name for format_name, importer in group if importer.matches(lower, data)
        ]
        if len(candidates) > 1:
            hint = f"Name the right one, for example: --format {candidates[0]}"
            raise InputError(f"{name} may be one of: {', '.join(candidates)}.", hint)
        if candidates:
            return candidates[0]
    raise _no_format(name, data)


def _no_format(name: str, data: bytes) -> InputError:
    """Return the error for a file that matches no format, with the reason."""
    if is_zip(data):
        extract_files(name, data, _NO_MEMBER)  # raises the error of a damaged archive
        hint = (
            "An X archive holds data/tweets.js, a LinkedIn export Shares.csv, a Mastodon archive "
            "outbox.json."
        )
        return InputError(f"{name} is a zip archive without posts that we know.", hint)
    reason = non_prose_reason(name.lower(), data)
    header = csv_header(name, data) if reason else None
    if header is not None and _is_table(header):
        return _unknown_table(name, header)
    if fields := first_fields(data):
        reason = f"no known service writes JSON with the fields {', '.join(fields)}"
    hint = (
        f"Known formats: {', '.join(format_names())}. Convert the file to one of them; "
        "a text of posts can be imported with --format paste."
    )
    return InputError(f"{name} is not in a known format: {reason}.", hint)


def _is_table(header: CsvHeader) -> bool:
    """Return whether the columns of `header` are short names, not markup or JSON."""
    return all(len(column) <= _LONGEST_NAME for column in header.columns) and not any(
        column.lstrip()[:1] in ("<", "{", "[") for column in header.columns
    )


def _unknown_table(name: str, header: CsvHeader) -> InputError:
    """Return the error for a table of no known service, with its columns."""
    columns = ", ".join(clean_line(column, 40) for column in header.columns[:_SHOWN_COLUMNS])
    services = (
        f"{service.title} ({', '.join(service.columns)})"
        for service in csv_services.SERVICES.values()
    )
    reason = f"{name} is not in a known format: no known table has the columns {columns}."
    hint = f"Known tables: {'; '.join(services)}; LinkedIn (Shares.csv)."
    return InputError(reason, hint)
