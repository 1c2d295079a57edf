"""Words that a misspelled word may be, by length, in coarse classes of frequency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

_LENGTHS = range(3, 17)
_MAX_WORDS = 1_200
_DIGITS_PER_CLASS = 2
_CLASSES = 6

Spellings = tuple[int, list[str]]
"""The length of a misspelled word, and the words that it may be, most likely class first.

The words of a class are one text. The first class has the words of topics, systems and
organizations. A word of another has four times as many documents as one of the class after it.
"""


def list_spellings(titles: Mapping[str, Sequence[int]], subjects: int = 0) -> Iterator[Spellings]:
    """Yield the likely words by length.

    `titles` are the documents of each word. Documents below the number `subjects` are topics,
    systems and organizations.
    """
    by_length: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for term, numbers in titles.items():
        if term.isalpha():
            for length in (len(term) - 1, len(term), len(term) + 1):
                by_length[length].append((_class_of(numbers, subjects), term))
    for length in _LENGTHS:
        classes: list[list[str]] = [[] for _ in range(_CLASSES)]
        for place, term in sorted(by_length[length])[:_MAX_WORDS]:
            classes[place].append(term)
        yield length, [" ".join(words) for words in classes]


def _class_of(numbers: Sequence[int], subjects: int) -> int:
    if min(numbers) < subjects:
        return 0
    digits = len(numbers).bit_length()
    return max(_CLASSES - 1 - (digits - 1) // _DIGITS_PER_CLASS, 1)
