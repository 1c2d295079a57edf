"""The bookmarks that Mastodon exports as CSV: the URI of a post per line, without a header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.errors import InputError
from crawler.importers.bookmark_posts import Bookmark, bookmark_records
from crawler.importers.decode_text import decode_text
from crawler.importers.record_types import ImportOptions, Record

PRIORITY = 45
HAS_ALL_POSTS = False

_HEAD = 4_000
# Posts of Mastodon, Pleroma, Misskey and their relatives.
_POST = re.compile(
    r"https://[^/\s,]{1,253}/(?:(?:ap/)?users/[^/\s,]+/statuses|@[^/\s,]+|notes|objects|notice|p"
    r"|activities)/[\w-]+/?",
    re.ASCII,
)


def matches(name: str, data: bytes) -> bool:
    """Return whether every line of `data` is the URI of a post. `name` is not used."""
    lines = data[:_HEAD].decode("utf-8", "replace").splitlines()
    whole = [line.strip('" ') for line in lines[: -1 if len(data) > _HEAD else None]]
    return bool(whole) and all(_POST.fullmatch(line) for line in whole if line)


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post per bookmark: the bookmarked post is its link.

    `data` is the file, `name` its name; `options` has the time of the import. Raises InputError if
    the file has no URL.
    """
    lines = [line.strip('" ') for line in decode_text(name, data).splitlines()]
    if not any(line.startswith("http") for line in lines):
        hint = "It is bookmarks.csv of the data export of a Mastodon server."
        raise InputError(f"{name} holds no bookmarks.", hint)
    labelled = ((f"line {number}", line) for number, line in enumerate(lines, 1) if line)
    yield from bookmark_records(name, labelled, lambda line: Bookmark(line), options.seen_at)
