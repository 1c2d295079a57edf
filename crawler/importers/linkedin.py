"""The data export of LinkedIn: `Shares.csv`, alone or in its zip.

Messages and contacts in the same zip are never opened. LinkedIn writes each line break inside a
commentary as two quotes, the break and two quotes. An ordinary CSV reader therefore returns stray
quotes at every line end (seen in real exports). `Date` is UTC: it equals the time in the id of the
share (`id >> 22`, in ms). Excel writes other delimiters, charsets and dates. Members of the zip may
have the id of the member in their names (`Shares_123.csv`).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url
from crawler.importers.decode_text import decode_table
from crawler.importers.linkedin_markup import without_linkedin_markup
from crawler.importers.record_types import ImportOptions, Record, parse_records, records_of_member
from crawler.importers.zip_files import contains_file, extract_files, is_zip
from crawler.models.posts import Link, Post, Provenance
from crawler.text_cleaning import clean_block, clean_line
from crawler.urls_and_hashtags import find_hashtags, find_urls
from crawler.utc_times import parse_iso_date, plausible_date

PRIORITY = 60
HAS_ALL_POSTS = True

MEMBERS = r"(?:[^/]+/){0,3}Shares(?:[ _-][^/]*)?\.csv"
_COLUMN = "ShareCommentary"
_COLUMNS = ("Date", "ShareLink", _COLUMN, "SharedUrl", "MediaUrl", "Visibility")
_DELIMITERS = ",;\t|"
_HEADER_LINES = 10  # Excel and some tools put lines before the header
_BROKEN_BREAK = re.compile(r'""(\r\n|\r|\n)""')
_SHARE = re.compile(r"urn:li:(?:share|activity|ugcPost):(\d{1,20})", re.ASCII)
# Values of public shares. Exports without the column are older than other visibilities.
_PUBLIC = frozenset({"", "ANYONE", "MEMBER_NETWORK", "PUBLIC"})
_MAX_FIELD = 1_000_000
_SHARE_ID_BITS = 22  # of the id of a share below its time in ms
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` is Shares.csv, by its header line, or the zip of an export.

    `name` is not used.
    """
    head = data[:4000].replace(b"\0", b"")  # UTF-16 too
    return contains_file(data, MEMBERS) or any(map(_is_header, head.split(b"\n")[:_HEADER_LINES]))


def _is_header(line: bytes) -> bool:
    return _COLUMN.encode() in line and any(mark.encode() in line for mark in _DELIMITERS)


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post per share. Shares for connections only are marked, and stay private.

    `data` is Shares.csv or the zip, `name` its name; `options` has the time of the import. Raises
    InputError if the columns are missing.
    """
    files = extract_files(name, data, MEMBERS) if is_zip(data) else {name: data}
    if not files:
        hint = "Ask LinkedIn for the export that includes your posts."
        raise InputError(f"{name} holds no Shares.csv.", hint)
    for path, content in files.items():
        yield from records_of_member(name, path, _records(path, content, name, options))


def _records(path: str, content: bytes, name: str, options: ImportOptions) -> Iterator[Record]:
    return parse_records(path, _rows(path, content), lambda row: _post(row, name, options))


def _rows(path: str, content: bytes) -> Iterator[tuple[str, dict[str, str] | csv.Error]]:
    """Yield each row under the number of its last line; a row that is not CSV is its error."""
    text = _BROKEN_BREAK.sub(r"\1", decode_table(path, content))
    above, header, rows = _split_at_header(path, text)
    delimiter = max(_DELIMITERS, key=header.count)
    columns = [_column(cell) for cell in header.split(delimiter)]
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(rows, newline=""), delimiter=delimiter)
    while (row := _next_row(reader)) is not None:
        label = f"line {above + 1 + reader.line_num}"
        yield label, row if isinstance(row, csv.Error) else dict(zip(columns, row, strict=False))


def _split_at_header(path: str, text: str) -> tuple[int, str, str]:
    """Return the number of lines above the header, the header, and the lines below it.

    Raises InputError if no line has the column of the texts.
    """
    remaining = text
    for above in range(_HEADER_LINES):
        header, _, remaining = remaining.partition("\n")
        if _COLUMN in header:
            return above, header, remaining
    hint = "It is Shares.csv of a LinkedIn data export that can be imported."
    raise InputError(f"{path} has no column {_COLUMN}.", hint)


def _column(cell: str) -> str:
    """Return the name of a column as LinkedIn writes it, for a cell of the header."""
    written = cell.strip(" \"'\ufeff\r").casefold()
    return next((name for name in _COLUMNS if name.casefold() == written), written)


def _next_row(reader: Iterator[list[str]]) -> list[str] | csv.Error | None:
    """Return the next row, the error of a row that is not CSV, or None at the end."""
    try:
        return next(reader, None)
    except csv.Error as error:
        return error


def _post(row: dict[str, str] | csv.Error, name: str, options: ImportOptions) -> Post | None:
    """Return the post of a row, None if it is empty. Raises csv.Error for a row that is not CSV."""
    if isinstance(row, csv.Error):
        raise row
    text = without_linkedin_markup(clean_block(row.get(_COLUMN)))
    shared = absolute_web_url(row.get("SharedUrl"))
    if not text and not shared:
        return None
    return Post(
        network="linkedin",
        uri=_uri(row, text),
        url=absolute_web_url(row.get("ShareLink")),
        text=text,
        published=_date(row, options.seen_at),
        hashtags=find_hashtags(text),
        links=_links(text, shared),
        visibility=_visibility(row.get("Visibility")),
        provenance=Provenance(file=name),
    )


def _date(row: dict[str, str], seen_at: datetime) -> datetime | None:
    """Return the time in the column `Date`; of a date that Excel rewrote, that of the share id."""
    if date := parse_iso_date(row.get("Date"), seen_at):
        return date
    share = _SHARE.search(unquote(row.get("ShareLink", "")))
    milliseconds = int(share[1]) >> _SHARE_ID_BITS if share else 0
    return plausible_date(_EPOCH + timedelta(milliseconds=milliseconds), seen_at) if share else None


def _links(text: str, shared: str) -> tuple[Link, ...]:
    """Return the links in the text, and the shared URL if it is not one of them."""
    links: dict[str, Link] = {}
    for written in find_urls(text):
        if url := absolute_web_url(written) or absolute_web_url(f"https://{written}"):
            links[url] = Link(url)
    if shared:
        links.setdefault(shared, Link(shared, origin="attachment"))
    return tuple(links.values())


def _visibility(written: str | None) -> str:
    """Return `public` only for known values: LinkedIn adds values and translates them."""
    value = clean_line(written).upper().replace(" ", "_")
    return "public" if value in _PUBLIC else "connections"


def _uri(row: dict[str, str], text: str) -> str:
    """Return the URI from the id of the share; without an id, from its text and time."""
    share = _SHARE.search(unquote(row.get("ShareLink", "")))
    digest = hashlib.sha256(f"{row.get('Date', '')}\n{text}".encode()).hexdigest()
    return f"linkedin:{share[0] if share else digest}"
