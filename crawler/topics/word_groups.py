"""Named groups of words with one meaning in several languages, for combinations of words.

A row of `_word_groups.tsv` is the name of a group, a language and words of that language, between
tabs. A combination names the group by `@again` and finds *twice*, *zweimal* and *duplicado*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from crawler.errors import ConfigurationError
from crawler.text_cleaning import fold
from crawler.topics.multilingual_phrases import spellings
from crawler.topics.table_files import table_lines

WORD_GROUPS = "_word_groups.tsv"
MARK = "@"
"""Before the name of a group in a combination."""

_LEAST_WITHOUT_ACCENTS = 5  # letters; shorter words without accents are other words

WordGroups = Mapping[str, tuple[str, ...]]


def read_word_groups(path: Path) -> WordGroups:
    """Return the words of all languages by the name of their group, of the table at `path`.

    A word of five letters is also found without its accents. Raises ConfigurationError for a row
    without a language or without words.
    """
    groups: dict[str, dict[str, None]] = {}
    for line in table_lines(path):
        columns = line.split("\t")
        if len(columns) != len(("name", "language", "words")) or not columns[2].split():
            raise ConfigurationError(
                f"{path}: not a name, a language and words between tabs: {line!r}.",
                "Correct or delete that line.",
            )
        name, _, words = columns
        groups.setdefault(name, {}).update(dict.fromkeys(_spelled(words.split())))
    return {name: tuple(words) for name, words in groups.items()}


def words_of_groups(groups: Sequence[str], named: WordGroups) -> tuple[tuple[str, ...], ...]:
    """Return the words of each of the `groups`, with those of the `named` groups in them.

    A word counts in one group only: where a row lists it, otherwise in the first named group.
    Raises KeyError for an unknown name.
    """
    listed = [[word for word in group.split() if not word.startswith(MARK)] for group in groups]
    taken = set(_spelled(chain(*listed)))
    expanded = []
    for group, own in zip(groups, listed, strict=True):
        names = [word.removeprefix(MARK) for word in group.split() if word.startswith(MARK)]
        others = [word for word in chain(*map(named.__getitem__, names)) if word not in taken]
        taken.update(others)
        expanded.append(tuple(dict.fromkeys((*_spelled(own), *others))))
    return tuple(expanded)


def _spelled(words: Iterable[str]) -> list[str]:
    """The folded words, longer ones also without accents: `nó` without its accent is *no*."""
    return [
        fold(spelling)
        for word in words
        for spelling in (spellings(word) if len(word) >= _LEAST_WITHOUT_ACCENTS else (word,))
    ]
