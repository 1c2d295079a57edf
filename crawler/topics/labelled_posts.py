"""Posts with the topics that a reader gave them: a table with one text on each line."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from crawler.errors import ConfigurationError
from crawler.topics.table_files import table_lines

_NONE = "-"
_LEAST_COLUMNS = 3


class LabelledPost(NamedTuple):
    """A `text` with its `topics`, the main one first. No reader objects to the `accepted` ones.

    `kind` is `post`, `term` (a short line in the words of a specialist) or `near` (words of a topic
    in another sense).
    """

    kind: str
    topics: tuple[str, ...]
    text: str
    accepted: frozenset[str] = frozenset()


def read_labelled_posts(path: Path) -> list[LabelledPost]:
    """Return the rows of the table at `path`: kind, topics, text and accepted topics between tabs.

    Commas separate topics; `-` means none. Raises ConfigurationError for a row without a text.
    """
    posts = []
    for line in table_lines(path):
        columns = line.split("\t")
        if len(columns) < _LEAST_COLUMNS or not columns[2].strip():
            raise ConfigurationError(
                f"{path}: not a kind, topics and a text between tabs: {line!r}.",
                "Correct or delete that line.",
            )
        kind, topics, text, *more = columns
        accepted = frozenset(_names(more[0])) if more else frozenset()
        posts.append(LabelledPost(kind, _names(topics), text, accepted))
    return posts


def _names(column: str) -> tuple[str, ...]:
    names = (name.strip() for name in column.split(","))
    return tuple(name for name in names if name and name != _NONE)
