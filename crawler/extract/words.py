"""The words that tell the parts of a page apart, from words.toml."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files

_TABLE: dict[str, list[str]] = tomllib.loads(files("crawler.extract").joinpath("words.toml").read_text(encoding="utf-8"))

CONTAINER_WORDS = frozenset(_TABLE["containers"])
HOUSE_WORDS = frozenset(_TABLE["house"])
PROSE_WORDS = frozenset(_TABLE["prose"])
NOT_AUTHORS = frozenset(_TABLE["not_authors"])
NAME_PARTICLES = frozenset(_TABLE["name_particles"])


def _by_first_word(phrases: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in phrases:
        found[phrase.split()[0]].append(f" {phrase} ")
    return dict(found)


_BOILERPLATE = _by_first_word(_TABLE["boilerplate"])


def has_boilerplate(words: Iterable[str]) -> bool:
    """Whether these words, in lower case and in order, contain a phrase that stands around articles."""
    listed = list(words)
    firsts = _BOILERPLATE.keys() & set(listed)
    if not firsts:
        return False
    text = f" {' '.join(listed)} "
    return any(phrase in text for first in firsts for phrase in _BOILERPLATE[first])
