"""Which of many patterns can match a text: a search for literal texts rules most of them out.

Python tries a case-insensitive pattern at every character. Russ Cox, Regular Expression Matching
with a Trigram Index (2012), derives literal texts from a pattern: every match contains one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from ahocorasick_rs import BytesAhoCorasick

_MOST = 64  # literal texts of a part of a pattern
_LEAST_LETTERS = 3  # shorter ones are in almost every text
# If case does not count, Python treats these letters as equal to `i` and `s`.
_SAME_LETTERS = (("\u0130", "i"), ("\u0131", "i"), ("\u017f", "s"))
_NONE = frozenset[str]()
_EMPTY = frozenset({""})


class PatternFilter:
    """Finds which of some `patterns`, by number, can match a text."""

    def __init__(self, patterns: Mapping[int, str]) -> None:
        literals = {number: required_literals(pattern) for number, pattern in patterns.items()}
        self._always = frozenset(number for number, texts in literals.items() if not texts)
        pairs = [(text, number) for number, texts in literals.items() for text in texts]
        self._numbers = [number for _, number in pairs]
        self._automaton = BytesAhoCorasick([text.encode() for text, _ in pairs])

    def possible(self, text: str) -> set[int]:
        """Return the numbers of the patterns that can match the `text`; the others do not."""
        for letter, same in _SAME_LETTERS:
            text = text.replace(letter, same)
        searched = text.lower().encode(errors="replace")
        matches = self._automaton.find_matches_as_indexes(searched, overlapping=True)
        return {self._numbers[index] for index, _, _ in matches} | self._always


def required_literals(pattern: str) -> frozenset[str]:
    """Return texts in lower case of which every match of a `pattern` contains one, in any case.

    They are empty if there are no such texts.
    """
    whole, required = _sequence(_parser.parse(pattern))
    return _better(whole, required)


def _sequence(parts: Iterable[tuple[Any, Any]]) -> tuple[frozenset[str], frozenset[str]]:
    """All texts that these parts match, if they are few, and texts of which they need one."""
    required, texts, is_whole = _NONE, _EMPTY, True
    for part in parts:
        own, needed = _part(*part)
        if not own or len(texts) * len(own) > _MOST:
            is_whole = False
            required, texts = _better(required, texts), _EMPTY
        if own:
            texts = frozenset(before + text for before in texts for text in own)
        else:
            required = _better(required, needed)
    return (texts, required) if is_whole else (_NONE, _better(required, texts))


def _part(kind: Any, value: Any) -> tuple[frozenset[str], frozenset[str]]:
    """All texts that a part of a pattern matches, if they are few, and those of which it needs one.

    Both are empty for a part that can match many texts.
    """
    if kind is _parser.LITERAL and value < 128:
        return frozenset({chr(value).lower()}), _NONE
    if kind is _parser.AT:
        return _EMPTY, _NONE
    if kind is _parser.IN:
        return _branches([[choice] for choice in value])
    if kind is _parser.BRANCH:
        return _branches(value[1])
    if kind is _parser.SUBPATTERN:
        return _sequence(value[-1])
    if kind is _parser.MAX_REPEAT and value[0] > 0:
        return _NONE, _better(*_sequence(value[2]))
    if kind is _parser.MAX_REPEAT and value[1] == 1:
        whole, _ = _sequence(value[2])
        return (whole | _EMPTY if whole else _NONE), _NONE
    return _NONE, _NONE


def _branches(branches: Iterable[Any]) -> tuple[frozenset[str], frozenset[str]]:
    parts = [_sequence(branch) for branch in branches]
    wholes = [whole for whole, _ in parts]
    choices = [_better(*part) for part in parts]
    whole = _NONE.union(*wholes) if all(wholes) else _NONE
    needed = _NONE.union(*choices) if all(choices) else _NONE
    return (whole if len(whole) <= _MOST else _NONE), needed


def _better(first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
    """The texts whose shortest one is longer; none if both have one that is too short."""
    best = max(first, second, key=_least)
    return best if _least(best) >= _LEAST_LETTERS else _NONE


def _least(texts: frozenset[str]) -> int:
    return min(map(len, texts), default=0)
