"""Words and phrases that distinguish the parts of a page, from page_phrases.toml."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.resources import files

_TABLE: dict[str, list[str]] = tomllib.loads(
    files("crawler.extract").joinpath("page_phrases.toml").read_text(encoding="utf-8")
)

CONTAINER_WORDS = frozenset(_TABLE["containers"])
PUBLISHER_WORDS = frozenset(_TABLE["house"])
PROSE_WORDS = frozenset(_TABLE["prose"])


class PhraseCounter:
    """Counts for each of several groups which of its phrases, in lower case, a text contains."""

    def __init__(self, groups: Sequence[Iterable[str]]) -> None:
        self._groups = len(groups)
        self._by_first_word: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for group, phrases in enumerate(groups):
            for phrase in phrases:
                self._by_first_word[phrase.split()[0]].append((group, f" {phrase} "))
        self._first_words = frozenset(self._by_first_word)

    def count(self, words: Sequence[str], text: str) -> list[int]:
        """Return for each group how many of its phrases a text contains.

        `text` contains the `words` in lower case and in order, with a space between them.
        """
        counts = [0] * self._groups
        first_words = self._first_words.intersection(words)
        if first_words:
            text = f" {text} "
        for first_word in first_words:
            for group, phrase in self._by_first_word[first_word]:
                counts[group] += phrase in text
        return counts


BLOCK_PHRASES = PhraseCounter((_TABLE["boilerplate"], _TABLE["credits"], _TABLE["promotion"]))
"""Counts the phrases of boilerplate, of credits and of promotion."""
