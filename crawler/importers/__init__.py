"""Import of posts from files: one module per format, recognized by content. Bytes in, posts out."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

from crawler.errors import InputError, UsageError
from crawler.importers.import_records import (
    MAX_FAILURES,
    MAX_HASHTAGS,
    MAX_LINKS,
    MAX_TEXT,
    Imported,
    Options,
    Record,
)
from crawler.importers.prose_detection import not_prose
from crawler.importers.zip_files import is_zip
from crawler.models.articles import Article
from crawler.models.outcomes import Failure
from crawler.models.posts import Post
from crawler.text_cleaning import fold

__all__ = ["FORMATS", "PERSONAL", "Imported", "Options", "format_of", "read"]

# Each module has `recognises(name in lower case, bytes)`. The first that agrees reads the file.
RECOGNISED = ("xarchive", "linkedin", "opml", "bookmarks", "mbox", "jsonl")
# `paste` reads only files that look like prose.
FORMATS = (*RECOGNISED, "paste")
# Archives of everything that a person wrote.
PERSONAL = ("xarchive", "linkedin")


def read(name: str, data: bytes, format: str | None, options: Options) -> Imported:
    """The contents of a file. A record that cannot be read becomes one of the failures.

    Raises InputError that names the file when nothing in it can be read, and UsageError for an
    unknown format.
    """
    if not data.strip():
        raise InputError(f"{name} is empty.", "Save the posts in it and import it again.")
    kind = format_of(name, data, format)
    imported = _collected(_importer(kind).read(name, data, options))
    if imported.failures and not (imported.posts or imported.articles):
        hint = "Correct the file, or name its format with --format."
        raise InputError(imported.failures[0].message, hint)
    if kind in PERSONAL and options.hashtags:
        posts = _tagged(name, imported.posts, options.hashtags)
        return replace(imported, posts=posts)
    return imported


def _collected(records: Any) -> Imported:
    posts: dict[str, Post] = {}
    articles: list[Article] = []
    failures: list[Failure] = []
    uncounted = 0
    for record in records:
        _sort(record, posts, articles, failures)
        if len(failures) > MAX_FAILURES:
            uncounted += 1
            failures.pop()
    if uncounted:
        more = f"{failures[-1].message} {uncounted} more records failed."
        failures[-1] = replace(failures[-1], message=more)
    return Imported(tuple(posts.values()), tuple(articles), tuple(failures))


def _sort(
    record: Record, posts: dict[str, Post], articles: list[Article], failures: list[Failure]
) -> None:
    if isinstance(record, Post):
        posts.setdefault(record.uri, _bounded(record))
    elif isinstance(record, Article):
        articles.append(record)
    else:
        failures.append(record)


def _bounded(post: Post) -> Post:
    """The post within the limits of one record."""
    text = post.text
    return replace(
        post,
        text=text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1].rstrip() + "…",
        hashtags=post.hashtags[:MAX_HASHTAGS],
        links=post.links[:MAX_LINKS],
        cards=post.cards[:MAX_LINKS],
    )


def _tagged(name: str, posts: tuple[Post, ...], hashtags: tuple[str, ...]) -> tuple[Post, ...]:
    wanted = {fold(hashtag.lstrip("#")) for hashtag in hashtags}
    chosen = {post.uri: post.thread_key for post in posts if wanted & set(map(fold, post.hashtags))}
    threads = {thread for thread in chosen.values() if thread}
    if posts and not chosen:
        reason = f"{name}: none of its {len(posts)} posts is under #{' or #'.join(hashtags)}."
        raise InputError(reason, "Take all of them with: hashtrail import --all")
    return tuple(post for post in posts if post.uri in chosen or post.thread_key in threads)


def format_of(name: str, data: bytes, format: str | None = None) -> str:
    """The format asked for, or the one that the content matches.

    Raises UsageError for an unknown format, and InputError for a file that matches no format and
    does not look like prose.
    """
    known = ", ".join(sorted(FORMATS))
    if format is not None and format not in FORMATS:
        raise UsageError(f"There is no import format {format!r}.", f"Known: {known}.")
    if format is not None:
        return format
    found = (each for each in RECOGNISED if _importer(each).recognises(name.lower(), data))
    return next(found, None) or _pasted(name, data, known)


def _pasted(name: str, data: bytes, known: str) -> str:
    if is_zip(data):
        hint = "An X archive holds data/tweets.js, a LinkedIn export Shares.csv."
        raise InputError(f"{name} is a zip archive without posts that we know.", hint)
    if reason := not_prose(name.lower(), data):
        hint = (
            f"Known formats: {known}. Convert the file to one of them; "
            "a text of posts can be imported with --format paste."
        )
        raise InputError(f"{name} is not in a known format: {reason}.", hint)
    return "paste"


def _importer(format: str) -> Any:
    return import_module(f"crawler.importers.{format}")
