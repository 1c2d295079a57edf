"""The data export of LinkedIn: `Shares.csv`, alone or in its zip.

Messages and contacts in the same zip are never opened. LinkedIn writes each line break inside a
commentary as two quotes, the break and two quotes. An ordinary CSV reader therefore returns stray
quotes at every line end (seen in real exports). `Date` is UTC: it equals the time in the id of the
share (`id >> 22`, in ms).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url
from crawler.importers.decode_text import decode_text
from crawler.importers.record_types import ImportOptions, Record, parse_records, records_of_member
from crawler.importers.zip_files import contains_file, extract_files, is_zip
from crawler.models.posts import Link, Post, Provenance
from crawler.text_cleaning import clean_block, clean_line
from crawler.urls_and_hashtags import find_hashtags, find_urls
from crawler.utc_times import parse_iso_date

PRIORITY = 60
HAS_ALL_POSTS = True

MEMBERS = r"(?:[^/]+/)?Shares\.csv"
_COLUMN = "ShareCommentary"
_BROKEN_BREAK = re.compile(r'""(\r\n|\r|\n)""')
_SHARE = re.compile(r"urn:li:(?:share|activity|ugcPost):\d{1,20}")
_DOUBLED_HASHTAG = re.compile(r"\bhashtag#(?=\w)")
# Values of public shares. Exports without the column are older than other visibilities.
_PUBLIC = frozenset({"", "ANYONE", "MEMBER_NETWORK", "PUBLIC"})
_MAX_FIELD = 1_000_000


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` is Shares.csv, by its header line, or the zip of an export.

    `name` is not used.
    """
    header = data[:1000].split(b"\n")[0]
    is_shares = _COLUMN.encode() in header and b"," in data[:1000]
    return contains_file(data, MEMBERS) or is_shares


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
    text = _BROKEN_BREAK.sub(r"\1", decode_text(path, content))
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    if _COLUMN not in _columns(path, reader):
        hint = "It is Shares.csv of a LinkedIn data export that can be imported."
        raise InputError(f"{path} has no column {_COLUMN}.", hint)
    while (row := _next_row(reader)) is not None:
        yield f"line {reader.line_num}", row


def _next_row(reader: csv.DictReader[str]) -> dict[str, str] | csv.Error | None:
    """Return the next row by column, the error of a row that is not CSV, or None at the end."""
    try:
        row = next(reader, None)
    except csv.Error as error:
        return error
    if row is None:
        return None
    return {key: value or "" for key, value in row.items() if isinstance(key, str)}


def _columns(path: str, reader: csv.DictReader[str]) -> Sequence[str]:
    try:
        return reader.fieldnames or ()
    except csv.Error as error:
        raise InputError(
            f"{path}, line 1: {error}.", "Ask LinkedIn for the export again."
        ) from None


def _post(row: dict[str, str] | csv.Error, name: str, options: ImportOptions) -> Post | None:
    """Return the post of a row, None if it is empty. Raises csv.Error for a row that is not CSV."""
    if isinstance(row, csv.Error):
        raise row
    text = _DOUBLED_HASHTAG.sub("#", clean_block(row[_COLUMN]))
    shared = absolute_web_url(row.get("SharedUrl"))
    if not text and not shared:
        return None
    return Post(
        network="linkedin",
        uri=_uri(row, text),
        url=absolute_web_url(row.get("ShareLink")),
        text=text,
        published=parse_iso_date(row.get("Date"), options.seen_at),
        hashtags=find_hashtags(text),
        links=_links(text, shared),
        visibility=_visibility(row.get("Visibility")),
        provenance=Provenance(file=name),
    )


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
