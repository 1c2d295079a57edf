"""A saved web page, as HTML or MHTML: its URL becomes the link of a post.

A page states its URL with `rel=canonical` (RFC 6596) or `og:url` (ogp.me). Browsers and SingleFile
write the URL of a saved page into a comment, and into a header of MHTML (RFC 2557).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from html import unescape

from lxml import etree

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url, strip_tags
from crawler.importers.bookmark_posts import Bookmark, bookmark_records
from crawler.importers.decode_text import decode_any_charset
from crawler.importers.record_types import ImportOptions, Record
from crawler.text_cleaning import clean, clean_line

PRIORITY = 33
HAS_ALL_POSTS = False

_MAX_BYTES = 50_000_000
_HEAD = 4_000
_META_BYTES = 500_000  # the head element of a page is in these
_START = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,300}\?>\s*|<!--.{0,3000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html)[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_MHTML = re.compile(rb"^Snapshot-Content-Location:", re.IGNORECASE | re.MULTILINE)
# `saved from url=(0026)https://a.example/` of browsers, `url: https://a.example/` of SingleFile.
_SAVED = re.compile(
    r"<!--(?:\s*saved from url=\(\d+\)\s*|\s*Page saved with SingleFile\s+url:\s*)(\S{1,2000})",
    re.IGNORECASE,
)
_HINT = "Add the page as a bookmark, or paste its URL into a text file."


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` begins like an HTML page or like MHTML. `name` is not used."""
    head = data[:_HEAD]
    return bool(_START.match(head)) or bool(_MHTML.search(head))


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post with the page as link and card.

    `data` is the file, `name` its name; `options` has the time of the import. Raises InputError if
    the page is too large or does not state its URL.
    """
    if len(data) > _MAX_BYTES:
        reason = f"{name} has {len(data) / 1e6:.0f} MB; the limit is {_MAX_BYTES // 1_000_000} MB."
        raise InputError(reason, _HINT)
    page = _mhtml_page(data) if _MHTML.search(data[:_HEAD]) else _html_page(name, data)
    if not page.url:
        raise InputError(f"{name} is a saved page that does not state its URL.", _HINT)
    yield from bookmark_records(name, [("page", page)], lambda record: record, options.seen_at)


def _mhtml_page(data: bytes) -> Bookmark:
    header = BytesHeaderParser().parsebytes(data[: _HEAD * 2])
    url = absolute_web_url(str(header.get("Snapshot-Content-Location", "")))
    subject = str(header.get("Subject", ""))
    return Bookmark(url, clean_line(subject))


def _html_page(name: str, data: bytes) -> Bookmark:
    head = clean(decode_any_charset(name, data[:_META_BYTES].replace(b"\0", b" "), _META_BYTES))
    collector = _HeadCollector()
    parser = etree.HTMLParser(target=collector, huge_tree=True, recover=True, encoding="utf-8")
    etree.fromstring(head.encode() or b"<html>", parser)
    saved = _SAVED.search(head[: _HEAD * 2])
    saved_url = absolute_web_url(unescape(saved[1])) if saved else ""
    stated = (absolute_web_url(url, saved_url) for url in collector.urls)
    url = next(filter(None, stated), saved_url)
    return Bookmark(url, strip_tags(collector.title), collector.description)


class _HeadCollector:
    """Collects the URLs, the title and the description of a page from parser events."""

    def __init__(self) -> None:
        self.description = ""
        self._canonical: list[str] = []
        self._shared: list[str] = []
        self._title: list[str] = []
        self._is_title = False

    @property
    def title(self) -> str:
        """Return the text of the first title element."""
        return "".join(self._title)

    @property
    def urls(self) -> list[str]:
        """Return the stated URLs of the page, the canonical one first."""
        return self._canonical + self._shared

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "title" and not self._title:
            self._is_title = True
        elif tag == "link" and "canonical" in attributes.get("rel", "").lower().split():
            self._canonical.append(attributes.get("href", ""))
        elif tag == "meta":
            name = (attributes.get("property") or attributes.get("name") or "").lower()
            content = attributes.get("content", "")
            if name == "og:url":
                self._shared.append(content)
            elif name in ("description", "og:description"):
                self.description = self.description or clean_line(content, 500)

    def end(self, tag: str) -> None:
        if tag == "title":
            self._is_title = False

    def data(self, text: str) -> None:
        if self._is_title:
            self._title.append(text)

    def close(self) -> None:
        return None
