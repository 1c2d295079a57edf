"""The versions, long texts and threads of the posts in an X archive.

X keeps each version of an edited post, cuts the text of a long post in `tweets.js`, and stores the
whole text in `note-tweet.js` under another id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any

from crawler.importers.x_archive_files import LongText, Tweet, read_text

_MENTIONS = re.compile(r"(?:@\w{1,50}\s+)*")
_CUT = re.compile(r"\s*…(?:\s*https?://\S+)*\s*\Z")
HAS_NO_PAGE = "has_no_page"  # key of a long text without its tweet: the id of its page is unknown
_INDEXED = 40  # characters by which long texts are found; X cuts at 270 or more
_MAX_VERSIONS = 100


def newer_versions(tweets: Mapping[str, Tweet]) -> dict[str, str]:
    """Return for each of the `tweets` that was edited later the id of its last version."""
    newer: dict[str, str] = {}
    for tweet in tweets.values():
        versions = [version for version in _version_ids(tweet) if version in tweets]
        newer |= dict.fromkeys(versions[:-1], *versions[-1:])
    return newer


def _version_ids(tweet: Tweet) -> list[str]:
    """Return the ids of all versions of a tweet, in order of time."""
    info = _member(tweet, "edit_info")
    edit = _member(info, "edit")
    control = _member(info, "initial") or _member(edit, "editControlInitial")
    versions = control.get("editTweetIds")
    listed = versions[:_MAX_VERSIONS] if isinstance(versions, list) else ()
    return sorted({version for version in listed if isinstance(version, str)}, key=_age)


def _age(identity: str) -> tuple[int, str]:
    """Return a sort key: ids grow with time, and an id with fewer digits is older."""
    return len(identity), identity


def _member(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    member = value.get(key)
    return member if isinstance(member, dict) else {}


def with_long_texts(tweets: dict[str, Tweet], long_texts: Iterable[LongText]) -> dict[str, Tweet]:
    """Return the `tweets` with the whole text of long ones.

    One of the `long_texts` belongs to the tweet with its id, or to the tweet whose text it begins
    with; of several to the one with the nearest id. Others become posts under their own id.
    """
    index = _cut_tweets(tweets)
    completed = dict(tweets)
    for long_text in long_texts:
        identity = _tweet_of(long_text, tweets, index)
        completed[identity] = _completed(tweets.get(identity, {}), long_text, identity)
    return completed


def _cut_tweets(tweets: Mapping[str, Tweet]) -> dict[str, list[tuple[str, str]]]:
    """Return (id, start of the text) of the tweets with a cut text, by their first characters."""
    index: dict[str, list[tuple[str, str]]] = {}
    for identity, tweet in tweets.items():
        text = _comparable(read_text(tweet, "full_text"))
        start = _CUT.sub("", text)
        if start != text and len(start) >= _INDEXED:
            index.setdefault(start[:_INDEXED], []).append((identity, start))
    return index


def _tweet_of(
    long_text: LongText,
    tweets: Mapping[str, Tweet],
    index: Mapping[str, Sequence[tuple[str, str]]],
) -> str:
    """Return the id of the tweet that a long text belongs to, or its own id."""
    own = read_text(long_text, "noteTweetId")
    if own in tweets:
        return own
    text = _comparable(_whole_text(long_text))
    candidates = index.get(text[:_INDEXED], ())
    matching = [identity for identity, start in candidates if text.startswith(start)]
    return min(matching, key=lambda identity: abs(int(identity) - int(own)), default=own)


def _comparable(text: str) -> str:
    text = " ".join(unescape(text).split())
    mentions = _MENTIONS.match(text)
    return text[mentions.end() :] if mentions else text


def _whole_text(long_text: LongText) -> str:
    return read_text(_member(long_text, "core"), "text")


def _completed(tweet: Tweet, long_text: LongText, identity: str) -> Tweet:
    """Return a tweet with the text and the links of a long text."""
    written = _member(long_text, "core").get("urls")
    listed = written if isinstance(written, list) else []
    urls = [_url_entity(entity) for entity in listed if isinstance(entity, dict)]
    entities = _member(tweet, "entities")
    cut_urls = entities.get("urls")
    urls += cut_urls if isinstance(cut_urls, list) else []
    created = {"created_at": read_text(long_text, "createdAt")} | tweet
    text = _whole_text(long_text) or read_text(tweet, "full_text")
    whole = {"id_str": identity, "full_text": text, "entities": {**entities, "urls": urls}}
    return created | whole | ({} if tweet else {HAS_NO_PAGE: True})


def _url_entity(entity: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": entity.get("shortUrl"),
        "expanded_url": entity.get("expandedUrl"),
        "display_url": entity.get("displayUrl"),
    }


class Threads:
    """The threads in an archive: chains of the member's answers to own tweets.

    `newer` maps older versions of edited tweets to their last version.
    """

    def __init__(self, tweets: Mapping[str, Tweet], newer: Mapping[str, str]) -> None:
        """Find the threads of `tweets`, with the last versions in `newer`."""
        self._parents = {}
        for identity, tweet in tweets.items():
            parent = read_text(tweet, "in_reply_to_status_id_str")
            self._parents[identity] = newer.get(parent, parent)
        self._answered = set(self._parents.values())
        self._places: dict[str, tuple[str, int]] = {}  # first tweet, position from 1
        for identity in tweets:
            self._add_chain(identity)

    def place_of(self, identity: str) -> tuple[str | None, int | None]:
        """Return the thread of the tweet `identity` and its position; (None, None) if alone."""
        first, position = self._places[identity]
        if position == 1 and first not in self._answered:
            return None, None
        return f"x:{first}", position

    def _add_chain(self, identity: str) -> None:
        """Place a tweet and all tweets that it follows. Each tweet is visited once."""
        chain: dict[str, None] = {}
        while identity in self._parents and identity not in self._places and identity not in chain:
            chain[identity] = None
            identity = self._parents[identity]
        first, position = self._places.get(identity, (next(reversed(chain), ""), 0))
        for member in reversed(chain):
            position += 1
            self._places[member] = first, position
