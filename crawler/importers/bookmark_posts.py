"""Bookmarks of any service as posts: the page as link and card, its tags and its time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from crawler.dates.parse_date import parse_time
from crawler.html_text_and_links import absolute_web_url, html_to_text
from crawler.importers.click_tracking import bookmark_target
from crawler.importers.folder_names import is_default_folder
from crawler.importers.record_types import (
    MAX_HASHTAGS,
    MAX_TEXT,
    LeftOut,
    Record,
    parse_records,
)
from crawler.models.posts import Card, Link, Post, Provenance
from crawler.text_cleaning import clean, clean_line, join_paragraphs
from crawler.utc_times import plausible_date

T = TypeVar("T")

NO_WEB_PAGE = LeftOut("bookmarks of something else than a web page")
HIDDEN_TARGET = LeftOut("bookmarks of click counters that hide their page")
_REPEATED = LeftOut("bookmarks of a page that an earlier one has; their tags are added to it")

# Tags that are states of the bookmark, `linkding:bookmarks.archived` for example.
_STATE_TAGS = ("linkding:",)
# Elements that services write into descriptions.
_MARKUP = re.compile(
    r"</?(?:a|b|blockquote|br|code|div|em|h[1-6]|i|img|li|ol|p|pre|span|strong|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{1,16}(?:\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark as its service exports it.

    `tags` and `folders` are names as people wrote them, `added` is a time in seconds since 1970,
    milliseconds, microseconds, or ISO 8601.
    """

    url: str | None
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    added: str = ""
    is_private: bool = False


def bookmark_records(
    name: str,
    records: Iterable[tuple[str, T]],
    parse: Callable[[T], Bookmark | LeftOut | None],
    seen_at: datetime,
) -> Iterator[Record]:
    """Yield the records of the file `name`: one post for each page that `records` bookmark.

    `records` are (label, record), and `parse` returns the bookmark of one. The tags of several
    bookmarks of one page are joined. `seen_at` is the time of the import.
    """

    def post_of(record: T) -> Record | None:
        bookmark = parse(record)
        if isinstance(bookmark, Bookmark):
            return _post(bookmark, name, seen_at)
        return bookmark

    posts: dict[str, Post] = {}
    for record in parse_records(name, records, post_of):
        if not isinstance(record, Post):
            yield record
        elif record.uri in posts:
            posts[record.uri] = _joined(posts[record.uri], record)
            yield _REPEATED
        else:
            posts[record.uri] = record
    yield from posts.values()


def _joined(first: Post, second: Post) -> Post:
    """Return the first post with the tags of both. It is private if one of them is."""
    hashtags = tuple(dict.fromkeys(first.hashtags + second.hashtags))[:MAX_HASHTAGS]
    visibilities = (first.visibility, second.visibility)
    visibility = "private" if "private" in visibilities else "public"
    return replace(first, hashtags=hashtags, visibility=visibility)


def _post(bookmark: Bookmark, name: str, seen_at: datetime) -> Post | LeftOut:
    written = absolute_web_url(bookmark.url)
    if not written:
        return NO_WEB_PAGE
    url = bookmark_target(written)
    if not url:
        return HIDDEN_TARGET
    title = clean_line(bookmark.title[:MAX_TEXT]) or url
    description = clean_line(plain_description(bookmark.description[:MAX_TEXT]))
    return Post(
        network="bookmarks",
        uri=f"bookmark:{url}",
        text=join_paragraphs(title, description),
        published=bookmark_date(bookmark.added, seen_at),
        hashtags=_hashtags(bookmark),
        links=(Link(url, title),),
        cards=(Card(title, description, link=url),),
        visibility="private" if bookmark.is_private else "public",
        provenance=Provenance(file=name),
    )


def plain_description(text: str) -> str:
    """Return the description `text` without markup. A text without elements does not change."""
    return html_to_text(text).text if _MARKUP.search(text) else text


def _hashtags(bookmark: Bookmark) -> tuple[str, ...]:
    folders = (folder for folder in bookmark.folders if not is_default_folder(folder))
    names = ("".join(clean(tag[:MAX_TEXT]).split()) for tag in (*bookmark.tags, *folders))
    tags = (tag.lstrip("#") for tag in names if not tag.lower().startswith(_STATE_TAGS))
    return tuple(dict.fromkeys(filter(None, tags)))


def bookmark_date(text: str, seen_at: datetime) -> datetime | None:
    """Return the time in `text`: seconds since 1970, milli- or microseconds, or a date.

    The result is None for other text, and for times that are not plausible at `seen_at`.
    """
    digits = text.strip()
    if not (digits.isascii() and _DIGITS.fullmatch(digits)):
        return parse_time(text, seen_at)
    value = int(digits.partition(".")[0])
    while value > 1 << 33:
        value //= 1000
    return plausible_date(datetime.fromtimestamp(value, UTC), seen_at)
