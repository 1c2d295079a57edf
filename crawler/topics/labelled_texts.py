"""Texts with the topics that a reader gave them: tables with one text on each line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from crawler.errors import ConfigurationError
from crawler.models.topics import Item
from crawler.topics.table_files import table_lines
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
    for columns in _rows(path, "a kind, topics, a text and accepted topics", 3, 4):
        kind, topics, text, *accepted = columns
        posts.append(LabelledPost(kind, text, read_labels(topics, *accepted)))
    return posts


def read_labelled_articles(path: Path) -> list[LabelledArticle]:
    """Return the rows of the table at `path`.

    The columns are topics, accepted topics, title, headings and text, between tabs. Commas
    separate topics, and `|` separates headings; `-` means none. Raises ConfigurationError for a row
    with other columns.
    """
    articles = []
    for columns in _rows(path, "topics, accepted topics, a title, headings and a text", 5, 5):
        topics, accepted, title, headings, text = columns
        item = Item(title=title, text=text, headings=tuple(_names(headings, "|")))
        articles.append(LabelledArticle(item, read_labels(topics, accepted)))
    return articles


def read_labels(topics: str, accepted: str = "") -> Labels:
    """Return the labels in the columns `topics` and `accepted` of a table.

    Commas separate topics; `-` means none.
    """
    return Labels(tuple(_names(topics, ",")), frozenset(_names(accepted, ",")))


def _rows(path: Path, wanted: str, least: int, most: int) -> Iterator[list[str]]:
    """Yield the columns of each line.

    Raises ConfigurationError if there are fewer than `least` or more than `most`, or if one is
    empty.
    """
    for line in table_lines(path):
        columns = line.split("\t")
        if not least <= len(columns) <= most or not all(columns[:least]):
            raise ConfigurationError(
                f"{path}: not {wanted} between tabs: {line!r}.", "Correct or delete that line."
            )
        yield columns


def _names(column: str, separator: str) -> Iterator[str]:
    names = (name.strip() for name in column.split(separator))
    return (name for name in names if name and name != _NONE)
