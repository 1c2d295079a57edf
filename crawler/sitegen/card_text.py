"""The title of a social card in lines that fit its width, without the metrics of a font."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_LINES = 3

_WIDTH = 16.5  # of a line, in units of the font size; DejaVu Sans, a wide font, needs 15 % more
_MAX_LETTERS = 300
_NARROW, _MEDIUM, _LARGE, _FULL = 0.32, 0.58, 0.8, 1.05
_NARROW_LETTERS = frozenset(" !'()*,-./:;I[]`fijlrt|")
_LARGE_LETTERS = frozenset("%&@GMOQWmw")
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def title_lines(title: str) -> list[str]:
    """Return a `title` in at most three lines; an ellipsis ends one that is cut."""
    lines: list[str] = []
    for word in _words(_UNSEEN.sub("", title[:_MAX_LETTERS])):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined) <= _WIDTH:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) <= MAX_LINES and len(title) <= _MAX_LETTERS:
        return lines
    return [*lines[: MAX_LINES - 1], _cut(" ".join(lines[MAX_LINES - 1 : MAX_LINES + 1]))]


def text_width(text: str) -> float:
    """Return the approximate width of a text in a bold sans-serif font, by its size."""
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if letter in _NARROW_LETTERS:
        return _NARROW
    if unicodedata.east_asian_width(letter) in "FW":
        return _FULL
    return _LARGE if letter in _LARGE_LETTERS or letter.isupper() else _MEDIUM


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text; one that is wider than a line in parts."""
    for word in text.split():
        part = ""
        for letter in word:
            if text_width(part + letter) > _WIDTH:
                yield part
                part = ""
            part += letter
        yield part


def _cut(line: str) -> str:
    """Return the beginning of a line that fits with an ellipsis."""
    while line and text_width(f"{line} …") > _WIDTH:
        line = line[:-1]
    return f"{line.rstrip()} …"
