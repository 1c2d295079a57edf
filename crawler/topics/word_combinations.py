"""Combinations of words that describe a topic without its term, in short posts.

*The same event arrives twice* is about idempotency and contains no phrase of it. A row of the table
names groups of words. A post matches when it has a word of each group within a few words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from crawler.errors import ConfigurationError
from crawler.text_cleaning import fold
from crawler.topics.table_files import table_lines
from crawler.topics.taxonomy_phrases import COMBINATION, PhraseMatch
from crawler.topics.word_groups import WORD_GROUPS, read_word_groups, words_of_groups

COMBINATIONS = "_word_combinations.tsv"
LEAST_GROUPS = 2
ENDING = "*"
"""At the end of a word it stands for any ending: `retr*` is `retry`, `retries` and `retried`."""

_FARTHEST = 25  # words between both ends of a combination: about a sentence
_WORD = re.compile(r"[^\W_]+")
_NUMBER = attrgetter("number")

Groups = tuple[tuple[str, ...], ...]
_Place = tuple[int, int, int]


class Combination(NamedTuple):
    """The groups of words that describe one topic together; a word of each group must occur."""

    topic: str
    groups: Groups


class _Word(NamedTuple):
    """A word of a text that belongs to a group: its number among the words, and its place."""

    group: int
    number: int
    start: int
    end: int


class CombinationMatcher:
    """Finds the combinations in a text."""

    def __init__(self, combinations: Iterable[Combination]) -> None:
        self._combinations = tuple(combinations)
        groups = dict.fromkeys(group for row in self._combinations for group in row.groups)
        numbers = {group: number for number, group in enumerate(groups)}
        self._rows = [tuple(numbers[group] for group in row.groups) for row in self._combinations]
        self._needed = [sum(1 << number for number in set(row)) for row in self._rows]
        self._whole: dict[str, list[int]] = {}
        self._beginnings: dict[str, list[int]] = {}
        for group, number in numbers.items():
            for word in group:
                table = self._beginnings if word.endswith(ENDING) else self._whole
                table.setdefault(word.rstrip(ENDING), []).append(number)
        self._lengths = sorted({len(word) for word in self._beginnings})

    def matches(self, text: str) -> list[PhraseMatch]:
        """Return one match in a `text` for each topic that is described: its closest words."""
        places = self._places_by_group(text)
        present = sum(1 << group for group in places)
        closest: dict[str, list[_Word]] = {}
        for row, needed in enumerate(self._needed):
            if needed & present != needed:
                continue
            topic, groups = self._combinations[row].topic, self._rows[row]
            words = [_Word(group, *place) for group in groups for place in places[group]]
            run = _closest_run(sorted(words, key=_NUMBER), groups)
            if run and (topic not in closest or _span(run) < _span(closest[topic])):
                closest[topic] = run
        return [_match(topic, run, text) for topic, run in closest.items()]

    def _places_by_group(self, text: str) -> Mapping[int, list[_Place]]:
        """The number, the start and the end of each word of a text that a group has."""
        places: dict[int, list[_Place]] = {}
        for number, written in enumerate(_WORD.finditer(text)):
            place = (number, *written.span())
            for group in self._groups_of(fold(written[0])):
                if group in places:
                    places[group].append(place)
                else:
                    places[group] = [place]
        return places

    def _groups_of(self, word: str) -> Iterator[int]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length > len(word):
                return
            yield from self._beginnings.get(word[:length], ())


def read_combinations(path: Path) -> tuple[Combination, ...]:
    """Return the rows of the table at `path`: a topic, then two or more groups of words.

    Tabs separate the columns, spaces the words. `@again` stands for the words of a named group in
    the table of word groups next to `path`. Raises ConfigurationError for a row with fewer groups
    or an unknown name.
    """
    named = read_word_groups(path.with_name(WORD_GROUPS))
    combinations = []
    for line in table_lines(path):
        topic, *groups = line.split("\t")
        if len(groups) < LEAST_GROUPS or not all(group.split() for group in groups):
            raise ConfigurationError(
                f"{path}: not a topic and two or more groups of words between tabs: {line!r}.",
                "Correct or delete that line.",
            )
        try:
            combinations.append(Combination(topic, words_of_groups(groups, named)))
        except KeyError as unknown:
            raise ConfigurationError(
                f"{path}: {line!r} names a group {unknown} that {WORD_GROUPS} does not have.",
                "Correct the name or add the group.",
            ) from None
    return tuple(combinations)


def _closest_run(words: Iterable[_Word], groups: Sequence[int]) -> list[_Word]:
    """The shortest run with a different word of each of the `groups`; empty if none is short."""
    latest: dict[int, _Word] = {}
    best: list[_Word] = []
    for word in words:
        latest[word.group] = word
        if len(latest) < len(groups):
            continue
        run = sorted(latest.values(), key=_NUMBER)
        if len({member.number for member in run}) < len(run):
            continue
        if _span(run) <= _FARTHEST and (not best or _span(run) < _span(best)):
            best = run
    return best


def _span(run: list[_Word]) -> int:
    return run[-1].number - run[0].number


def _match(topic: str, run: list[_Word], text: str) -> PhraseMatch:
    words = " … ".join(dict.fromkeys(text[word.start : word.end] for word in run))
    start, end = run[0].start, max(word.end for word in run)
    return PhraseMatch(topic, "text", COMBINATION, words, text[start:end], start)
