"""A post on Bluesky, from the view of it that every API method returns.

Lexicons app.bsky.feed.defs (`postView`), app.bsky.feed.post, app.bsky.richtext.facet and
app.bsky.embed.external.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from crawler.consent.decision import ConsentSignals, decide_consent
from crawler.consent.levels import reduce_to_level
from crawler.consent.opt_out_phrases import find_opt_out
from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import Response
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.hashtag_names import usable_hashtags
from crawler.sources.formats.json_fields import (
    JsonObject,
    counts,
    integer,
    line,
    object_at,
    objects,
    strings,
    text,
)
from crawler.text_cleaning import clean, clean_line, fold
from crawler.url_parser import host_of
from crawler.urls_and_hashtags import find_hashtags, find_urls
from crawler.utc_times import parse_iso_date

_POST_URI = re.compile(r"at://(did:[^/]{1,300})/app\.bsky\.feed\.post/([\w.~:-]{1,512})")
# Labels of a post or its account (docs.bsky.app/docs/advanced-guides/moderation).
_NO_HANDLE = "handle.invalid"  # of each account whose handle cannot be confirmed
_SIGNED_IN_ONLY = "!no-unauthenticated"
_REMOVED = frozenset({"!hide", "!takedown"})
# Hosts of animations, which clients embed like pages. Sorted; add a host.
_ANIMATION_HOSTS = frozenset(
    {"i.giphy.com", "media.giphy.com", "media.tenor.com", "media1.tenor.com", "static.klipy.com"}
)
_WARNINGS = frozenset({"!warn", "graphic-media", "nudity", "porn", "sexual"})


def is_post_uri(uri: str) -> bool:
    """Return whether `uri` is the URI of a post on Bluesky."""
    return _POST_URI.fullmatch(uri) is not None


def has_hashtag(record: JsonObject, hashtag: str) -> bool:
    """Return whether the post `record` has the `hashtag`; every record has an empty one."""
    wanted = fold(hashtag.lstrip("#"))
    return not wanted or wanted in map(fold, _hashtags(record))


def parse_view(view: JsonObject, response: Response) -> Post | None:
    """Return the post of a `view` in `response`, reduced to its consent; None without valid URI."""
    uri = line(view, "uri", 1000)
    match = _POST_URI.fullmatch(uri)
    if not match:
        return None
    did, key = match.groups()
    profile, record = object_at(view, "author"), object_at(view, "record")
    labels, inherited = _labels(view), _labels(profile)
    decision = decide_consent(_signals(profile, labels, inherited))
    post = Post(
        network="bluesky",
        uri=uri,
        url=f"https://bsky.app/profile/{did}/post/{key}",
        text=text(record, "text"),
        author=replace(_author(profile, did), consent=decision.account),
        published=published_at(view, response.fetched_at),
        cards=_cards(view),
        consent=decision.post,
        reasons=decision.reasons,
        sensitive=not _WARNINGS.isdisjoint(labels | inherited),
        counts=counts(view, replies="replyCount", boosts="repostCount", favourites="likeCount"),
        provenance=Provenance(request=response.url),
    )
    return reduce_to_level(_with_record(post, view, did), decision.post)


def _with_record(post: Post, view: JsonObject, did: str) -> Post:
    """Return the post with the fields that its author wrote."""
    record = object_at(view, "record")
    return replace(
        post,
        language=_language(record),
        hashtags=_hashtags(record),
        links=_links(view, record),
        thread_key=_thread_key(record, did),
    )


def _language(record: JsonObject) -> str:
    languages = strings(record.get("langs"))
    return clean_line(languages[0], 20) if languages else ""


def _thread_key(record: JsonObject, did: str) -> str | None:
    """Return the URI of the first post of the thread, if the same person wrote it."""
    root = line(object_at(record, "reply", "root"), "uri", 1000)
    return root if root.startswith(f"at://{did}/") else None


def _labels(labelled: JsonObject) -> set[str]:
    return {text(label, "val") for label in objects(labelled.get("labels"))}


def _signals(account: JsonObject, labels: set[str], inherited: set[str]) -> ConsentSignals:
    """Return the opt-outs in the profile, in its labels (`inherited`) and in those of the post.

    Bluesky has no opt-in. Its opt-out is the label of a profile that hides it from guests.
    """
    phrase = find_opt_out([line(account, "displayName", 500)])
    account_signals = [f"label {_SIGNED_IN_ONLY}"] if _SIGNED_IN_ONLY in inherited else []
    if phrase:
        account_signals.append(f"profile says {phrase!r}")
    removed = sorted(_REMOVED & (labels | inherited))
    return ConsentSignals(
        account=tuple(account_signals),
        post=(f"label {_SIGNED_IN_ONLY}",) if _SIGNED_IN_ONLY in labels else (),
        removed=tuple(f"label {label}" for label in removed),
    )


def _author(account: JsonObject, did: str) -> Author:
    """Return the author under the DID, since handles change."""
    handle = line(account, "handle", 300)
    name = line(account, "displayName", 100) or handle
    url = f"https://bsky.app/profile/{did}"
    aliases = (handle,) if handle not in ("", _NO_HANDLE) else ()
    return Author("bluesky", did, name, url, aliases=aliases)


def published_at(view: JsonObject, seen_at: datetime) -> datetime | None:
    """Return the earlier of the author's and the server's time of the post in a `view`.

    `seen_at` is the time of the response. Source: atproto.com/guides/timestamps (sortAt).
    """
    created = parse_iso_date(text(object_at(view, "record"), "createdAt"), seen_at)
    indexed = parse_iso_date(text(view, "indexedAt"), seen_at)
    return min((time for time in (created, indexed) if time), default=None)


def _facets(record: JsonObject, feature_type: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield (marked text, feature) of each facet with a feature of this type."""
    encoded = _encoded_text(record)
    for facet, (start, end) in _marked_ranges(record, len(encoded)):
        marked = clean(encoded[start:end].decode("utf-8", "replace"))
        for feature in objects(facet.get("features")):
            if text(feature, "$type") == f"app.bsky.richtext.facet#{feature_type}":
                yield marked, feature


def _encoded_text(record: JsonObject) -> bytes:
    raw = record.get("text")
    return raw.encode("utf-8", "replace") if isinstance(raw, str) else b""


def _marked_ranges(record: JsonObject, length: int) -> Iterator[tuple[JsonObject, tuple[int, int]]]:
    """Yield each facet with its range of UTF-8 bytes, end exclusive.

    A facet with a range outside the `length` bytes of the text is left out.
    """
    for facet in objects(record.get("facets")):
        index = object_at(facet, "index")
        start, end = integer(index, "byteStart"), integer(index, "byteEnd")
        if 0 <= start < end <= length:
            yield facet, (start, end)


def _links(view: JsonObject, record: JsonObject) -> tuple[Link, ...]:
    """Return the links of facets, those written without a facet, and an embed without a title."""
    links: dict[str, Link] = {}
    for marked, feature in _facets(record, "link"):
        if url := absolute_web_url(text(feature, "uri")):
            links[url] = Link(url, marked, "facet")
    for url in _facet_urls(record):
        links.setdefault(url, Link(url, origin="facet"))
    for url in _unmarked_urls(record):
        links.setdefault(url, Link(url, url))
    url, title = _embedded(view)
    if url and not title:
        links.setdefault(url, Link(url, origin="card"))
    return tuple(links.values())


def _facet_urls(record: JsonObject) -> Iterator[str]:
    """Yield the URLs of all facets, also of those with a range outside the text."""
    for facet in objects(record.get("facets")):
        yield from _urls_of(facet)


def _urls_of(facet: JsonObject) -> Iterator[str]:
    urls = (absolute_web_url(text(feature, "uri")) for feature in objects(facet.get("features")))
    return filter(None, urls)


def _unmarked_urls(record: JsonObject) -> Iterator[str]:
    """Yield the URLs in the text outside of facets: some clients set none."""
    encoded = bytearray(_encoded_text(record))
    for facet, (start, end) in _marked_ranges(record, len(encoded)):
        if any(_urls_of(facet)):
            encoded[start:end] = b" " * (end - start)
    unmarked = clean(encoded.decode("utf-8", "replace"))
    for written in find_urls(unmarked):
        url = absolute_web_url(written if "://" in written else f"https://{written}")
        if url:
            yield url


def _hashtags(record: JsonObject) -> tuple[str, ...]:
    """Return the hidden tags, those of facets and those written in the text, each once."""
    hidden = strings(record.get("tags"))
    marked = [text(feature, "tag") for _, feature in _facets(record, "tag")]
    written = find_hashtags(text(record, "text"))
    return usable_hashtags((*hidden, *marked, *written))


def _cards(view: JsonObject) -> tuple[Card, ...]:
    url, title = _embedded(view)
    description = line(_external(view), "description")
    return (Card(title, description, link=url),) if url and title else ()


def _embedded(view: JsonObject) -> tuple[str, str]:
    """Return URL and title of the page that a post embeds; empty for an animation."""
    external = _external(view)
    url = absolute_web_url(text(external, "uri"))
    return ("", "") if host_of(url) in _ANIMATION_HOSTS else (url, line(external, "title"))


def _external(view: JsonObject) -> JsonObject:
    """Return the embedded page: alone, with a quoted post, or only in the record."""
    for holder in (view, object_at(view, "record")):
        external = object_at(holder, "embed", "external")
        external = external or object_at(holder, "embed", "media", "external")
        if external:
            return external
    return {}
