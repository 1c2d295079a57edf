"""The content of one file to posts, articles and failures, within the limits of a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from crawler.errors import InputError
from crawler.importers.record_types import (
    MAX_FAILURES,
    MAX_HASHTAGS,
    MAX_LINKS,
    MAX_TEXT,
    ImportOptions,
    ImportResult,
    LeftOut,
    Record,
)
from crawler.importers.registry import detect_format, load_importers
from crawler.models.articles import Article
from crawler.models.outcomes import Failure
from crawler.models.posts import Post
from crawler.text_cleaning import fold

REPEATED = "posts that the file holds twice"


def parse_file(name: str, data: bytes, format: str | None, options: ImportOptions) -> ImportResult:
    """Return the records in the content `data` of a file. A damaged record becomes a Failure.

    `name` is the file name, `format` the name of an importer (None: detected by content). Raises
    InputError that names the file if nothing in it can be imported, and UsageError for an unknown
    format.
    """
    if not data.strip():
        raise InputError(f"{name} is empty.", "Save the posts in it and import it again.")
    format_name = detect_format(name, data, format)
    importer = load_importers()[format_name]
    result = collect_records(importer.parse(name, data, options), format_name)
    if result.failures and not (result.posts or result.articles):
        hint = "Correct the file, or name its format with --format."
        raise InputError(result.failures[0].message, hint)
    if importer.HAS_ALL_POSTS and options.hashtags:
        posts = _with_hashtags(name, result.posts, options.hashtags)
        others = _without_hashtags(len(result.posts) - len(posts), options.hashtags)
        return replace(result, posts=posts, left_out=(*result.left_out, *others))
    return result


def collect_records(records: Iterable[Record], format: str) -> ImportResult:
    """Return all `records` of a file in `format`, each post URI once."""
    posts: dict[str, Post] = {}
    articles: list[Article] = []
    failures: list[Failure] = []
    left_out: Counter[str] = Counter()
    for record in records:
        if isinstance(record, Post):
            left_out[REPEATED] += record.uri in posts
            posts.setdefault(record.uri, _within_limits(record))
        elif isinstance(record, Article):
            articles.append(record)
        elif isinstance(record, LeftOut):
            left_out[record.reason] += record.count
        else:
            failures.append(record)
    return ImportResult(
        posts=tuple(posts.values()),
        articles=tuple(articles),
        failures=tuple(failures[:MAX_FAILURES]),
        format=format,
        failed=len(failures),
        left_out=tuple(LeftOut(reason, count) for reason, count in left_out.items() if count),
    )


def _within_limits(post: Post) -> Post:
    text = post.text
    lists = (post.hashtags, MAX_HASHTAGS), (post.links, MAX_LINKS), (post.cards, MAX_LINKS)
    if len(text) <= MAX_TEXT and all(len(values) <= limit for values, limit in lists):
        return post
    return replace(
        post,
        text=text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1].rstrip() + "…",
        hashtags=post.hashtags[:MAX_HASHTAGS],
        links=post.links[:MAX_LINKS],
        cards=post.cards[:MAX_LINKS],
    )


def _with_hashtags(
    name: str, posts: tuple[Post, ...], hashtags: tuple[str, ...]
) -> tuple[Post, ...]:
    """Return the posts with one of the hashtags, and the other posts of their threads.

    Raises InputError if no post has one.
    """
    tagged = _tagged_posts(posts, hashtags)
    if posts and not tagged:
        reason = f"{name}: none of its {len(posts)} posts is under #{' or #'.join(hashtags)}."
        raise InputError(reason, "Take all of them with: hashtrail import --all")
    uris = {post.uri for post in tagged}
    threads = {post.thread_key for post in tagged if post.thread_key}
    return tuple(post for post in posts if post.uri in uris or post.thread_key in threads)


def _without_hashtags(count: int, hashtags: tuple[str, ...]) -> tuple[LeftOut, ...]:
    """Return the reason why `count` posts are left out, if any are."""
    if not count:
        return ()
    tags = " or #".join(hashtag.lstrip("#") for hashtag in hashtags)
    return (LeftOut(f"posts without #{tags}; --all imports them", count),)


def _tagged_posts(posts: tuple[Post, ...], hashtags: tuple[str, ...]) -> list[Post]:
    wanted = {fold(hashtag.lstrip("#")) for hashtag in hashtags}
    return [post for post in posts if not wanted.isdisjoint(map(fold, post.hashtags))]
