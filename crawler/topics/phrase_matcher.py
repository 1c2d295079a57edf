"""Search for phrases: every whole-word occurrence of every phrase in a text, at its place.

Text and phrases are folded to words between single spaces. So case, hyphens and slashes do not
matter: `Event-Driven` is `event driven`. A phrase does not match across the end of a sentence,
unless the phrase itself contains punctuation (`ports & adapters`). A phrase written with capitals
(`SOLID`, `Raft`) is found only as written.

One Aho-Corasick automaton (Aho and Corasick, 1975) finds all phrases in one pass, overlapping.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from crawler.text_cleaning import fold
from crawler.topics.word_forms import british_spelling, word_forms

Hit = tuple[int, int, int]
"""Which phrase, and the first character and the one after the last in the text."""

PADDING = 2  # a match of a pattern holds the two spaces around its words

_Match = tuple[int, int, int]  # the pattern, the first character, PADDING after the last one
_END = itemgetter(2)
_ASCII = bytes(range(128)).lower()
_WORDS = bytes(
    code if code > 127 or chr(code).isalnum() else 32 for code in (*_ASCII, *range(128, 256))
)
_OTHER = re.compile(r"[^\x00-\x7f]")
_TOKEN = re.compile(r"\S+")
_LEAST_JOINED = 8  # letters; shorter ones are too often separate words


_UNSPACED = (
    ("\u3005", "\u3005"),
    ("\u3041", "\u3096"),
    ("\u30a1", "\u30fa"),
    ("\u30fc", "\u30fc"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
)
"""Ranges of kana and Han characters (Unicode 15.1). Each is a word, because Japanese and Chinese
are written without spaces."""


class _FoldedCharacters(dict[str, str]):
    def __missing__(self, character: str) -> str:
        words = "".join(c if c.isalnum() else " " for c in fold(character))
        is_unspaced = any(low <= c <= high for c in words for low, high in _UNSPACED)
        folded = self[character] = f" {words} " if is_unspaced else words
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


@lru_cache(maxsize=1 << 15)
def phrase_key(phrase: str) -> str:
    """Return the folded words of a `phrase` with single spaces: equal for equal spellings."""
    return " ".join(fold_words(phrase).split())


def hashtag_key(phrase: str) -> str:
    """Return a `phrase` as one folded word, as in a hashtag: `Cold start` becomes `coldstart`."""
    return phrase_key(phrase).replace(" ", "")


class Occurrences(NamedTuple):
    """The occurrences of phrases in a text, in order of their ends. Phrases may overlap.

    The n-th phrase occurs at the n-th match of a pattern.
    """

    phrases: list[int]
    matches: list[_Match]

    def span(self, n: int) -> tuple[int, int]:
        """Return the first character of the `n`-th occurrence, and the one after its last."""
        _, start, end = self.matches[n]
        return start, end - PADDING

    def inside(self, n: int) -> list[int]:
        """Return the numbers of the occurrences within the `n`-th one, and its own number."""
        matches = self.matches
        _, start, end = matches[n]
        first, after = n, n + 1
        while first > 0 and matches[first - 1][2] > start + PADDING:
            first -= 1
        while after < len(matches) and matches[after][2] == end:
            after += 1
        return [number for number in range(first, after) if matches[number][1] >= start]

    def overlapping(self) -> list[int]:
        """Return the numbers of the occurrences that may have a shorter one within them."""
        ends = [0, *map(_END, self.matches), 0]
        neighbors = zip(self.matches, ends, ends[2:], strict=False)
        return [
            n
            for n, ((_, start, end), before, after) in enumerate(neighbors)
            if before > start + PADDING or after == end
        ]

    def shorter_inside(self, n: int) -> list[int]:
        """Return the numbers of the occurrences within the `n`-th one that are shorter than it."""
        matches = self.matches
        _, start, end = matches[n]
        before, after = n, n + 1
        shorter = []
        while before > 0 and matches[before - 1][2] > start + PADDING:
            before -= 1
            _, first, last = matches[before]
            if first >= start and (first, last) != (start, end):
                shorter.append(before)
        while after < len(matches) and matches[after][2] == end:
            if matches[after][1] > start:
                shorter.append(after)
            after += 1
        return shorter


class _Patterns(NamedTuple):
    """The patterns of an automaton, and the number of the phrase of each."""

    forms: list[str]
    phrases: list[int]

    def add(self, forms: Sequence[str], phrase: int) -> None:
        self.forms.extend(forms)
        self.phrases.extend([phrase] * len(forms))


class PhraseMatcher:
    """Finds `phrases` in texts, with `plurals` also in the plural."""

    def __init__(self, phrases: Sequence[str], plurals: bool = True) -> None:
        capitals = {n: words for n, phrase in enumerate(phrases) if (words := _capitals(phrase))}
        plain = [n for n in range(len(phrases)) if n not in capitals]
        # An automaton of ASCII patterns alone is smaller and faster, and most texts need no other.
        # Patterns of phrases with capitals come last, so that their numbers distinguish them.
        in_ascii, others = _Patterns([], []), _Patterns([], [])
        for n in (*plain, *capitals):
            spelled = _found_as(phrases[n], plurals)
            if phrases[n].isascii():
                in_ascii.add(spelled, n)
            else:
                in_ascii.add([form for form in spelled if form.isascii()], n)
                others.add([form for form in spelled if not form.isascii()], n)
        self._phrase_of = in_ascii.phrases + others.phrases
        self._ascii_patterns = len(in_ascii.forms)
        self._ascii = _automaton(in_ascii.forms)
        self._other = _automaton(others.forms)
        self._capitals = {
            pattern: capitals[n] for pattern, n in enumerate(self._phrase_of) if n in capitals
        }
        self._plain_patterns = min(self._capitals, default=len(self._phrase_of))

    def find(self, text: str) -> list[Hit]:
        """Return every occurrence of every phrase in the `text`, in order of their ends.

        Phrases may overlap.
        """
        phrases, matches = self.occurrences(text)
        return [
            (phrase, start, end - PADDING)
            for phrase, (_, start, end) in zip(phrases, matches, strict=True)
        ]

    def occurrences(self, text: str) -> Occurrences:
        """Return every occurrence of every phrase in the `text`."""
        folded = _folded(text)
        # The folded text is between two spaces and a pattern begins with one: a match at i of the
        # padded text is a word at i of the text.
        padded = b" %b " % folded
        matches = self._ascii.find_matches_as_indexes(padded, overlapping=True)
        if not folded.isascii():
            matches = self._with_others(matches, padded)
        if len(folded) != len(text) and matches:
            matches = _placed_in_text(matches, text, folded)
        plain, phrase_of = self._plain_patterns, self._phrase_of
        matches = [match for match in matches if match[0] < plain or self._as_written(text, match)]
        return Occurrences([phrase_of[pattern] for pattern, _, _ in matches], matches)

    def _with_others(self, matches: list[_Match], padded: bytes) -> list[_Match]:
        """These matches and those of the patterns beyond ASCII, in order of their ends."""
        others = self._other.find_matches_as_indexes(padded, overlapping=True)
        ascii_patterns = self._ascii_patterns
        numbered = [(ascii_patterns + pattern, start, end) for pattern, start, end in others]
        return sorted([*matches, *numbered], key=_END)

    def _as_written(self, text: str, match: _Match) -> bool:
        """Whether a match has the capitals of its phrase, if there are any."""
        pattern, start, _ = match
        capitals = self._capitals.get(pattern, ())
        return all(text.startswith(word, start + offset) for offset, word in capitals)


class WordSet:
    """Finds which of some `words` occur in a text, folded."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._automaton = _automaton(self._words)

    def in_text(self, text: str) -> set[str]:
        """Return the words of the set that are whole words of the `text`."""
        padded = b" %b " % _folded(text)
        matches = self._automaton.find_matches_as_indexes(padded, overlapping=True)
        return {self._words[index] for index, _, _ in matches}


def _automaton(words: Sequence[str]) -> BytesAhoCorasick:
    """The automaton of words between spaces."""
    # One call encodes all words: none has a line feed.
    lines = " \n ".join(words)
    return BytesAhoCorasick(f" {lines} ".encode().split(b"\n") if words else [])


def _found_as(phrase: str, plurals: bool) -> list[str]:
    """The patterns for the folded text: the phrase in its forms, and with its punctuation as
    spaces.
    """
    key = phrase_key(phrase)
    spelled = forms(key) if plurals else [key]
    if phrase.isascii() and phrase.lower() == key:  # without punctuation
        return spelled
    return list(dict.fromkeys([*spelled, fold_words(phrase).strip()]))


def forms(phrase: str) -> list[str]:
    """Return the spellings of a folded `phrase` that are found.

    They are the phrase, its plural, both as one word (`CircuitBreaker`, `eventsourcing`), and the
    forms of its words (`load test`, `load testing`) and British spellings (`containerised`).
    """
    spelled = [phrase, *_plurals(phrase)]
    if " " in phrase:
        joined = [form.replace(" ", "") for form in spelled]
        spelled += [word for word in joined if len(word) >= _LEAST_JOINED]
    for word_form in word_forms(phrase):
        spelled += _numbers(word_form, phrase)
    if "iz" in phrase:
        spelled += [british_spelling(form) for form in spelled]
    return list(dict.fromkeys(spelled))


def _numbers(word_form: str, phrase: str) -> list[str]:
    """A form of a phrase, also in the plural if its final word is the same."""
    unchanged = word_form.split()[-1] == phrase.split()[-1]
    return [word_form, *(_plurals(word_form) if unchanged else ())]


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
    if phrase == phrase.lower():
        return []
    return [
        (match.start(), match[0])
        for match in _TOKEN.finditer(phrase)
        if match[0] != match[0].lower()
    ]


def _placed_in_text(matches: Sequence[_Match], text: str, folded: bytes) -> list[_Match]:
    """Return the matches with the places of characters instead of bytes of the folded text."""
    if len(folded.decode()) == len(text):
        return [*_decoded_places(matches, folded)]
    place = _Places(text).of
    return [
        (pattern, place(start), place(end - PADDING) + PADDING) for pattern, start, end in matches
    ]


def _decoded_places(matches: Iterable[_Match], folded: bytes) -> Iterator[_Match]:
    """Yield the places in a text of which every character is folded to one character."""
    last_byte = last_character = 0
    for pattern, start, end in matches:
        last_character += len(folded[last_byte : end - PADDING].decode())
        last_byte = end - PADDING
        length = len(folded[start:last_byte].decode())
        yield pattern, last_character - length, last_character + PADDING


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
