"""The archive that X gives its members: `tweets.js` (or the zip around it) and `account.js`. Nothing in it is ever evaluated."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

import msgspec

from crawler.errors import InputError
from crawler.importers import Options
from crawler.importers.containers import MAX_MEMBER_BYTES, holds, is_zip, members
from crawler.importers.decode import decode
from crawler.markup import web_url
from crawler.model import Author, Link, Post, Provenance
from crawler.text import clean, clean_block, clean_line, hashtags, plausible_date

MEMBERS = r"(?:[^/]+/)?data/(?:tweets?(?:-part\d+)?|account)\.js"
_ASSIGNMENT = re.compile(r"\s*window\.YTD\.(\w+)\.part\d+\s*=")
_TWEETS = frozenset({"tweet", "tweets"})
_ID = re.compile(r"\d{1,20}")
_MAX_THREAD = 500

Tweet = dict[str, Any]


def recognises(name: str, data: bytes) -> bool:
    """A file of the archive by its first words, or the zip by its files."""
    return holds(data, MEMBERS) or data[:100].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"window.YTD.")


def read(name: str, data: bytes, options: Options) -> tuple[Post, ...]:
    """The member's own posts, with t.co links expanded from the archive itself; retweets are other people's and left out.

    Raises InputError when the file holds anything else than tweets (direct messages, contacts) or is damaged.
    """
    files = members(name, data, MEMBERS) if is_zip(data) else {name: data}
    tweets: dict[str, Tweet] = {}
    author = None
    for path, content in files.items():
        kind, items = _items(path, content)
        if kind == "account":
            author = _author(items)
        elif kind in _TWEETS:
            tweets |= {tweet["id_str"]: tweet for item in items if (tweet := _tweet(item))}
        else:
            raise InputError(f"{path} holds {kind!r}, not posts.", "Import data/tweets.js, or the whole archive.")
    if not tweets and not any("tweet" in path for path in files):
        raise InputError(f"{name} holds no tweets.js.", "Import data/tweets.js, or the whole archive.")
    answered = {_text(tweet, "in_reply_to_status_id_str") for tweet in tweets.values()}
    return tuple(_post(tweet, author, _chain(tweet, tweets, answered), name, options) for tweet in tweets.values())


def _items(path: str, content: bytes) -> tuple[str, list[Any]]:
    text = decode(path, content, MAX_MEMBER_BYTES)
    assigned = _ASSIGNMENT.match(text[:200])
    if not assigned:
        raise InputError(f"{path} is no file of an X archive: it does not begin with window.YTD.", "Import data/tweets.js, or the whole archive.")
    try:
        items = msgspec.json.decode(text[assigned.end() :].strip().removesuffix(";"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{path} is damaged: {clean_line(str(error))}.", "Download the archive again.") from None
    return assigned[1], items if isinstance(items, list) else []


def _author(items: list[Any]) -> Author | None:
    account = next((item.get("account") for item in items if isinstance(item, dict)), None)
    handle = clean_line(account.get("username"), 50) if isinstance(account, dict) and isinstance(account.get("username"), str) else ""
    if not isinstance(account, dict) or not handle:
        return None
    shown = account.get("accountDisplayName")
    return Author("x", handle, clean_line(shown, 100) if isinstance(shown, str) else "", f"https://x.com/{handle}")


def _tweet(item: Any) -> Tweet | None:
    tweet = item.get("tweet", item) if isinstance(item, dict) else None
    if not isinstance(tweet, dict) or not _ID.fullmatch(_text(tweet, "id_str")):
        return None
    return None if _text(tweet, "full_text").startswith("RT @") else tweet


def _post(tweet: Tweet, author: Author | None, chain: list[str], name: str, options: Options) -> Post:
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
        thread_key=f"x:{chain[-1]}" if chain else None,
        thread_position=len(chain) or None,
        sensitive=tweet.get("possibly_sensitive") is True,
        counts=tuple((ours, int(_text(tweet, key))) for ours, key in _COUNTS if _ID.fullmatch(_text(tweet, key))),
        provenance=Provenance(file=name),
    )


_COUNTS = (("favourites", "favorite_count"), ("boosts", "retweet_count"))


def _chain(tweet: Tweet, tweets: dict[str, Tweet], answered: set[str]) -> list[str]:
    """The ids from this tweet back to the first of the member's own that it answers; empty when it is in no thread."""
    chain = [tweet["id_str"]]
    while len(chain) < _MAX_THREAD:
        before = _text(tweets[chain[-1]], "in_reply_to_status_id_str")
        if before not in tweets or before in chain:
            break
        chain.append(before)
    return chain if len(chain) > 1 or chain[0] in answered else []


def _expanded(tweet: Tweet) -> tuple[str, tuple[Link, ...]]:
    """The text with its short links replaced by what the archive says they stand for, those of pictures removed, and the links."""
    text = unescape(_text(tweet, "full_text"))
    links: dict[str, Link] = {}
    for entity in _entities(tweet, "entities", "urls"):
        short, url = _text(entity, "url"), web_url(_text(entity, "expanded_url"))
        if short and url:
            text = text.replace(short, url)
            links.setdefault(url, Link(url, clean_line(_text(entity, "display_url"), 100)))
    for entity in [*_entities(tweet, "extended_entities", "media"), *_entities(tweet, "entities", "media")]:
        text = text.replace(_text(entity, "url") or "\0", "")
    return clean_block(text), tuple(links.values())


def _entities(tweet: Tweet, group: str, kind: str) -> list[Tweet]:
    entities = tweet.get(group)
    listed = entities.get(kind) if isinstance(entities, dict) else None
    return [entity for entity in listed if isinstance(entity, dict)] if isinstance(listed, list) else []


def _date(text: str, seen_at: datetime) -> datetime | None:
    """`Wed Oct 10 20:19:24 +0000 2018`."""
    try:
        return plausible_date(datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y"), seen_at)
    except ValueError:
        return None


def _text(value: Tweet, key: str) -> str:
    found = value.get(key)
    return clean(found) if isinstance(found, str) else ""
