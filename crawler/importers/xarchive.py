"""The archive that X gives its members: `tweets.js` and `account.js`, alone or in a zip.

The JavaScript in it is parsed as JSON and never executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import Any

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url
from crawler.importers.record_types import (
    MAX_ENTITIES,
    MAX_RECORD_BYTES,
    MAX_TEXT,
    ImportOptions,
    Record,
    parse_records,
    record_failure,
    records_of_member,
)
from crawler.importers.zip_files import contains_file, extract_files, is_zip
from crawler.models.outcomes import Failure
from crawler.models.posts import Author, Link, Post, Provenance
from crawler.text_cleaning import clean, clean_block, clean_line, person_name
from crawler.tolerant_json import decode_json, split_array
from crawler.urls_and_hashtags import find_hashtags
from crawler.utc_times import plausible_date

PRIORITY = 70
HAS_ALL_POSTS = True

MEMBERS = r"(?:[^/]+/)?data/(?:tweets?(?:-part\d+)?|account)\.js"
_ASSIGNMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.YTD\.(\w+)\.part\d+\s*=")
# A URL in a text up to its last letter, digit or slash: punctuation ends the sentence.
_SHORT = re.compile(r"https?://[\w./~%?=&+#-]{0,2000}[\w/]")
_WHAT_TO_IMPORT = "Import data/tweets.js, or the whole archive."
_TWEETS = frozenset({"tweet", "tweets"})
_ID = re.compile(r"\d{1,20}")
_COUNTS = (("favourites", "favorite_count"), ("boosts", "retweet_count"))

Tweet = dict[str, Any]


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` is a file of the archive or its zip. `name` is not used."""
    start = data[:100].lstrip(b"\xef\xbb\xbf \r\n\t")
    return contains_file(data, MEMBERS) or start.startswith(b"window.YTD.")


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield the member's own posts, with t.co links expanded from the archive itself.

    Retweets are other people's posts and are left out. A tweet that cannot be parsed is a Failure.
    `data` is the zip or one of its files, `name` its name; `options` has the time of the import.
    Raises InputError for a file with other data than tweets, or one that is damaged at its start.
    """
    files = extract_files(name, data, MEMBERS) if is_zip(data) else {name: data}
    if all(_assigned_name(content) == "account" for content in files.values()):
        raise InputError(f"{name} holds no tweets.js.", _WHAT_TO_IMPORT)

    author = _first_account(files)
    tweets: dict[str, Tweet] = {}
    for record in _records(name, files):
        if isinstance(record, Failure):
            yield record
        else:
            tweets[record["id_str"]] = record
    yield from _posts(name, tweets, author, options)


def _posts(
    name: str, tweets: dict[str, Tweet], author: Author | None, options: ImportOptions
) -> Iterator[Record]:
    threads = _Threads(tweets)
    labelled = ((f"tweet {identity}", tweet) for identity, tweet in tweets.items())
    return parse_records(name, labelled, lambda tweet: _post(tweet, author, threads, name, options))


def _first_account(files: Mapping[str, bytes]) -> Author | None:
    accounts = (_account(path, content) for path, content in files.items())
    return next((account for account in accounts if account), None)


def _records(name: str, files: Mapping[str, bytes]) -> Iterator[Tweet | Failure]:
    for path, content in files.items():
        yield from records_of_member(name, path, _tweets(path, content))


def _account(path: str, content: bytes) -> Author | None:
    """Return the owner of the archive, if this file describes the account."""
    try:
        kind, elements = _elements(path, content)
        return _author(elements) if kind == "account" else None
    except InputError:  # the file is reported when its tweets are read
        return None


def _tweets(path: str, content: bytes) -> Iterator[Tweet | Failure]:
    """Yield the tweets of one file. Raises InputError if it holds something else."""
    kind, elements = _elements(path, content)
    if kind == "account":
        return
    for number, element in enumerate(elements, 1):
        if tweet := _parse_tweet(path, number, element):
            yield tweet


def _data_name(path: str, content: bytes) -> str:
    """Return the name of the data in a file, for example `tweets`. Raises InputError."""
    kind = _assigned_name(content)
    if not kind:
        reason = f"{path} is not a file of an X archive: it does not begin with window.YTD."
        raise InputError(reason, _WHAT_TO_IMPORT)
    if kind != "account" and kind not in _TWEETS:
        raise InputError(f"{path} holds {kind!r}, not posts.", _WHAT_TO_IMPORT)
    return kind


def _assigned_name(content: bytes) -> str:
    """Return the name of the data that a file assigns, or an empty string."""
    assigned = _ASSIGNMENT.match(content[:200])
    return assigned[1].decode("ascii", "replace") if assigned else ""


def _elements(path: str, content: bytes) -> tuple[str, Iterator[bytes]]:
    """Return the name of the data in a file, and its records, not decoded yet."""
    kind = _data_name(path, content)
    assigned = _ASSIGNMENT.match(content[:200])
    return kind, _array(path, content[assigned.end() if assigned else 0 :])


def _array(path: str, data: bytes) -> Iterator[bytes]:
    try:
        yield from split_array(data)
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}.", "Download the archive again.") from None


def _parse_tweet(path: str, number: int, element: bytes) -> Tweet | Failure | None:
    label = f"tweet {number}"
    if len(element) > MAX_RECORD_BYTES:
        return record_failure(path, label, f"longer than {MAX_RECORD_BYTES // 1_000_000} MB")
    try:
        return _tweet(decode_json(element))
    except ValueError as error:
        return record_failure(path, label, error)


def _author(elements: Iterator[bytes]) -> Author | None:
    try:
        first = decode_json(next(elements, b"{}"))
    except ValueError:
        return None
    account = first.get("account") if isinstance(first, dict) else None
    handle = clean_line(_text(account, "username"), 50) if isinstance(account, dict) else ""
    if not isinstance(account, dict) or not handle:
        return None
    shown = person_name(_text(account, "accountDisplayName"), 100)
    return Author("x", handle, shown, f"https://x.com/{handle}")


def _tweet(item: Any) -> Tweet | None:
    tweet = item.get("tweet", item) if isinstance(item, dict) else None
    if not isinstance(tweet, dict) or not _ID.fullmatch(_text(tweet, "id_str")):
        return None
    return None if _text(tweet, "full_text").startswith("RT @") else tweet


def _post(
    tweet: Tweet, author: Author | None, threads: _Threads, name: str, options: ImportOptions
) -> Post:
    text, links = _expanded(tweet)
    identity = tweet["id_str"]
    thread_key, thread_position = threads.place_of(identity)
    return Post(
        network="x",
        uri=f"x:{identity}",
        url=f"https://x.com/{author.handle if author else 'i'}/status/{identity}",
        text=text,
        author=author,
        language=clean_line(_text(tweet, "lang"), 20),
        published=_date(_text(tweet, "created_at"), options.seen_at),
        hashtags=find_hashtags(text),
        links=links,
        thread_key=thread_key,
        thread_position=thread_position,
        sensitive=tweet.get("possibly_sensitive") is True,
        counts=_counts(tweet),
        provenance=Provenance(file=name),
    )


def _counts(tweet: Tweet) -> tuple[tuple[str, int], ...]:
    written = ((ours, _text(tweet, theirs)) for ours, theirs in _COUNTS)
    return tuple((ours, int(digits)) for ours, digits in written if _ID.fullmatch(digits))


class _Threads:
    """The threads in an archive: chains of the member's answers to own tweets."""

    def __init__(self, tweets: dict[str, Tweet]) -> None:
        self._parents = {
            identity: _text(tweet, "in_reply_to_status_id_str")
            for identity, tweet in tweets.items()
        }
        self._answered = set(self._parents.values())
        self._places: dict[str, tuple[str, int]] = {}  # first tweet, position from 1
        for identity in tweets:
            self._add_chain(identity)

    def place_of(self, identity: str) -> tuple[str | None, int | None]:
        """Return the thread of a tweet and the position in it; (None, None) if it is alone."""
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


def _expanded(tweet: Tweet) -> tuple[str, tuple[Link, ...]]:
    """Return the text with short links expanded and picture links removed, and the links."""
    links: dict[str, Link] = {}
    expansions: dict[str, str] = {}
    for short, link in _short_links(tweet):
        expansions.setdefault(short, link.url)
        links.setdefault(link.url, link)
    expansions |= dict.fromkeys(_picture_links(tweet), "")
    text = _replace_urls(unescape(_text(tweet, "full_text")[:MAX_TEXT]), expansions)
    return clean_block(text), tuple(links.values())


def _replace_urls(text: str, expansions: Mapping[str, str]) -> str:
    """Return the text with each short URL replaced once: an expansion is not expanded again."""
    return _SHORT.sub(lambda match: expansions.get(match[0], match[0]), text)


def _short_links(tweet: Tweet) -> Iterator[tuple[str, Link]]:
    """Yield each short URL of the tweet with the link that it stands for."""
    for entity in _entities(tweet, "entities", "urls"):
        short, url = _text(entity, "url"), absolute_web_url(_text(entity, "expanded_url"))
        if short and url:
            yield short, Link(url, clean_line(_text(entity, "display_url"), 100))


def _picture_links(tweet: Tweet) -> Iterator[str]:
    for group in ("extended_entities", "entities"):
        for entity in _entities(tweet, group, "media"):
            if short := _text(entity, "url"):
                yield short


def _entities(tweet: Tweet, group: str, kind: str) -> list[Tweet]:
    entities = tweet.get(group)
    listed = entities.get(kind) if isinstance(entities, dict) else None
    if not isinstance(listed, list):
        return []
    return [entity for entity in listed[:MAX_ENTITIES] if isinstance(entity, dict)]


def _date(text: str, seen_at: datetime) -> datetime | None:
    """Return the time of a text like `Wed Oct 10 20:19:24 +0000 2018`, None if it is invalid."""
    try:
        return plausible_date(datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y"), seen_at)
    except ValueError:
        return None


def _text(value: Tweet, key: str) -> str:
    member = value.get(key)
    return clean(member) if isinstance(member, str) else ""
