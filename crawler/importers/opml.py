"""OPML and other lists of subscriptions: they contain URLs of feeds, not posts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import listparser
import lxml.etree

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url, strip_tags
from crawler.importers.decode_text import MAX_TEXT_BYTES
from crawler.importers.record_types import ImportOptions, Record
from crawler.text_cleaning import clean_line

PRIORITY = 50
HAS_ALL_POSTS = False

_MAX_FEEDS = 5_000
_MAX_DEPTH = 10  # folders around a feed
# The scheme that browsers passed to feed readers (draft-obasanjo-feed-uri-scheme-02).
_FEED_SCHEME = re.compile(r"\s*feed:(?://|(https?://))", re.IGNORECASE)


def matches(name: str, data: bytes) -> bool:
    """Return whether `name` has the suffix, or `data` the root element."""
    return name.endswith(".opml") or b"<opml" in data[:1000].lower()


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Return no record: raise InputError, because a list of feeds has no posts.

    The error names the command for such a file `name`; `data` and `options` are not used.
    """
    raise InputError(
        f"{name} lists feeds, not posts.", f"Add them as sources with: hashtrail sources add {name}"
    )


class Subscription(NamedTuple):
    """One feed of a list: `text` and `title` as written, and `folder` with `/` between levels.

    `home` is the page of the feed. A feed is not `enabled` if its outline or a folder around it is
    a comment (`isComment`, OPML 2.0).
    """

    text: str
    url: str
    title: str = ""
    folder: str = ""
    home: str = ""
    enabled: bool = True


def parse_subscriptions(name: str, data: bytes) -> tuple[Subscription, ...]:
    """Return each feed in the OPML file `data`, each URL once.

    `name` is the file name for messages. Raises InputError if the file is too large, lists no feeds
    or too many.
    """
    if len(data) > MAX_TEXT_BYTES:
        size, limit = f"{len(data) / 1e6:.1f} MB", f"{MAX_TEXT_BYTES // 1_000_000} MB"
        message = f"{name} has {size}; {limit} is the most that is read."
        raise InputError(message, "Split it into smaller files.")
    subscriptions = _by_url(data)
    if not subscriptions:
        hint = "An OPML file has outline elements with an xmlUrl."
        raise InputError(f"{name} lists no feeds.", hint)
    if len(subscriptions) > _MAX_FEEDS:
        message = f"{name} lists {len(subscriptions):,} feeds; {_MAX_FEEDS:,} is the most."
        raise InputError(message, "Split it into smaller files.")
    return tuple(subscriptions.values())


def _by_url(data: bytes) -> dict[str, Subscription]:
    """Return the first subscription of each URL; lists in other formats have titles only."""
    handler = _OutlineHandler()
    handler.harvest.update(listparser.parse(b"<opml/>"))
    parser = lxml.etree.HTMLParser(target=handler, recover=True)
    lxml.etree.parse(io.BytesIO(data), parser)
    outlines = handler.subscriptions
    others = [Subscription(_line(feed.get("title")), feed.get("url")) for feed in handler.feeds()]
    by_url: dict[str, Subscription] = {}
    for subscription in [*outlines, *others]:
        url = absolute_web_url(_FEED_SCHEME.sub(_web_scheme, subscription.url or ""))
        if url:
            by_url.setdefault(url, subscription._replace(url=url))
    return by_url


class _OutlineHandler(listparser.Handler):  # type: ignore[misc]
    """The parser of listparser, with all attributes of the outlines that are feeds.

    `subscriptions` are those feeds. listparser itself keeps only their URL, title and folders.
    """

    def __init__(self) -> None:
        super().__init__()
        self.subscriptions: list[Subscription] = []
        self._comments: list[bool] = []  # whether each open outline is inside a comment

    def feeds(self) -> list[Any]:
        """Return the feeds that listparser has found, in every format that it reads."""
        return list(self.harvest["feeds"])

    def start_opml_outline(self, attrs: dict[str, str]) -> None:
        """Store the feed with the attributes `attrs`, whose names are in lower case."""
        is_comment = attrs.get("iscomment", "").strip().lower() == "true"
        self._comments.append(is_comment or any(self._comments[-1:]))
        is_list = attrs.get("type", "").strip().lower() == "source"
        if "xmlurl" in attrs and not is_list:
            self.subscriptions.append(self._subscription(attrs))
        super().start_opml_outline(attrs)

    def end_opml_outline(self) -> None:
        """Leave the outline."""
        super().end_opml_outline()
        del self._comments[-1:]

    def _subscription(self, attrs: dict[str, str]) -> Subscription:
        text, title = _line(attrs.get("text")), _line(attrs.get("title"))
        return Subscription(
            text=text or title,
            url=attrs["xmlurl"].strip(),
            title=title,
            folder=folder_path(map(_line, filter(None, self.hierarchy[:_MAX_DEPTH]))),
            home=absolute_web_url(attrs.get("htmlurl")) or "",
            enabled=not self._comments[-1],
        )


def folder_path(names: Iterable[str]) -> str:
    """Return the `names` of nested folders in one text; `/` and `\\` in a name are escaped."""
    return "/".join(re.sub(r"([/\\])", r"\\\1", name) for name in names)


def _line(text: str | None) -> str:
    return clean_line(strip_tags(text))


def _web_scheme(match: re.Match[str]) -> str:
    """Return the scheme of the web: `feed://` means http, `feed:https://` means https."""
    return match[1] or "http://"
