"""The archive that X gives its members: `tweets.js` (or the zip around it) and `account.js`.

Nothing in it is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any

from crawler.errors import InputError
from crawler.html_text import web_url
from crawler.importers.import_records import (
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
from crawler.text_cleaning import (
    clean,
    clean_block,
    clean_line,
    hashtags,
    person_name,
    plausible_date,
)
from crawler.tolerant_json import decode_json, split_array

PRIORITY = 70
HAS_ALL_POSTS = True

MEMBERS = r"(?:[^/]+/)?data/(?:tweets?(?:-part\d+)?|account)\.js"
_ASSIGNMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.YTD\.(\w+)\.part\d+\s*=")
# A URL in a text up to its last letter, digit or slash: punctuation ends the sentence.
_SHORT = re.compile(r"https?://[\w./~%?=&+#-]{0,2000}[\w/]")
_WHAT_TO_IMPORT = "Import data/tweets.js, or the whole archive."
_TWEETS = frozenset({"tweet", "tweets"})
_ID = re.compile(r"\d{1,20}")

Tweet = dict[str, Any]


def matches(name: str, data: bytes) -> bool:
    """A file of the archive by its first words, or the zip by its files."""
    return contains_file(data, MEMBERS) or data[:100].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(
        b"window.YTD."
    )


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """The member's own posts, with t.co links expanded from the archive itself.

    Retweets are other people's posts and are left out. A tweet that cannot be read is a Failure.
    Raises InputError when a file holds anything else than tweets or is damaged at its start.
    """
    files = extract_files(name, data, MEMBERS) if is_zip(data) else {name: data}
    authors = (_account(path, content) for path, content in files.items())
    author = next(filter(None, authors), None)
    if all(_assigned(content) == "account" for content in files.values()):
        raise InputError(f"{name} holds no tweets.js.", _WHAT_TO_IMPORT)
    tweets: dict[str, Tweet] = {}
    for path, content in files.items():
        for found in records_of_member(name, path, _tweets(path, content)):
            if isinstance(found, Failure):
                yield found
            else:
                tweets[found["id_str"]] = found
    threads = _threads(tweets)
    answered = {_text(tweet, "in_reply_to_status_id_str") for tweet in tweets.values()}
    yield from parse_records(
        name,
        ((f"tweet {identity}", tweet) for identity, tweet in tweets.items()),
        lambda tweet: _post(tweet, author, _place(tweet, threads, answered), name, options),
    )


def _account(path: str, content: bytes) -> Author | None:
    """The owner of the archive, if this file tells."""
    try:
        kind, elements = _elements(path, content)
        return _author(elements) if kind == "account" else None
    except InputError:  # the file is reported when its tweets are read
        return None


def _tweets(path: str, content: bytes) -> Iterator[Tweet | Failure]:
    """The tweets of one file. Raises InputError when it holds something else."""
    kind, elements = _elements(path, content)
    if kind == "account":
        return
    for number, element in enumerate(elements, 1):
        if found := _read_tweet(path, number, element):
            yield found


def _kind_of(path: str, content: bytes) -> str:
    """The name of the data that a file of the archive assigns, `tweets` for example."""
    kind = _assigned(content)
    if not kind:
        reason = f"{path} is not a file of an X archive: it does not begin with window.YTD."
        raise InputError(reason, _WHAT_TO_IMPORT)
    if kind != "account" and kind not in _TWEETS:
        raise InputError(f"{path} holds {kind!r}, not posts.", _WHAT_TO_IMPORT)
    return kind


def _assigned(content: bytes) -> str:
    """The same; empty if the file assigns nothing."""
    assigned = _ASSIGNMENT.match(content[:200])
    return assigned[1].decode("ascii", "replace") if assigned else ""


def _elements(path: str, content: bytes) -> tuple[str, Iterator[bytes]]:
    """The kind of a file and its records, not decoded yet."""
    kind = _kind_of(path, content)
    assigned = _ASSIGNMENT.match(content[:200])
    return kind, _array(path, content[assigned.end() if assigned else 0 :])


def _array(path: str, data: bytes) -> Iterator[bytes]:
    try:
        yield from split_array(data)
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}.", "Download the archive again.") from None


def _read_tweet(path: str, number: int, element: bytes) -> Tweet | Failure | None:
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
    tweet: Tweet,
    author: Author | None,
    place: tuple[str | None, int | None],
    name: str,
    options: ImportOptions,
) -> Post:
    text, links = _expanded(tweet)
    identity = tweet["id_str"]
    return Post(
        network="x",
        uri=f"x:{identity}",
        url=f"https://x.com/{author.handle if author else 'i'}/status/{identity}",
        text=text,
        author=author,
        language=clean_line(_text(tweet, "lang"), 20),
        published=_date(_text(tweet, "created_at"), options.seen_at),
        hashtags=hashtags(text),
        links=links,
        thread_key=place[0],
        thread_position=place[1],
        sensitive=tweet.get("possibly_sensitive") is True,
        counts=tuple(
            (ours, int(_text(tweet, key)))
            for ours, key in _COUNTS
            if _ID.fullmatch(_text(tweet, key))
        ),
        provenance=Provenance(file=name),
    )


_COUNTS = (("favourites", "favorite_count"), ("boosts", "retweet_count"))


def _place(
    tweet: Tweet, threads: dict[str, tuple[str, int]], answered: set[str]
) -> tuple[str | None, int | None]:
    """The thread of a tweet and its position in it; nothing if it is alone."""
    first, position = threads[tweet["id_str"]]
    alone = position == 1 and first not in answered
    return (None, None) if alone else (f"x:{first}", position)


def _threads(tweets: dict[str, Tweet]) -> dict[str, tuple[str, int]]:
    """The thread of each tweet as (id of its first tweet, position from 1).

    A thread is a chain of the member's answers to own tweets. Every tweet is looked at once.
    """
    places: dict[str, tuple[str, int]] = {}
    for identity in tweets:
        chain: dict[str, None] = {}
        while identity in tweets and identity not in places and identity not in chain:
            chain[identity] = None
            identity = _text(tweets[identity], "in_reply_to_status_id_str")
        first, before = places.get(identity, (next(reversed(chain), ""), 0))
        for position, each in enumerate(reversed(chain), before + 1):
            places[each] = first, position
    return places


def _expanded(tweet: Tweet) -> tuple[str, tuple[Link, ...]]:
    """The text with short links expanded and picture links removed, and the links.

    Every URL of the text is looked up once, so that an expansion is never expanded again.
    """
    links: dict[str, Link] = {}
    long: dict[str, str] = {}
    for entity in _entities(tweet, "entities", "urls"):
        short, url = _text(entity, "url"), web_url(_text(entity, "expanded_url"))
        if short and url:
            long.setdefault(short, url)
            links.setdefault(url, Link(url, clean_line(_text(entity, "display_url"), 100)))
    media = [
        *_entities(tweet, "extended_entities", "media"),
        *_entities(tweet, "entities", "media"),
    ]
    long |= {short: "" for entity in media if (short := _text(entity, "url"))}
    text = unescape(_text(tweet, "full_text")[:MAX_TEXT])
    return clean_block(_SHORT.sub(lambda found: long.get(found[0], found[0]), text)), tuple(
        links.values()
    )


def _entities(tweet: Tweet, group: str, kind: str) -> list[Tweet]:
    entities = tweet.get(group)
    listed = entities.get(kind) if isinstance(entities, dict) else None
    if not isinstance(listed, list):
        return []
    return [entity for entity in listed[:MAX_ENTITIES] if isinstance(entity, dict)]


def _date(text: str, seen_at: datetime) -> datetime | None:
    """`Wed Oct 10 20:19:24 +0000 2018`."""
    try:
        return plausible_date(datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y"), seen_at)
    except ValueError:
        return None


def _text(value: Tweet, key: str) -> str:
    found = value.get(key)
    return clean(found) if isinstance(found, str) else ""
