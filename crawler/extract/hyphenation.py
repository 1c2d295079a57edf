"""Words that a line end divides: syllables are joined, compounds keep their hyphen."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files

_TABLE: dict[str, list[str]] = tomllib.loads(
    files("crawler.extract").joinpath("hyphenated_compounds.toml").read_text(encoding="utf-8")
)
_WHOLE = frozenset(_TABLE["whole"])
_FIRST = frozenset(_TABLE["first"])
_SECOND = frozenset(_TABLE["second"])
_ENDINGS = frozenset(_TABLE["endings"])
_SUSPENDED = frozenset(_TABLE["suspended"])
_SOFT_HYPHEN = re.compile(r"­\s*\n?[ \t]*")
# Hyphens: U+002D, U+2010 and U+2011.
_DIVIDED = re.compile(r"([^\W_]{1,40})([-‐‑])[ \t]{0,8}\n[ \t]{0,8}([^\W_]{1,40})")
_HYPHENATED = re.compile(r"[^\W\d_]{1,40}[-‐‑][^\W\d_]{1,40}")
_HYPHENS = frozenset("-‐‑")
_WORD = re.compile(r"[^\W\d_]{1,80}")
_MIN_PART = 4


def join_divided_words(text: str) -> str:
    """Return a `text` in which no word is divided by a line end.

    A hyphen stays in a compound, such as `fault-tolerant`. The other words of the text decide
    whether a word is a compound, then the table hyphenated_compounds.toml. Soft hyphens (U+00AD)
    always divide syllables.
    """
    text = _SOFT_HYPHEN.sub("", text)
    if not _DIVIDED.search(text):
        return text
    vocabulary = _Vocabulary(text)
    return _DIVIDED.sub(lambda match: _joined(match, vocabulary, text), text)


class _Vocabulary:
    """The words and the hyphenated words of a text, without those that a line end divides."""

    def __init__(self, text: str) -> None:
        undivided = _DIVIDED.sub(" ", text).casefold()
        self.words = Counter(_WORD.findall(undivided))
        self.compounds = Counter(
            word.replace("‐", "-").replace("‑", "-") for word in _HYPHENATED.findall(undivided)
        )

    def has_word(self, part: str) -> bool:
        """Whether a part of a divided word is also a separate word."""
        return len(part) >= _MIN_PART and part in self.words


def _joined(match: re.Match[str], vocabulary: _Vocabulary, text: str) -> str:
    first, hyphen, second = match.groups()
    neighbours = (
        text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    )
    if not _HYPHENS.isdisjoint(neighbours):
        return f"{first}{hyphen}{second}"  # end-to-end
    if second in _SUSPENDED:
        return f"{first}{hyphen} {second}"
    is_compound = _is_compound(first, second, vocabulary)
    return f"{first}{hyphen}{second}" if is_compound else f"{first}{second}"


def _is_compound(first: str, second: str, vocabulary: _Vocabulary) -> bool:
    if not second[0].islower() or not first.isalpha() or not second.isalpha():
        return True
    first, second = first.casefold(), second.casefold()
    together = vocabulary.words[first + second]
    hyphenated = vocabulary.compounds[f"{first}-{second}"]
    if together != hyphenated:
        return hyphenated > together
    if f"{first}-{second}" in _WHOLE:
        return True
    if second in _ENDINGS or len(second) < _MIN_PART:
        return False
    if first in _FIRST or (len(first) >= _MIN_PART and second in _SECOND):
        return True
    return vocabulary.has_word(first) and vocabulary.has_word(second)
