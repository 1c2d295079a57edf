"""Finding phrases: text in, every whole-word occurrence of every phrase out, at its place in the text as written.

Text and phrases are folded to words between single spaces, so that case, hyphens and slashes do not matter (`Event-Driven` is `event driven`),
and a phrase never reaches over the end of a sentence. A phrase written with capitals (`SOLID`, `Raft`) is found only as written.
One Aho-Corasick automaton (Aho and Corasick, 1975) finds them all in one pass, overlapping.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick

from crawler.text import fold

Hit = tuple[int, int, int]
"""Which phrase, and the first character and the one after the last in the text."""

_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_OTHER = re.compile(r"[^\x00-\x7f]")
_TOKEN = re.compile(r"\S+")
_LEAST_JOINED = 8  # letters; shorter ones are too often a word of their own


class _FoldedCharacters(dict[str, str]):
    def __missing__(self, character: str) -> str:
        folded = self[character] = "".join(c if c.isalnum() else " " for c in fold(character))
        return folded


_FOLDED = _FoldedCharacters()


def fold_words(text: str) -> str:
    """The text in lower case with everything that is no letter or digit a space. As long as `text` unless a character folds to several."""
    return (text if text.isascii() else _OTHER.sub(lambda match: _FOLDED[match[0]], text)).translate(_ASCII)


def phrase_key(phrase: str) -> str:
    """What two spellings of a phrase have in common: its folded words, one space between."""
    return " ".join(fold_words(phrase).split())


class Matcher:
    """Finds `phrases` in texts, with `plurals` also in the plural."""

    def __init__(self, phrases: Sequence[str], plurals: bool = True) -> None:
        keys = [phrase_key(phrase) for phrase in phrases]
        patterns = [(f" {form} ", index) for index, key in enumerate(keys) for form in (forms(key) if plurals else [key])]
        self._automaton = AhoCorasick([pattern for pattern, _ in patterns])
        self._phrase_of = [index for _, index in patterns]
        self._capitals = {index: found for index, phrase in enumerate(phrases) if (found := _capitals(phrase))}

    def find(self, text: str) -> list[Hit]:
        """Every occurrence, in order of its end; phrases may overlap."""
        folded = fold_words(text)
        phrase_of, capitals = self._phrase_of, self._capitals
        # The folded text stands between two spaces and a pattern begins with one: a match at i of the padded text is a word at i of the text.
        found = [(phrase_of[p], b, e - 2) for p, b, e in self._automaton.find_matches_as_indexes(f" {folded} ", overlapping=True)]
        if len(folded) != len(text):
            places = _places(text)
            found = [(phrase, places[begin], places[end]) for phrase, begin, end in found]
        if not capitals:
            return found
        return [hit for hit in found if hit[0] not in capitals or all(text.startswith(word, hit[1] + at) for at, word in capitals[hit[0]])]


def forms(phrase: str) -> list[str]:
    """The spellings under which a folded phrase is found: itself, its plural, and both written as one word (`CircuitBreaker`, `eventsourcing`)."""
    spelled = [phrase, *_plurals(phrase)]
    return spelled + [joined for each in spelled if len(joined := each.replace(" ", "")) >= _LEAST_JOINED and joined != each]


def _plurals(phrase: str) -> list[str]:
    if len(phrase) < 3 or not phrase[-1].isalpha() or phrase.endswith("s"):
        return []
    if phrase.endswith("y") and phrase[-2] not in "aeiou ":
        return [phrase[:-1] + "ies"]
    return [phrase + ("es" if phrase.endswith(("ch", "sh", "x")) else "s")]


def _capitals(phrase: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in _TOKEN.finditer(phrase) if match[0] != match[0].lower()]


def _places(text: str) -> list[int]:
    """For each character of the folded text, and for its end, the place in the text that it comes from."""
    widths = [len(_FOLDED[character]) if character > "\x7f" else 1 for character in text]
    places = [place for place, width in enumerate(widths) for _ in range(width)]
    return [*places, len(text)]
