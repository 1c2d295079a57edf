"""Texts with the topics that a reader gave them: tables with one text on each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crawler.models.topics import Item
from crawler.topics.table_files import invalid_row, table_rows
from crawler.urls_and_hashtags import find_hashtags

_NONE = "-"


class Labels(NamedTuple):
    """The topics of a text, the main one first. No reader objects to the `accepted` ones."""

    topics: tuple[str, ...]
    accepted: frozenset[str] = frozenset()


class LabelledPost(NamedTuple):
    """A post with its labels.

    `kind` is `post`, `term` (a short line in the words of a specialist) or `near` (words of a topic
    in another sense).
    """

    kind: str
    text: str
    labels: Labels

    @property
    def item(self) -> Item:
        """The post as an item, with the hashtags written in it."""
        return Item(text=self.text, hashtags=find_hashtags(self.text))


class LabelledArticle(NamedTuple):
    """An article with its labels."""

    item: Item
    labels: Labels


def read_labelled_posts(path: Path) -> list[LabelledPost]:
    """Return the rows of the table at `path`: kind, topics, text and accepted topics between tabs.

    Commas separate topics; `-` means none. The accepted topics may be missing. Raises
    ConfigurationError for a row with other columns.
    """
    posts = []
    for values in _rows(path, ("kind", "topics", "text", "accepted topics"), optional=1):
        kind, topics, text, *accepted = values
        posts.append(LabelledPost(kind, text, read_labels(topics, *accepted)))
    return posts


def read_labelled_articles(path: Path) -> list[LabelledArticle]:
    """Return the rows of the table at `path`.

    The columns are topics, accepted topics, title, headings and text, between tabs. Commas
    separate topics, and `|` separates headings; `-` means none. Raises ConfigurationError for a row
    with other columns.
    """
    articles = []
    for values in _rows(path, ("topics", "accepted topics", "title", "headings", "text")):
        topics, accepted, title, headings, text = values
        item = Item(title=title, text=text, headings=tuple(_names(headings, "|")))
        articles.append(LabelledArticle(item, read_labels(topics, accepted)))
    return articles


def read_labels(topics: str, accepted: str = "") -> Labels:
    """Return the labels in the columns `topics` and `accepted` of a table.

    Commas separate topics; `-` means none.
    """
    return Labels(tuple(_names(topics, ",")), frozenset(_names(accepted, ",")))


def _rows(path: Path, columns: Sequence[str], optional: int = 0) -> Iterator[list[str]]:
    """Yield the values of each row; only the `optional` last ones may be missing or empty.

    Raises ConfigurationError for another row.
    """
    for values in table_rows(path, *columns, optional=optional):
        if not all(values[: len(columns) - optional]):
            raise invalid_row(path, columns, values)
        yield values


def _names(column: str, separator: str) -> Iterator[str]:
    names = (name.strip() for name in column.split(separator))
    return (name for name in names if name and name != _NONE)
