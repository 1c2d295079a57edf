"""The anchors of a status that are links: neither hashtags, nor mentions, nor quoted posts.

Servers mark them differently. Mastodon, GoToSocial and snac use the classes `mention` and
`hashtag`. Pleroma, Akkoma and Misskey use `rel="tag"` and `quote-inline`. Friendica and Hubzilla
write `#` or `@` before an anchor without any mark. Sources:
docs.joinmastodon.org/spec/activitypub, docs.joinmastodon.org/entities/Status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from crawler.html_text_and_links import Anchor
from crawler.sources.formats.json_fields import JsonObject, line, object_at, objects, text
from crawler.text_cleaning import fold
from crawler.url_parser import host_of, path_of, query_of

QUOTE_CLASSES = frozenset({"quote-inline", "quote-inline-text"})
_NO_LINK = frozenset({"hashtag", "mention", "u-url"})
_TAG_MARKS = ("#", "＃")
_MENTION_MARKS = ("@", "＠")
_NUMBER = re.compile(r"[#＃][\d_]*")
_MARK_BEFORE = re.compile(r"(?:^|[^\w/])([#＃@＠])$")
_GROUP = re.compile(r"![\w.-]{1,100}@[\w.-]{1,253}")
_GROUP_MARK_BEFORE = re.compile(r"(?:^|\s)!$")
_QUOTE_BEFORE = re.compile(r"(?:^|\n)(?:RE|RN|QT|QP|引用)\s?:\s*$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/=]")
# Paths of posts: Mastodon, Pleroma and Akkoma, Misskey, GoToSocial, Friendica and Hubzilla.
_POST_PATH = re.compile(
    r"/@[^/]+/(?:statuses/)?\w+|/users/[^/]+/statuses/\w+|/(?:notice|notes|objects|display|item)/[\w-]+"
)


@dataclass(frozen=True, slots=True)
class StatusReferences:
    """The hashtags, accounts and posts that a status refers to.

    URLs are comparable, names are folded. `mentions` are pairs of host and name. `has_quote` is
    true even if the quoted post is pending or hidden, so that `quotes` lacks its URLs.
    """

    tag_urls: frozenset[str]
    tags: frozenset[str]
    mention_urls: frozenset[str]
    mentions: frozenset[tuple[str, str]]
    quotes: frozenset[str]
    has_quote: bool

    def is_reference(self, anchor: Anchor) -> bool:
        """Return whether the `anchor` is a hashtag, a mention or the quoted post."""
        return self._is_tag(anchor) or self._is_mention(anchor) or self._is_quote(anchor)

    def is_referenced(self, url: str) -> bool:
        """Return whether `url` is that of a hashtag, a mention or the quoted post."""
        return _comparable(url) in self.tag_urls | self.mention_urls | self.quotes

    def _is_tag(self, anchor: Anchor) -> bool:
        if "hashtag" in anchor.classes or "tag" in anchor.rel:
            return True
        name = fold(anchor.shown.lstrip("#＃"))
        if _comparable(anchor.url) in self.tag_urls:
            return True
        if name in self.tags and _last_name(anchor.url) == name:
            return True
        is_one_word = bool(name) and " " not in anchor.shown and not _NUMBER.fullmatch(f"#{name}")
        return is_one_word and _has_mark(anchor, _TAG_MARKS)

    def _is_mention(self, anchor: Anchor) -> bool:
        if anchor.classes & _NO_LINK or _has_mark(anchor, _MENTION_MARKS):
            return True
        name = fold(anchor.shown.lstrip("@＠"))
        is_group = bool(_GROUP.fullmatch(anchor.shown) or _GROUP_MARK_BEFORE.search(anchor.before))
        return (
            is_group
            or _comparable(anchor.url) in self.mention_urls
            or (host_of(anchor.url), name) in self.mentions
        )

    def _is_quote(self, anchor: Anchor) -> bool:
        if _comparable(anchor.url) in self.quotes:
            return True
        is_unknown_quote = self.has_quote and not self.quotes  # pending, revoked or not included
        is_marked = bool(_QUOTE_BEFORE.search(anchor.before))
        is_post = bool(_POST_PATH.fullmatch(path_of(anchor.url)))
        return (is_marked and (self.has_quote or is_post)) or (is_unknown_quote and is_post)


def references_of(status: JsonObject) -> StatusReferences:
    """Return the hashtags, mentions and quoted posts of `status`."""
    mentions = objects(status.get("mentions"))
    tags = objects(status.get("tags"))
    quotes = _comparable_urls(_quoted_urls(status))
    return StatusReferences(
        tag_urls=_comparable_urls(text(tag, "url") for tag in tags),
        tags=frozenset(fold(line(tag, "name", 100)) for tag in tags) - {""},
        mention_urls=_comparable_urls(_mention_urls(mentions)),
        mentions=frozenset(_names_of_mentions(mentions)),
        quotes=quotes,
        has_quote=bool(status.get("quote") or status.get("quote_id") or quotes),
    )


def _quoted_urls(status: JsonObject) -> Iterator[str]:
    """Yield the URLs of the quoted post, as Mastodon, Fedibird, Pleroma and Akkoma report it."""
    pleroma = object_at(status, "pleroma")
    quoted = (
        object_at(status, "quote", "quoted_status"),
        object_at(status, "quote"),
        object_at(pleroma, "quote"),
    )
    for post in quoted:
        yield from (text(post, "url"), text(post, "uri"))
    for holder in (status, pleroma):
        yield text(holder, "quote_url")


def _mention_urls(mentions: Iterable[JsonObject]) -> Iterator[str]:
    for mention in mentions:
        yield from (text(mention, "url"), text(mention, "uri"))


def _names_of_mentions(mentions: Iterable[JsonObject]) -> Iterator[tuple[str, str]]:
    """Yield (host, folded name): anchors may have another URL of the account at the same host."""
    for mention in mentions:
        host = host_of(text(mention, "url"))
        for key in ("username", "acct"):
            if host and (name := line(mention, key, 300)):
                yield host, fold(name)


def _has_mark(anchor: Anchor, marks: tuple[str, ...]) -> bool:
    """Return whether one of `marks` begins the anchor or is directly before it."""
    if anchor.shown.startswith(marks):
        return True
    match = _MARK_BEFORE.search(anchor.before)
    return match is not None and match[1] in marks


def _last_name(url: str) -> str:
    """Return the folded last path segment, or the last value of the query if there is one."""
    place = query_of(url) or path_of(url).rstrip("/")
    return fold(unquote(_SEPARATORS.split(place)[-1]))


def _comparable_urls(urls: Iterable[str]) -> frozenset[str]:
    return frozenset(_comparable(url) for url in urls if url)


def _comparable(url: str) -> str:
    """Return the form in which two spellings of a URL are equal."""
    return fold(unquote(url).partition("://")[2].rstrip("/"))
