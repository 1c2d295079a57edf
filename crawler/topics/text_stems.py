"""The stems of the words of a text.

Words of URLs and hashtags do not count, and neither do integers. A compound with hyphens counts as
a whole and by its parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
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
    return Counter(chain.from_iterable(map(stems_of, blank_urls_and_hashtags(text).split())))


@lru_cache(50_000)
def stems_of(written: str) -> tuple[str, ...]:
    """Return the stems of the words in `written`, a part of a text without URLs and hashtags."""
    return tuple(
        stem
        for word in _WORD.findall(written)
        for part in ((word, *word.split("-")) if "-" in word else (word,))
        for stem in _stem(part)
    )


def places_of_stems(written: str, start: int) -> Iterator[TextWord]:
    """Yield the stems of the words that are `written` from `start` on, at their places."""
    for match in _WORD.finditer(written):
        word, begin = match[0], start + match.start()
        for stem in _stem(word):
            yield TextWord(stem, begin, begin + len(word))
        if "-" in word:
            yield from places_of_stems(word.replace("-", " "), begin)


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
