"""Levels of rank of the documents of a segment: exact for the best, else rounded."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from crawler.sitegen.search_codes import ALPHABET
from crawler.sitegen.search_documents import RankedNumbers

_EXACT_LEVELS = 16
_LEVELS_PER_DOUBLING = 2


def encode_levels(ranked: RankedNumbers, size: int) -> str:
    """Return a letter for the level of each of `size` numbers, of which `ranked` has the order."""
    letters = [ALPHABET[0]] * size
    for place, number in enumerate(ranked.numbers):
        letters[number] = ALPHABET[_level(place)]
    return "".join(letters)


def lowest_ranks(ranks: Sequence[float]) -> list[float]:
    """Return the lowest rank of each level; `ranks` are sorted, best first."""
    lowest: dict[int, float] = {}
    for place, rank in enumerate(ranks):
        lowest[_level(place)] = round(rank, 2)
    return list(lowest.values())


def _level(place: int) -> int:
    """Return the level of a `place` in the order of ranks."""
    if place < _EXACT_LEVELS:
        return place
    level = _EXACT_LEVELS + int(_LEVELS_PER_DOUBLING * log2(place / _EXACT_LEVELS))
    return min(level, len(ALPHABET) - 1)
