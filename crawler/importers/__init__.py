"""Posts from files: one module per format, found by what the file looks like. Bytes in, posts out; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from crawler.errors import InputError, UsageError
from crawler.importers.containers import is_zip
from crawler.model import Post
from crawler.text import fold

# Asked in this order whether a file is theirs (`recognises(name in lower case, bytes)`); what nobody claims is pasted text.
FORMATS = ("xarchive", "linkedin", "opml", "bookmarks", "mbox", "jsonl", "paste")
# Archives of everything that a person wrote.
PERSONAL = ("xarchive", "linkedin")


@dataclass(frozen=True, slots=True)
class Options:
    """What an importer may need to know.

    `seen_at`: when the file was given to us (aware UTC); dates later than a day after that are not believed. `hashtags`: of an archive
    of everything a person wrote, only posts under one of these, and the threads they stand in, are taken; all when there are none.
    """

    seen_at: datetime
    hashtags: tuple[str, ...] = ()


def read(name: str, data: bytes, format: str | None, options: Options) -> tuple[Post, ...]:
    """The posts of a file, each uri once. Raises InputError naming the file, UsageError for an unknown format."""
    if not data.strip():
        raise InputError(f"{name} is empty.", "Save the posts in it and import it again.")
    kind = format_of(name, data, format)
    posts: tuple[Post, ...] = _importer(kind).read(name, data, options)
    if kind in PERSONAL and options.hashtags:
        posts = _tagged(name, posts, options.hashtags)
    first = {post.uri: at for at, post in reversed(list(enumerate(posts)))}
    return tuple(posts[at] for at in sorted(first.values()))


def _tagged(name: str, posts: tuple[Post, ...], hashtags: tuple[str, ...]) -> tuple[Post, ...]:
    wanted = {fold(hashtag.lstrip("#")) for hashtag in hashtags}
    chosen = {post.uri: post.thread_key for post in posts if wanted & set(map(fold, post.hashtags))}
    threads = {thread for thread in chosen.values() if thread}
    if posts and not chosen:
        raise InputError(f"{name}: none of its {len(posts)} posts is under #{' or #'.join(hashtags)}.", "Take all of them with: hashtrail import --all")
    return tuple(post for post in posts if post.uri in chosen or post.thread_key in threads)


def format_of(name: str, data: bytes, format: str | None = None) -> str:
    """The format asked for, or the one the file looks like. Raises UsageError for an unknown one, InputError for a zip of other things."""
    if format is None:
        return next((known for known in FORMATS[:-1] if _importer(known).recognises(name.lower(), data)), None) or _pasted(name, data)
    if format not in FORMATS:
        raise UsageError(f"There is no import format {format!r}.", f"Known: {', '.join(sorted(FORMATS))}.")
    return format


def _pasted(name: str, data: bytes) -> str:
    if is_zip(data):
        raise InputError(f"{name} is a zip archive without posts that we know.", "An X archive holds data/tweets.js, a LinkedIn export Shares.csv.")
    return FORMATS[-1]


def _importer(format: str) -> Any:
    return import_module(f"crawler.importers.{format}")
