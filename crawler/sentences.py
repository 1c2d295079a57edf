"""Sentences: where they begin and end in a text. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# A full stop ends a sentence if a space and then a capital, a digit or a quote follow it, and if
# it does not belong to an abbreviation.
# The punctuation comes first, so that the search stops at few places.
_END = re.compile(
    r"[.!?…](?<!\b[A-Z].)(?<!\be\.g.)(?<!\bi\.e.)(?<!\betc.)(?<!\bvs.)(?<!\bDr.)(?<!\bMr.)"
    r"(?<!\bMs.)(?<!\bNo.)[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+"
)
_MARK = re.compile(r"[.!?…\n]")
_FENCE = re.compile(r"^```.*?^```[^\n]*$", re.MULTILINE | re.DOTALL)
_ELLIPSIS = "…"
_BEFORE, _AFTER = 120, 180


class Sentence(NamedTuple):
    """A sentence and the offset, in characters, at which it begins."""

    text: str
    start: int


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order, each a piece of it.

    Headings and list items are sentences of their own. Fenced code is left out and ends one.
    """
    text = _FENCE.sub(lambda code: "\n" * len(code[0]), text)
    start = 0
    for end in [*_END.finditer(text), None]:
        piece = text[start : end.end() if end else len(text)]
        if stripped := piece.strip():
            yield Sentence(stripped, start + piece.index(stripped))
        start = end.end() if end else len(text)


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence that contains the characters from `start` up to `end`, on one line.

    Of a sentence that begins more than 120 characters before, or ends more than 180 characters
    after, the rest is replaced by an ellipsis at a word boundary.
    """
    left, right = max(start - _BEFORE, 0), min(end + _AFTER, len(text))
    head, opened = _head(text, left, start)
    tail, closed = _tail(text, end, right)
    words = f"{head}{text[start:end]}{tail}".split()
    return (
        ("" if opened or left == 0 else _ELLIPSIS)
        + " ".join(words)
        + ("" if closed or right == len(text) else _ELLIPSIS)
    )


def _head(text: str, left: int, start: int) -> tuple[str, bool]:
    """The part of the sentence before `start`, and whether its beginning was found."""
    ends = (found.end() for found in _ends(text, left, start) if found.end() <= start)
    begin = max(ends, default=None)
    if begin is not None:
        return text[begin:start], True
    if left > 0:
        space = text.find(" ", left, start)
        left = space + 1 if space >= 0 else start
    return text[left:start], False


def _tail(text: str, end: int, right: int) -> tuple[str, bool]:
    """The part of the sentence after `end`, and whether its end was found."""
    if found := next(_ends(text, end, right), None):
        return text[end : found.end()], True
    if right < len(text):
        space = text.rfind(" ", end, right)
        right = space if space >= 0 else end
    return text[end:right], False


def _ends(text: str, left: int, right: int) -> Iterator[re.Match[str]]:
    """The ends of sentences that begin between two offsets."""
    marks = _MARK.finditer(text, left, right)
    return (end for mark in marks if (end := _END.match(text, mark.start())))
