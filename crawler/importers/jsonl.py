"""Hashtrail's own export: one JSON object per line, of type `post` or `article`."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator

from crawler.consent.handles import plain_handle
from crawler.dates.parse_date import parse_time
from crawler.html_text_and_links import absolute_web_url
from crawler.importers.decode_text import decode_text
from crawler.importers.jsonl_schema import ArticleLine, CardField, LinkField, PostLine, decode_line
from crawler.importers.record_types import (
    MAX_RECORD_BYTES,
    ImportOptions,
    LeftOut,
    Record,
    parse_records,
)
from crawler.models.articles import Article
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.text_cleaning import clean_block, clean_line, count_words, person_name

PRIORITY = 20
HAS_ALL_POSTS = False

_MAX_LIST = 1_000  # elements read of one list in a record
_MAX_UTF_16 = 100_000_000
_HEAD = 1_000
_EXTRACTOR = "import"
_NAMED_FIELDS = ("authors", "published", "site_name", "title")
_FIRST_RECORD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\{[^{}\[\]]*\"type\"\s*:\s*\"(?:article|post)\"", re.DOTALL
)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_EXPORT_AGAIN = "export it again with: hashtrail export --format jsonl"
_OTHER_TYPE = LeftOut("lines of another type than post and article")


def matches(name: str, data: bytes) -> bool:
    """Return whether `name` has the suffix, or `data` begins with a post or an article."""
    return name.endswith((".jsonl", ".ndjson")) or bool(_FIRST_RECORD.match(data[:_HEAD]))


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield the posts and articles of an export; a line that cannot be parsed is a Failure.

    `data` is the file, `name` its name; `options` has the time of the import.
    """
    if data.startswith(_UTF_16):
        data = decode_text(name, data, _MAX_UTF_16).encode()
    return parse_lines(name, data, 1, options)


def parse_lines(name: str, data: bytes, first: int, options: ImportOptions) -> Iterator[Record]:
    """Yield the posts and articles of whole lines, of which the first has the number `first`.

    `data` is a part of the file, `name` its name; `options` has the time of the import.
    """
    numbered = enumerate(_lines_of(data), first)
    labelled = ((f"line {number}", (number, line)) for number, line in numbered if line.strip())
    return parse_records(name, labelled, lambda line: _record(line[1], name, line[0], options))


def _lines_of(data: bytes) -> Iterator[bytes]:
    """Yield the lines, one after another: a list of all would be too large."""
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        # One byte more than the limit is enough to refuse the line.
        yield data[start : min(end, start + MAX_RECORD_BYTES + 1)]
        start = end + 1


def _record(line: bytes, name: str, number: int, options: ImportOptions) -> Record:
    """Return the record of a line. Raises ValueError for an invalid line."""
    if len(line) > MAX_RECORD_BYTES:
        raise ValueError(f"longer than {MAX_RECORD_BYTES // 1_000_000} MB")
    item = decode_line(line)
    if isinstance(item, PostLine):
        return _post(item, name, number, options)
    return _article(item, options) if isinstance(item, ArticleLine) else _OTHER_TYPE


def _post(item: PostLine, name: str, number: int, options: ImportOptions) -> Post:
    uri, network = clean_line(item.uri, 2000), clean_line(item.network, 50)
    if not uri or not network:
        raise ValueError(f"a post without uri or network; {_EXPORT_AGAIN}")
    return Post(
        network=network,
        uri=uri,
        url=absolute_web_url(item.url),
        text=clean_block(item.text),
        author=_author(item, network),
        published=parse_time(item.published or "", options.seen_at),
        hashtags=tuple(tag.lstrip("#") for tag in _one_line_each(item.hashtags)),
        links=tuple(_links(item.links or ())),
        cards=tuple(_cards(item.cards or ())),
        provenance=Provenance(file=name, lines=(number, number)),
    )


def _links(links: list[str | LinkField] | tuple[()]) -> Iterator[Link]:
    for link in links[:_MAX_LIST]:
        written, shown = (link, "") if isinstance(link, str) else (link.url, link.shown)
        if url := absolute_web_url(written):
            yield Link(url, clean_line(shown))


def _cards(cards: list[CardField] | tuple[()]) -> Iterator[Card]:
    for card in cards[:_MAX_LIST]:
        if title := clean_line(card.title, 500):
            yield Card(
                title,
                clean_block(card.description),
                clean_line(card.site_name, 200),
                absolute_web_url(card.link) or None,
            )


def _author(item: PostLine, network: str) -> Author | None:
    written = clean_line(item.author.handle, 200) if item.author else ""
    handle = plain_handle(network, written)
    if not item.author or not handle:
        return None
    return Author(network, handle, person_name(clean_line(item.author.name, 200)))


def _article(item: ArticleLine, options: ImportOptions) -> Article:
    url, text = absolute_web_url(item.url), clean_block(item.text)
    if not url:
        raise ValueError(f"an article without a URL; {_EXPORT_AGAIN}")
    authors = tuple(filter(None, map(person_name, _one_line_each(item.authors))))
    published = parse_time(item.published or "", options.seen_at)
    site_name, title = clean_line(item.site_name, 200), clean_line(item.title, 500)
    fields = zip(_NAMED_FIELDS, (authors, published, site_name, title), strict=True)
    return Article(
        url=url,
        title=title,
        text=text,
        authors=authors,
        site_name=site_name,
        published=published,
        language=clean_line(item.language, 20),
        description=clean_block(item.summary),
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        word_count=count_words(text),
        field_sources=tuple((name, _EXTRACTOR) for name, value in fields if value),
        extractor=_EXTRACTOR,
    )


def _one_line_each(texts: list[str] | None) -> tuple[str, ...]:
    return tuple(clean_line(text, 2000) for text in (texts or ())[:_MAX_LIST])
