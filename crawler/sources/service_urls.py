"""The sources that a URL of a known service stands for: one row for each form of URL.

A page of a community, a channel or a hashtag needs no request: its URL determines the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from crawler.sources.configured_sources import is_source_kind
from crawler.url_parser import host_of


class ServiceSource(NamedTuple):
    """A possible source: its kind, its options and a name for it.

    `is_certain` is False if the URL has a form that other software uses too.
    """

    kind: str
    options: dict[str, Any]
    name: str
    is_certain: bool = True


class _Row(NamedTuple):
    """A form of URL, with the kind and options of its source.

    `feed` is the URL of the same content as a feed. Options, feed and name may contain groups of
    `pattern`.
    """

    service: str
    pattern: str
    kind: str
    options: dict[str, str]
    feed: str
    name: str
    is_certain: bool = True


_HOST = r"https?://((?:[\w-]+\.)+[a-z][a-z0-9-]+)"
_END = r"/?(?:[?#].*)?"

# Sorted by service, and within one service from the special to the general form; add a row. The
# forms that any host may have come last. Sources: help pages of the services.
ROWS: tuple[_Row, ...] = (
    _Row(
        "arXiv",
        r"https?://(?:www\.)?arxiv\.org/list/([\w.-]+)(?:/.*)?",
        "arxiv_listing",
        {"categories": r"\1"},
        r"https://rss.arxiv.org/rss/\1",
        r"arXiv \1",
    ),
    _Row(
        "Bluesky",
        r"https?://bsky\.app/profile/([\w.:-]+)" + _END,
        "bluesky",
        {"actor": r"\1"},
        r"https://bsky.app/profile/\1/rss",
        r"\1 on Bluesky",
    ),
    _Row(
        "DEV",
        r"https?://dev\.to/t/(\w+)" + _END,
        "devto",
        {"tag": r"\1"},
        r"https://dev.to/feed/tag/\1",
        r"DEV: \1",
    ),
    _Row(
        "GitHub",
        r"https?://github\.com/topics/([\w-]+)" + _END,
        "github_topics",
        {"topic": r"\1"},
        "",
        r"GitHub topic \1",
    ),
    _Row(
        "GitHub",
        r"https?://github\.com/([\w-]+)/([\w.-]+?)(?:\.git)?(?:/(?:releases|tags)?)?" + _END,
        "github_releases",
        {"repository": r"\1/\2"},
        r"https://github.com/\1/\2/releases.atom",
        r"\2 releases",
    ),
    _Row(
        "Lobsters",
        r"https?://lobste\.rs/t/([\w,+-]+?)(?:\.rss)?" + _END,
        "lobsters",
        {"tags": r"\1"},
        r"https://lobste.rs/t/\1.rss",
        r"Lobsters: \1",
    ),
    _Row(
        "Medium",
        r"https?://medium\.com/tag/([\w-]+)(?:/.*)?",
        "feed",
        {},
        r"https://medium.com/feed/tag/\1",
        r"Medium tag: \1",
    ),
    _Row(
        "Medium",
        r"https?://medium\.com/(?:feed/)?(@?[\w.-]+)" + _END,
        "medium",
        {"publication": r"\1"},
        r"https://medium.com/feed/\1",
        r"\1 on Medium",
    ),
    _Row(
        "Medium",
        r"https?://([\w-]+)\.medium\.com" + _END,
        "feed",
        {},
        r"https://\1.medium.com/feed",
        r"\1 on Medium",
    ),
    _Row(
        "Reddit",
        r"https?://(?:\w+\.)?reddit\.com/r/(\w+)(?:/.*)?",
        "reddit",
        {"subreddit": r"\1"},
        r"https://www.reddit.com/r/\1/.rss",
        r"Reddit r/\1",
    ),
    _Row(
        "Stack Overflow",
        r"https?://stackoverflow\.com/(?:questions/tagged|feeds/tag)/([\w.#+-]+)" + _END,
        "stackexchange",
        {"tag": r"\1"},
        r"https://stackoverflow.com/feeds/tag/\1",
        r"Stack Overflow: \1",
    ),
    _Row(
        "Substack",
        r"https?://([\w-]+)\.substack\.com(?:/.*)?",
        "substack",
        {"publication": r"\1"},
        r"https://\1.substack.com/feed",
        r"\1 on Substack",
    ),
    _Row(
        "YouTube",
        r"https?://(?:(?:www|m)\.)?youtube\.com/channel/(UC[\w-]+)(?:/.*)?",
        "youtube",
        {"channel": r"\1"},
        r"https://www.youtube.com/feeds/videos.xml?channel_id=\1",
        r"YouTube channel \1",
    ),
    _Row(
        "YouTube",
        r"https?://(?:(?:www|m)\.)?youtube\.com/playlist\?list=([\w-]+)(?:&.*)?",
        "feed",
        {},
        r"https://www.youtube.com/feeds/videos.xml?playlist_id=\1",
        r"YouTube playlist \1",
    ),
    _Row(
        "Lemmy or PieFed",
        _HOST + r"/c/([\w.]+(?:@[\w.-]+)?)" + _END,
        "lemmy",
        {"server": r"\1", "community": r"\2"},
        r"https://\1/feeds/c/\2.xml?sort=New",
        r"\2 on \1",
        is_certain=False,
    ),
    _Row(
        "Mastodon",
        _HOST + r"/tags/(\w+)(?:\.rss)?" + _END,
        "mastodon",
        {"server": r"\1", "hashtag": r"\2"},
        r"https://\1/tags/\2.rss",
        r"#\2 on \1",
        is_certain=False,
    ),
    _Row(
        "Mastodon",
        _HOST + r"/@([\w.]+)(?:\.rss)?" + _END,
        "feed",
        {},
        r"https://\1/@\2.rss",
        r"@\2@\1",
        is_certain=False,
    ),
)
_HANDLES = (
    (r"@([\w.-]+)@([\w.-]+\.\w+)", r"https://\2/@\1"),
    (r"#(\w+)@([\w.-]+\.\w+)", r"https://\2/tags/\1"),
    (r"!(\w+)@([\w.-]+\.\w+)", r"https://\2/c/\1"),
    (r"/?r/(\w+)", r"https://www.reddit.com/r/\1"),
    (r"feed:(https?://.+)", r"\1"),
    (r"feed://(.+)", r"http://\1"),
)
# Services whose pages look like those of the general rows, but are something else.
_NOT_GENERAL = ("dev.to", "medium.com", "youtube.com", "www.youtube.com", "m.youtube.com")


def web_url(text: str) -> str:
    """Return the URL that `text` stands for: `@name@host`, `r/name`, `feed://host/` or a URL.

    A text of another form is returned without changes.
    """
    for pattern, url in _HANDLES:
        if match := re.fullmatch(pattern, text.strip()):
            return match.expand(url)
    return text.strip()


def sources_of_url(url: str) -> Iterator[ServiceSource]:
    """Yield the source that `url` stands for by the first row of the table with its form.

    It is the feed with the same content if the kind of the row does not exist. Nothing is yielded
    for other URLs.
    """
    for row in ROWS:
        match = re.fullmatch(row.pattern, url)
        if match and (row.is_certain or host_of(url) not in _NOT_GENERAL):
            yield from _sources(row, match)
            return


def _sources(row: _Row, match: re.Match[str]) -> Iterator[ServiceSource]:
    name = match.expand(row.name)
    if row.kind != "feed" and is_source_kind(row.kind):
        options = {key: match.expand(value) for key, value in row.options.items()}
        yield ServiceSource(row.kind, options, name, row.is_certain)
    elif row.feed:
        yield ServiceSource("feed", {"url": match.expand(row.feed)}, name, row.is_certain)
