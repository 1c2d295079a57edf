"""The archive that X gives its members: posts, long posts and community posts, with the account.

The files are read alone or from a zip. Retweets are other people's posts and are left out, as are
older versions of edited posts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from crawler.dates.parse_date import parse_time
from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url
from crawler.importers.record_types import (
    MAX_ENTITIES,
    MAX_TEXT,
    ImportOptions,
    LeftOut,
    Record,
    parse_records,
    records_of_member,
)
from crawler.importers.x_archive_files import (
    MEMBERS,
    LongText,
    Tweet,
    first_account,
    holds_posts,
    is_archive_file,
    is_id,
    read_posts,
    read_text,
)
from crawler.importers.x_versions import HAS_NO_PAGE, Threads, newer_versions, with_long_texts
from crawler.importers.zip_files import contains_file, extract_files, is_zip
from crawler.models.outcomes import Failure
from crawler.models.posts import Author, Link, Post, Provenance
from crawler.text_cleaning import clean_block, clean_line
from crawler.urls_and_hashtags import find_hashtags, find_urls

PRIORITY = 70
HAS_ALL_POSTS = True

# A URL in a text up to its last letter, digit or slash: punctuation ends the sentence.
_SHORT = re.compile(r"https?://[\w./~%?=&+#-]{0,2000}[\w/]")
_LINK_TO_ITSELF = re.compile(r"…\s*(https?://t\.co/\w+)\s*\Z")  # of a post whose text X cut
_COUNTS = (("favourites", "favorite_count"), ("boosts", "retweet_count"))


@dataclass(frozen=True, slots=True)
class _Archive:
    """The values that the posts of one file share."""

    name: str
    author: Author | None
    threads: Threads
    options: ImportOptions


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` is a file of the archive or its zip. `name` is not used."""
    return contains_file(data, MEMBERS) or is_archive_file(data)


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield the member's own posts, with t.co links expanded from the archive itself.

    Retweets and older versions are left out. A tweet that cannot be parsed is a Failure. `data` is
    the zip or one of its files, `name` its name; `options` has the time of the import. Raises
    InputError for a file with other data than tweets, or one that is damaged at its start.
    """
    files = extract_files(name, data, MEMBERS) if is_zip(data) else {name: data}
    if not any(map(holds_posts, files.values())):
        hint = "Import data/tweets.js, or the whole archive."
        raise InputError(f"{name} holds no tweets.js.", hint)

    tweets: dict[str, Tweet] = {}
    long_texts: list[LongText] = []
    for record in _records(name, files):
        if isinstance(record, Failure):
            yield record
        elif "noteTweetId" in record:
            long_texts.append(record)
        elif _is_retweet(record):
            yield LeftOut("retweets of other people's posts")
        else:
            tweets[record["id_str"]] = record

    newer = newer_versions(tweets)
    if newer:
        yield LeftOut("older versions of edited posts", len(newer))
    latest = {identity: tweet for identity, tweet in tweets.items() if identity not in newer}
    latest = with_long_texts(latest, long_texts)
    archive = _Archive(name, first_account(files), Threads(latest, newer), options)
    labelled = ((f"tweet {identity}", tweet) for identity, tweet in latest.items())
    yield from parse_records(name, labelled, lambda tweet: _post(tweet, archive))


def _records(name: str, files: Mapping[str, bytes]) -> Iterator[Tweet | LongText | Failure]:
    for path, content in files.items():
        yield from records_of_member(name, path, read_posts(path, content))


def _is_retweet(tweet: Tweet) -> bool:
    return read_text(tweet, "full_text").startswith("RT @")


def _post(tweet: Tweet, archive: _Archive) -> Post | None:
    """Return the post of a tweet, None if only a picture is left of it."""
    text, links = _expanded(tweet)
    if not text and not links:
        return None
    identity = tweet["id_str"]
    thread_key, thread_position = archive.threads.place_of(identity)
    handle = archive.author.handle if archive.author else "i"
    return Post(
        network="x",
        uri=f"x:{identity}",
        url="" if HAS_NO_PAGE in tweet else f"https://x.com/{handle}/status/{identity}",
        text=text,
        author=archive.author,
        language=clean_line(read_text(tweet, "lang"), 20),
        published=_date(read_text(tweet, "created_at"), archive.options.seen_at),
        hashtags=find_hashtags(text),
        links=links,
        thread_key=thread_key,
        thread_position=thread_position,
        sensitive=tweet.get("possibly_sensitive") is True,
        counts=_counts(tweet),
        provenance=Provenance(file=archive.name),
    )


def _counts(tweet: Tweet) -> tuple[tuple[str, int], ...]:
    written = ((ours, read_text(tweet, theirs)) for ours, theirs in _COUNTS)
    return tuple((ours, int(digits)) for ours, digits in written if is_id(digits))


def _expanded(tweet: Tweet) -> tuple[str, tuple[Link, ...]]:
    """Return the text with short links expanded and picture links removed, and the links.

    Posts of the first years have no entities: their links are those in the text.
    """
    links: dict[str, Link] = {}
    expansions: dict[str, str] = {}
    for short, link in _short_links(tweet):
        expansions.setdefault(short, link.url)
        links.setdefault(link.url, link)
    expansions |= dict.fromkeys(_picture_links(tweet), "")
    text = unescape(read_text(tweet, "full_text")[:MAX_TEXT])
    cut = _LINK_TO_ITSELF.search(text)
    if cut and cut[1] not in expansions:
        text = text[: cut.start(1)]
    text = clean_block(_replace_urls(text, expansions))
    for written in find_urls(text):
        if url := absolute_web_url(written):
            links.setdefault(url, Link(url))
    return text, tuple(links.values())


def _replace_urls(text: str, expansions: Mapping[str, str]) -> str:
    """Return the text with each short URL replaced once: an expansion is not expanded again."""
    return _SHORT.sub(lambda match: expansions.get(match[0], match[0]), text)


def _short_links(tweet: Tweet) -> Iterator[tuple[str, Link]]:
    """Yield each short URL of the tweet with the link that it stands for."""
    for entity in _entities(tweet, "entities", "urls"):
        short, url = read_text(entity, "url"), absolute_web_url(read_text(entity, "expanded_url"))
        if short and url:
            yield short, Link(url, clean_line(read_text(entity, "display_url"), 100))


def _picture_links(tweet: Tweet) -> Iterator[str]:
    for group in ("extended_entities", "entities"):
        for entity in _entities(tweet, group, "media"):
            if short := read_text(entity, "url"):
                yield short


def _entities(tweet: Tweet, group: str, kind: str) -> list[Tweet]:
    entities = tweet.get(group)
    listed = entities.get(kind) if isinstance(entities, dict) else None
    if not isinstance(listed, list):
        return []
    return [entity for entity in listed[:MAX_ENTITIES] if isinstance(entity, dict)]


def _date(text: str, seen_at: datetime) -> datetime | None:
    """Return the time of a text like `Wed Oct 10 20:19:24 +0000 2018`, None if it is invalid.

    Long posts have times as in ISO 8601.
    """
    return parse_time(text, seen_at)
