"""Posts from files: one module per format, found by what the file looks like. Bytes in, posts out; no I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from crawler.errors import InputError, UsageError
from crawler.model import Post

# format -> does this file look like it? (name in lower case, first bytes). The first that says yes reads the file.
FORMATS: dict[str, Callable[[str, bytes], bool]] = {
    "opml": lambda name, head: name.endswith(".opml") or b"<opml" in head.lower(),
    "paste": lambda name, head: True,
}


@dataclass(frozen=True, slots=True)
class Options:
    """What an importer may need to know: when the file was given to us (aware UTC); dates after that are not believed."""

    seen_at: datetime


def read(name: str, data: bytes, format: str | None, options: Options) -> tuple[Post, ...]:
    """The posts of a file, each uri once. Raises InputError naming the file, UsageError for an unknown format."""
    if not data.strip():
        raise InputError(f"{name} is empty.", "Save the posts in it and import it again.")
    posts: tuple[Post, ...] = import_module(f"crawler.importers.{format_of(name, data, format)}").read(name, data, options)
    first = {post.uri: at for at, post in reversed(list(enumerate(posts)))}
    return tuple(posts[at] for at in sorted(first.values()))


def format_of(name: str, data: bytes, format: str | None = None) -> str:
    """The format asked for, or the one the file looks like."""
    if format is None:
        return next(known for known, recognises in FORMATS.items() if recognises(name.lower(), data[:4096]))
    if format not in FORMATS:
        raise UsageError(f"There is no import format {format!r}.", f"Known: {', '.join(sorted(FORMATS))}.")
    return format
