"""Hashtrail's own export: one JSON object per line, of type `post` or `article`."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from crawler.html_text_and_links import absolute_web_url
from crawler.importers.decode_text import decode_text
from crawler.importers.record_types import MAX_RECORD_BYTES, ImportOptions, Record, parse_records
from crawler.models.articles import Article
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.text_cleaning import clean, clean_block, clean_line, count_words, person_name
from crawler.tolerant_json import decode_json
from crawler.utc_times import parse_iso_date

PRIORITY = 20
HAS_ALL_POSTS = False

_MAX_BYTES = 1_000_000_000
_MAX_LIST = 1_000  # elements read of one list in a record
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_EXPORT_AGAIN = "export it again with: hashtrail export --format jsonl"


def matches(name: str, data: bytes) -> bool:
    """Return whether `name` has the suffix, or `data` begins with an object that has a type."""
    if name.endswith((".jsonl", ".ndjson")):
        return True
    head = data[:200]
    return data.startswith(b"{") and b'"type"' in head and b"jsonfeed.org" not in head


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield the posts and articles of an export; a line that cannot be parsed is a Failure.

    `data` is the file, `name` its name; `options` has the time of the import.
    """
    if data.startswith(_UTF_16):
        data = decode_text(name, data, _MAX_BYTES).encode()
    return parse_records(
        name, _lines_of(data), lambda line: _record(line[1], name, line[0], options)
    )


def _lines_of(data: bytes) -> Iterator[tuple[str, tuple[int, bytes]]]:
    """Yield each line with its number, one after another: a list of all would be too large."""
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    number = 0
    while start <= len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        # One byte more than the limit is enough to refuse the line.
        yield f"line {number}", (number, data[start : min(end, start + MAX_RECORD_BYTES + 1)])
        start = end + 1


def _record(line: bytes, name: str, number: int, options: ImportOptions) -> Record | None:
    """Return the record of a line, None for other types. Raises ValueError for an invalid line."""
    if len(line) > MAX_RECORD_BYTES:
        raise ValueError(f"longer than {MAX_RECORD_BYTES // 1_000_000} MB")
    if not line.strip():
        return None
    item = _decoded(line)
    if item.get("type") == "post":
        return _post(item, name, number, options)
    return _article(item, options) if item.get("type") == "article" else None


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        item = decode_json(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(item, dict):
        raise ValueError("not a JSON object")
    return item


def _post(item: dict[str, Any], name: str, number: int, options: ImportOptions) -> Post:
    uri, network = _line(item, "uri", 2000), _line(item, "network", 50)
    if not uri or not network:
        raise ValueError(f"a post without uri or network; {_EXPORT_AGAIN}")
    return Post(
        network=network,
        uri=uri,
        url=absolute_web_url(_text(item, "url")),
        text=clean_block(_text(item, "text")),
        author=_author(item.get("author"), network),
        published=parse_iso_date(_text(item, "published"), options.seen_at),
        hashtags=_lines(item, "hashtags"),
        links=_links(item),
        cards=tuple(_cards(item.get("cards"))),
        provenance=Provenance(file=name, lines=(number, number)),
    )


def _links(item: dict[str, Any]) -> tuple[Link, ...]:
    urls = map(absolute_web_url, _lines(item, "links"))
    return tuple(Link(url) for url in urls if url)


def _cards(cards: Any) -> Iterator[Card]:
    for card in cards[:_MAX_LIST] if isinstance(cards, list) else ():
        if isinstance(card, dict) and (title := _line(card, "title", 500)):
            yield Card(
                title,
                clean_block(_text(card, "description")),
                _line(card, "site_name", 200),
                absolute_web_url(_text(card, "link")) or None,
            )


def _author(author: Any, network: str) -> Author | None:
    if not isinstance(author, dict) or not (handle := _line(author, "handle", 200)):
        return None
    return Author(network, handle, person_name(_line(author, "name", 200)))


def _article(item: dict[str, Any], options: ImportOptions) -> Article:
    url, text = absolute_web_url(_text(item, "url")), clean_block(_text(item, "text"))
    authors = (person_name(author) for author in _lines(item, "authors"))
    if not url:
        raise ValueError(f"an article without a URL; {_EXPORT_AGAIN}")
    return Article(
        url=url,
        title=_line(item, "title", 500),
        text=text,
        authors=tuple(author for author in authors if author),
        site_name=_line(item, "site_name", 200),
        published=parse_iso_date(_text(item, "published"), options.seen_at),
        language=_line(item, "language", 20),
        description=clean_block(_text(item, "summary")),
        word_count=count_words(text),
        extractor="import",
    )


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return clean(value) if isinstance(value, str) else ""


def _line(item: dict[str, Any], key: str, limit: int) -> str:
    return clean_line(_text(item, key), limit)


def _lines(item: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the strings of a list, each as one line."""
    value = item.get(key)
    listed = value[:_MAX_LIST] if isinstance(value, list) else ()
    return tuple(clean_line(element, 2000) for element in listed if isinstance(element, str))
