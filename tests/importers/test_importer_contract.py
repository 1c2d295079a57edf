"""Every importer keeps its contract with empty, cut, foreign and hostile content.

The result is posts with clean fields, or an error that names the file and what to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import pytest

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import MAX_TEXT, ImportOptions, ImportResult
from crawler.text_cleaning import clean
from tests.importers.test_registry import SAMPLES

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))
WORD = b"Leases"
HOSTILE_TEXTS = [
    "",
    " " * 5_000,
    "\u202e\u0000\u0007\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "<script>alert(1)</script>",
    "</a></title><img src=x onerror=alert(1)>",
    '"},{"',
    '""\n""',
    "=HYPERLINK(1)",
    "]]>",
    "{" * 2_000,
    "a" * 200_000,
    "\u0300" * 2_000,
    "javascript:alert(1)",
    "\\ud800",
]
HOSTILE_VALUES = (None, "", -1, 10**30, 1e300, True, [], {}, [[]], "javascript:alert(1)", "\ud800")
PAGES = [b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>", b"<html>", b"null"]


def _outcome(format: str, data: bytes) -> ImportResult | None:
    """Return the result, None for a clear error; fail for unclean fields and other errors."""
    name = SAMPLES[format][0]
    try:
        result = parse_file(name, data, format, OPTIONS)
    except InputError as error:
        _check_error(name, error)
        return None
    for post in result.posts:
        assert post.network
        assert post.uri
        assert post.text == clean(post.text)
        assert len(post.text) <= MAX_TEXT
        assert post.url == absolute_web_url(post.url)
        assert all(absolute_web_url(link.url) == link.url for link in post.links)
        assert all(card.link == absolute_web_url(card.link) for card in post.cards if card.link)
        assert post.published is None or post.published.utcoffset() is not None
    assert all(absolute_web_url(article.url) for article in result.articles)
    assert all(failure.message.startswith(name) for failure in result.failures)
    return result


def _check_error(name: str, error: InputError) -> None:
    assert error.message.startswith(name), error.message
    assert error.hint


@pytest.mark.parametrize("format", SAMPLES)
@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_empty_file_is_an_error(format: str, data: bytes) -> None:
    result = _outcome(format, data)
    assert result is None or not result.posts


@pytest.mark.parametrize("format", SAMPLES)
def test_cut_file_gives_posts_or_an_error(format: str) -> None:
    data = SAMPLES[format][1]
    for size in range(1, len(data), max(1, len(data) // 60)):
        _outcome(format, data[:size])


@pytest.mark.parametrize("format", sorted(set(SAMPLES) - {"paste", "saved_page"}))
@pytest.mark.parametrize("page", PAGES)
def test_page_instead_of_the_export_gives_no_posts(format: str, page: bytes) -> None:
    result = _outcome(format, page)
    assert result is None or not result.posts


@pytest.mark.parametrize("format", SAMPLES)
def test_hostile_text_gives_clean_posts_or_an_error(format: str) -> None:
    data = SAMPLES[format][1]
    assert WORD in data or format == "opml" or format == "mastodon_bookmarks"
    for text in HOSTILE_TEXTS:
        _outcome(format, data.replace(WORD, text.encode()))
        _outcome(format, data.replace(WORD, json.dumps(text)[1:-1].encode()))


def _variants(value: object) -> Iterator[object]:
    """Yield the JSON `value` with one key of one object missing, added or set to a bad value."""
    if isinstance(value, dict):
        yield {**value, "unknown field": {"a": [1]}}
        for key, inner in value.items():
            yield {name: item for name, item in value.items() if name != key}
            yield from ({**value, key: hostile} for hostile in HOSTILE_VALUES)
            yield from ({**value, key: variant} for variant in _variants(inner))
    if isinstance(value, list) and value:
        yield from ([variant, *value[1:]] for variant in _variants(value[0]))


@pytest.mark.parametrize(
    "format", [name for name, (_, data) in SAMPLES.items() if data[:1] in (b"{", b"[")]
)
def test_hostile_value_in_any_field_gives_clean_posts_or_an_error(format: str) -> None:
    data = SAMPLES[format][1]
    first = data.splitlines()[-2 if format == "jsonl" else 0]
    for variant in islice(_variants(json.loads(first)), 2_000):
        _outcome(format, json.dumps(variant).encode())


@pytest.mark.parametrize("format", SAMPLES)
def test_invalid_bytes_give_posts_or_an_error(format: str) -> None:
    data = SAMPLES[format][1]
    _outcome(format, data.replace(WORD, b"\xff\xfe\x80\xc3"))
    _outcome(format, data.replace(WORD, b"\0"))
    _outcome(format, data.decode("latin-1").encode("utf-16"))
