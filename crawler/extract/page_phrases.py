"""Words and phrases that distinguish the parts of a page, from page_phrases.toml."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files

_TABLE: dict[str, list[str]] = tomllib.loads(
    files("crawler.extract").joinpath("page_phrases.toml").read_text(encoding="utf-8")
)

CONTAINER_WORDS = frozenset(_TABLE["containers"])
PUBLISHER_WORDS = frozenset(_TABLE["house"])
PROSE_WORDS = frozenset(_TABLE["prose"])


class PhraseCounter:
    """Counts which of a set of phrases, in lower case, a text contains."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first_word: dict[str, list[str]] = defaultdict(list)
        for phrase in phrases:
            self._by_first_word[phrase.split()[0]].append(f" {phrase} ")
        self.first_words = frozenset(self._by_first_word)

    def count(self, words: frozenset[str], text: str) -> int:
        """Return how many of the phrases a text contains.

        `text` contains the `words` in lower case and in order, with a space before and after each.
        """
        return sum(
            phrase in text
            for first_word in self.first_words & words
            for phrase in self._by_first_word[first_word]
        )


BOILERPLATE_PHRASES = PhraseCounter(_TABLE["boilerplate"])
CREDIT_PHRASES = PhraseCounter(_TABLE["credits"])
PROMOTION_PHRASES = PhraseCounter(_TABLE["promotion"])
