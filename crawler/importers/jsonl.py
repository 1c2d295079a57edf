"""Hashtrail's own export: one JSON object per line, of type `post` or `article` (`hashtrail export --format jsonl`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from crawler.errors import InputError
from crawler.importers import Options
from crawler.importers.decode import decode
from crawler.markup import web_url
from crawler.model import Article, Author, Card, Link, Post, Provenance
from crawler.text import clean_block, clean_line, parse_iso, words

_MAX_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """What an export holds."""

    posts: tuple[Post, ...]
    articles: tuple[Article, ...]


def recognises(name: str, data: bytes) -> bool:
    """The suffix, or a first line that is an object with a type."""
    return name.endswith((".jsonl", ".ndjson")) or (data.startswith(b"{") and b'"type"' in data[:200] and b"jsonfeed.org" not in data[:200])


def read(name: str, data: bytes, options: Options) -> tuple[Post, ...]:
    """The posts of an export."""
    return read_corpus(name, data, options).posts


def read_corpus(name: str, data: bytes, options: Options) -> Corpus:
    """Posts and articles of an export. Raises InputError naming the line that is none of ours; types we do not know are skipped."""
    posts, articles = [], []
    for number, line in enumerate(decode(name, data, _MAX_BYTES).split("\n"), 1):
        item = _object(name, number, line)
        if item.get("type") == "post":
            posts.append(_post(item, name, number, options))
        elif item.get("type") == "article":
            articles.append(_article(item, name, number, options))
    return Corpus(tuple(posts), tuple(articles))


def _object(name: str, number: int, line: str) -> dict[str, Any]:
    if not line.strip():
        return {}
    try:
        item = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{name}, line {number}: not JSON: {clean_line(str(error))}.", "Each line must be one JSON object.") from None
    if not isinstance(item, dict):
        raise InputError(f"{name}, line {number}: not a JSON object.", "Each line must be one JSON object.")
    return item


def _post(item: dict[str, Any], name: str, number: int, options: Options) -> Post:
    uri, network = _line(item, "uri", 2000), _line(item, "network", 50)
    if not uri or not network:
        raise InputError(f"{name}, line {number}: a post without uri or network.", "Export it again with: hashtrail export --format jsonl")
    return Post(
        network=network,
        uri=uri,
        url=web_url(_text(item, "url")),
        text=clean_block(_text(item, "text")),
        author=_author(item.get("author"), network),
        published=parse_iso(_text(item, "published"), options.seen_at),
        hashtags=_lines(item, "hashtags"),
        links=tuple(Link(url) for each in _lines(item, "links") if (url := web_url(each))),
        cards=tuple(_cards(item.get("cards"))),
        provenance=Provenance(file=name, lines=(number, number)),
    )


def _cards(cards: Any) -> Iterator[Card]:
    for card in cards if isinstance(cards, list) else ():
        if isinstance(card, dict) and (title := _line(card, "title", 500)):
            yield Card(title, clean_block(_text(card, "description")), _line(card, "site_name", 200), web_url(_text(card, "link")) or None)


def _author(author: Any, network: str) -> Author | None:
    if not isinstance(author, dict) or not (handle := _line(author, "handle", 200)):
        return None
    return Author(network, handle, _line(author, "name", 200))


def _article(item: dict[str, Any], name: str, number: int, options: Options) -> Article:
    url, text = web_url(_text(item, "url")), clean_block(_text(item, "text"))
    if not url:
        raise InputError(f"{name}, line {number}: an article without a web address.", "Export it again with: hashtrail export --format jsonl")
    return Article(
        url=url,
        title=_line(item, "title", 500),
        text=text,
        authors=_lines(item, "authors"),
        site_name=_line(item, "site_name", 200),
        published=parse_iso(_text(item, "published"), options.seen_at),
        language=_line(item, "language", 20),
        description=clean_block(_text(item, "summary")),
        word_count=words(text),
        extractor="import",
    )


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _line(item: dict[str, Any], key: str, limit: int) -> str:
    return clean_line(_text(item, key), limit)


def _lines(item: dict[str, Any], key: str) -> tuple[str, ...]:
    """The strings of a list."""
    value = item.get(key)
    return tuple(clean_line(each, 2000) for each in value if isinstance(each, str)) if isinstance(value, list) else ()
