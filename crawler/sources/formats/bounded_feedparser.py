"""feedparser with limits: some of its steps take quadratic time for elements that no feed has.

An element that it cannot read costs only itself. It also cuts mail addresses with a long top-level
domain in two; authors stay as written here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from itertools import islice
from typing import Any
from xml.sax.xmlreader import AttributesNSImpl

import feedparser
from feedparser import api

from crawler.html_text_and_links import MAX_ATTRIBUTES as TOO_MANY_ATTRIBUTES
from crawler.html_text_and_links import has_crowded_element

MAX_ATTRIBUTES = 200  # attributes of one element; the rest is ignored
MAX_TAGS = 1_000  # categories of one entry; the rest is ignored
MAX_NAMESPACES = 200  # namespace declarations of one document; the rest is ignored


class _Limits:
    """The limits, for the strict and for the loose parser."""

    def _add_tag(self, term: Any, scheme: Any, label: Any) -> None:
        context = self._get_context()
        if len(context.get("tags", ())) < MAX_TAGS:
            super()._add_tag(term, scheme, label)  # type: ignore[misc]

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        details = context.get(f"{key}s", ({},))
        written = "" if details[-1] else context.get(key)
        super()._sync_author_detail(key)  # type: ignore[misc]
        if written and details[-1]:
            details[-1].clear()
            details[-1]["name"] = written

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        limited = list(islice(attrs, MAX_ATTRIBUTES))
        super().unknown_starttag(tag, limited)  # type: ignore[misc]

    def _get_context(self) -> Any:
        """Return the open element; an unused one if feedparser has no open element."""
        try:
            return super()._get_context()  # type: ignore[misc]
        except KeyError:
            return feedparser.FeedParserDict()

    def handle_charref(self, ref: str) -> None:
        """Parse a character reference; one without a character, such as `&#55357;`, is U+FFFD."""
        try:
            super().handle_charref(ref)  # type: ignore[misc]
        except (ValueError, OverflowError):
            self.handle_data("\ufffd")  # type: ignore[attr-defined]


class _StrictParser(_Limits, api.StrictFeedParser):  # type: ignore[misc]
    _namespaces = 0

    def startPrefixMapping(self, prefix: Any, uri: Any) -> None:
        self._namespaces += 1
        if self._namespaces <= MAX_NAMESPACES:
            super().startPrefixMapping(prefix, uri)

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        if len(attrs) > MAX_ATTRIBUTES:
            names = list(islice(attrs.getNames(), MAX_ATTRIBUTES))
            attrs = AttributesNSImpl(
                {attribute: attrs.getValue(attribute) for attribute in names},
                {attribute: attrs.getQNameByName(attribute) for attribute in names},
            )
        super().startElementNS(name, qname, attrs)


class _LooseParser(_Limits, api.LooseFeedParser):  # type: ignore[misc]
    pass


def _isolate_elements(parser: type) -> None:
    """Let an element that its handler cannot read cost only itself, not the feed.

    An AttributeError of a handler is how feedparser recognizes an element that it does not know:
    it then keeps the element as plain text.
    """
    for name in dir(parser):
        if name.startswith(("_start_", "_end_")):
            setattr(parser, name, _as_unknown(getattr(parser, name)))


def _as_unknown(handler: Callable[..., None]) -> Callable[..., None]:
    @wraps(handler)
    def handle(*arguments: Any) -> None:
        try:
            handler(*arguments)
        except Exception as error:  # KeyError, TypeError, ValueError, by the element
            raise AttributeError(str(error)) from error

    return handle


_isolate_elements(_StrictParser)
_isolate_elements(_LooseParser)
# `feedparser.parse` looks its two parsers up by these names.
api.StrictFeedParser, api.LooseFeedParser = _StrictParser, _LooseParser


def parse_bounded(data: bytes, headers: dict[str, str]) -> Any:
    """Return the result of `feedparser.parse` for the bytes `data` and HTTP `headers`.

    Raises ValueError for a document with more attributes in an element than any feed has.
    """
    if has_crowded_element(data):
        raise ValueError(f"an element has {TOO_MANY_ATTRIBUTES} attributes or more")
    return feedparser.parse(
        BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
