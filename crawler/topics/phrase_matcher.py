"""Search for phrases: every whole-word occurrence of every phrase in a text, at its place.

Text and phrases are folded to words between single spaces. So case, hyphens and slashes do not
matter: `Event-Driven` is `event driven`. A phrase does not match across the end of a sentence,
unless the phrase itself contains punctuation (`ports & adapters`). A phrase written with capitals
(`SOLID`, `Raft`) is found only as written.

One Aho-Corasick automaton (Aho and Corasick, 1975) finds all phrases in one pass, overlapping.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from ahocorasick_rs import BytesAhoCorasick

from crawler.text_cleaning import fold

Hit = tuple[int, int, int]
"""Which phrase, and the first character and the one after the last in the text."""

_END = itemgetter(2)
_ASCII = bytes(range(128)).lower()
_WORDS = bytes(
    code if code > 127 or chr(code).isalnum() else 32 for code in (*_ASCII, *range(128, 256))
)
_OTHER = re.compile(r"[^\x00-\x7f]")
_TOKEN = re.compile(r"\S+")
_PADDED = 2  # a match holds the two spaces around its words
_LEAST_JOINED = 8  # letters; shorter ones are too often separate words


_UNSPACED = re.compile(r"[\u3005\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff\uf900-\ufaff]")
"""Kana and Han characters (Unicode 15.1). Each is a word, because Japanese and Chinese are written
without spaces."""


class _FoldedCharacters(dict[str, str]):
    def __missing__(self, character: str) -> str:
        words = "".join(c if c.isalnum() else " " for c in fold(character))
        folded = self[character] = f" {words} " if _UNSPACED.search(words) else words
        return folded


_FOLDED = _FoldedCharacters()


def fold_words(text: str) -> str:
    """Return the `text` in lower case, with a space for each character but letters and digits.

    As long as `text` unless a character folds to several.
    """
    return _folded(text).decode()


def _folded(text: str) -> bytes:
    return (
        (text if text.isascii() else _OTHER.sub(lambda match: _FOLDED[match[0]], text))
        .encode()
        .translate(_WORDS)
    )


def phrase_key(phrase: str) -> str:
    """Return the folded words of a `phrase` with single spaces: equal for equal spellings."""
    return " ".join(fold_words(phrase).split())


def hashtag_key(phrase: str) -> str:
    """Return a `phrase` as one folded word, as in a hashtag: `Cold start` becomes `coldstart`."""
    return phrase_key(phrase).replace(" ", "")


def hits_within(hits: Sequence[Hit], start: int, end: int) -> Iterator[int]:
    """Return the numbers of the `hits` from `start` to `end` of the text."""
    first = bisect_right(hits, start, key=_END)
    last = bisect_right(hits, end, key=_END)
    return (n for n in range(first, last) if hits[n][1] >= start)


class PhraseMatcher:
    """Finds `phrases` in texts, with `plurals` also in the plural."""

    def __init__(self, phrases: Sequence[str], plurals: bool = True) -> None:
        patterns = [
            (f" {form} ".encode(), index)
            for index, phrase in enumerate(phrases)
            for form in _found_as(phrase, plurals)
        ]
        # An automaton of ASCII patterns alone is smaller and faster, and most texts need no other.
        patterns.sort(key=lambda pattern: not pattern[0].isascii())
        self._phrase_of = array("I", [index for _, index in patterns])
        self._ascii_patterns = sum(pattern.isascii() for pattern, _ in patterns)
        self._ascii = BytesAhoCorasick([form for form, _ in patterns[: self._ascii_patterns]])
        self._other = BytesAhoCorasick([form for form, _ in patterns[self._ascii_patterns :]])
        capitals = [_capitals(phrase) for phrase in phrases]
        self._capitals = [capitals[index] for index in self._phrase_of]
        self._has_capitals = bytes(map(bool, self._capitals))

    def find(self, text: str) -> list[Hit]:
        """Return every occurrence of every phrase in the `text`, in order of their ends.

        Phrases may overlap.
        """
        folded = _folded(text)
        # The folded text is between two spaces and a pattern begins with one: a match at i of the
        # padded text is a word at i of the text.
        padded = b" %b " % folded
        matches = self._ascii.find_matches_as_indexes(padded, overlapping=True)
        if not folded.isascii():
            matches = self._with_others(matches, padded)
        if len(folded) != len(text):
            place = _Places(text).of
            matches = [
                (pattern, place(begin), place(end - _PADDED) + _PADDED)
                for pattern, begin, end in matches
            ]
        phrase_of, has_capitals = self._phrase_of, self._has_capitals
        return [
            (phrase_of[pattern], begin, end - _PADDED)
            for pattern, begin, end in matches
            if not has_capitals[pattern] or self._as_written(text, pattern, begin)
        ]

    def _with_others(self, matches: list[Hit], padded: bytes) -> list[Hit]:
        """These matches and those of the patterns beyond ASCII, in order of their ends."""
        others = self._other.find_matches_as_indexes(padded, overlapping=True)
        ascii_patterns = self._ascii_patterns
        numbered = [(ascii_patterns + pattern, begin, end) for pattern, begin, end in others]
        return sorted([*matches, *numbered], key=_END)

    def _as_written(self, text: str, pattern: int, start: int) -> bool:
        return all(
            text.startswith(word, start + offset) for offset, word in self._capitals[pattern]
        )


def _found_as(phrase: str, plurals: bool) -> list[str]:
    """The patterns for the folded text: the phrase in its forms, and with its punctuation as
    spaces.
    """
    key = phrase_key(phrase)
    return list(dict.fromkeys([*(forms(key) if plurals else [key]), fold_words(phrase).strip()]))


def forms(phrase: str) -> list[str]:
    """Return the spellings of a folded `phrase` that are found.

    They are the phrase, its plural, and both as one word (`CircuitBreaker`, `eventsourcing`).
    """
    spelled = [phrase, *_plurals(phrase)]
    joined = [form.replace(" ", "") for form in spelled if " " in form]
    return spelled + [word for word in joined if len(word) >= _LEAST_JOINED]


def _plurals(phrase: str) -> list[str]:
    if (
        len(phrase) < 3
        or not phrase[-1].isascii()
        or not phrase[-1].isalpha()
        or phrase.endswith("s")
    ):
        return []
    if phrase.endswith("y") and phrase[-2] not in "aeiou ":
        return [phrase[:-1] + "ies"]
    return [phrase + ("es" if phrase.endswith(("ch", "sh", "x")) else "s")]


def _capitals(phrase: str) -> list[tuple[int, str]]:
    return [
        (match.start(), match[0])
        for match in _TOKEN.finditer(phrase)
        if match[0] != match[0].lower()
    ]


class _Places:
    """The place in a text of each byte of the folded text: they differ after a character that is
    folded to more bytes than one.
    """

    def __init__(self, text: str) -> None:
        self._characters = [match.start() for match in _OTHER.finditer(text)]
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._words_end: list[int] = []  # without the space after a word
        longer = 0
        for at in self._characters:
            folded = _FOLDED[text[at]]
            width = len(folded.encode())
            self._starts.append(at + longer)
            self._ends.append(at + longer + width)
            self._words_end.append(self._ends[-1] - (folded[-1:] == " " != folded))
            longer += width - 1

    def of(self, byte: int) -> int:
        """Return the position of the character that contains the `byte`.

        For the end of the folded text, return the end of the text.
        """
        before = bisect_right(self._starts, byte) - 1
        if before < 0:
            return byte
        if byte < self._words_end[before]:
            return self._characters[before]
        return self._characters[before] + max(byte - self._ends[before] + 1, 1)
