"""The stems of the words of a text.

Words of URLs and hashtags do not count, and neither do integers. A compound with hyphens counts as
a whole and by its parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crawler.text_cleaning import fold
from crawler.urls_and_hashtags import blank_urls_and_hashtags

_WORD = re.compile(r"[^\W_]+(?:[.+#-][^\W_]+)*")
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
_LEAST_STEM = 4


class TextWord(NamedTuple):
    """A word of a text: its stem, and its place in the text in characters."""

    stem: str
    start: int
    end: int


def count_stems(text: str) -> Counter[str]:
    """Return how often each stem occurs in a `text`."""
    written = blank_urls_and_hashtags(text).split()
    return Counter(word.stem for words in map(words_in, written) for word in words)


@lru_cache(50_000)
def words_in(written: str) -> tuple[TextWord, ...]:
    """Return the words that are `written` in a part of a text without URLs and hashtags."""
    return tuple(
        TextWord(stem, start, start + len(part))
        for word in _WORD.finditer(written)
        for part, start in _parts(word[0], word.start())
        for stem in _stem(part)
    )


def _parts(word: str, start: int) -> Iterator[tuple[str, int]]:
    """A word that begins at `start`, and the parts of a compound, with their first characters."""
    yield word, start
    if "-" in word:
        for part in word.split("-"):
            yield part, start
            start += len(part) + 1


def _stem(word: str) -> tuple[str, ...]:
    """The stem of a word; none of an integer."""
    folded = fold(word)
    if folded.isdigit():
        return ()
    if folded.endswith(_ENDINGS):
        for ending in _ENDINGS:
            if folded.endswith(ending) and len(folded) - len(ending) >= _LEAST_STEM:
                return (folded[: -len(ending)],)
    return (folded,)
