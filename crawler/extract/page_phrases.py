"""The words that tell the parts of a page apart, from words.toml."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files

_TABLE: dict[str, list[str]] = tomllib.loads(
    files("crawler.extract").joinpath("words.toml").read_text(encoding="utf-8")
)

CONTAINER_WORDS = frozenset(_TABLE["containers"])
PUBLISHER_WORDS = frozenset(_TABLE["house"])
PROSE_WORDS = frozenset(_TABLE["prose"])
NON_NAME_WORDS = frozenset(_TABLE["not_authors"])
GENERIC_TITLES = frozenset(_TABLE["nameless"])
AUTHOR_PATH_SEGMENTS = tuple(_TABLE["author_pages"])
BYLINE_PREFIXES = tuple(_TABLE["by"])
NAME_CONJUNCTIONS = tuple(_TABLE["joining"])
OTHER_CREDITS = frozenset(_TABLE["not_by"])
ROLE_WORDS = frozenset(_TABLE["roles"])
NAME_PARTICLES = frozenset(_TABLE["name_particles"])
UPDATE_WORDS = tuple(_TABLE["updated"])


class PhraseCounter:
    """Phrases in lower case, found in words by their first one."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for phrase in phrases:
            self._by_first[phrase.split()[0]].append(f" {phrase} ")
        self.first_words = frozenset(self._by_first)

    def count(self, words: frozenset[str], text: str) -> int:
        """How many of the phrases stand in `text`: the words in lower case and in order, a space
        before, between and after them.
        """
        return sum(
            phrase in text for first in self.first_words & words for phrase in self._by_first[first]
        )


BOILERPLATE_PHRASES = PhraseCounter(_TABLE["boilerplate"])
CREDIT_PHRASES = PhraseCounter(_TABLE["credits"])
PROMOTION_PHRASES = PhraseCounter(_TABLE["promotion"])
