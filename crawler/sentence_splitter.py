"""Split a text into sentences. No I/O."""

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
_CONTROLS = bytes(range(32))


class Sentence(NamedTuple):
    """A sentence and the offset, in characters, at which it begins."""

    text: str
    start: int


def split_sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text in order, each an exact part of it.

    A heading or list item is a separate sentence. Fenced code is left out and ends a sentence.
    """
    text = _FENCE.sub(lambda code: "\n" * len(code[0]), text)
    start = 0
    for end in [*_END.finditer(text), None]:
        piece = text[start : end.end() if end else len(text)]
        if stripped := piece.strip():
            yield Sentence(stripped, start + piece.index(stripped))
        start = end.end() if end else len(text)


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence that contains the characters from `start` up to `end`, on one line.

    An ellipsis at a word boundary replaces the part of the sentence that is more than 120
    characters before `start` or more than 180 characters after `end`.
    """
    left = start - _BEFORE if start > _BEFORE else 0
    right = end + _AFTER if end + _AFTER < len(text) else len(text)
    begin, before = _begin(text, left, start)
    finish, after = _finish(text, end, right)
    return before + _on_one_line(text[begin:finish]) + after


def _on_one_line(text: str) -> str:
    """Return the text with single spaces as its only white space."""
    return text.strip() if _has_single_spaces(text) else " ".join(text.split())


def _has_single_spaces(text: str) -> bool:
    """Whether a text has no other white space. Bytes are searched faster than characters."""
    if "  " in text:
        return False
    if text.isascii():
        return len(text.encode().translate(None, _CONTROLS)) == len(text)
    return text.isprintable()


def _has_mark(text: str) -> bool:
    """Whether a sentence can end in the text. Substrings are found faster than patterns."""
    return "." in text or "\n" in text or "!" in text or "?" in text or "…" in text


def _begin(text: str, left: int, start: int) -> tuple[int, str]:
    """Where the sentence around `start` begins, and an ellipsis if that is before `left`."""
    begin = -1
    if _has_mark(text[left:start]):
        for mark in _MARK.finditer(text, left, start):
            end = _END.match(text, mark.start())
            if end and end.end() <= start:
                begin = end.end()
    if begin >= 0 or left == 0:
        return max(begin, 0), ""
    return text.find(" ", left, start) + 1 or start, _ELLIPSIS


def _finish(text: str, end: int, right: int) -> tuple[int, str]:
    """Where the sentence around `end` ends, and an ellipsis if that is after `right`."""
    if _has_mark(text[end:right]):
        for mark in _MARK.finditer(text, end, right):
            if ending := _END.match(text, mark.start()):
                return ending.end(), ""
    if right == len(text):
        return right, ""
    return max(text.rfind(" ", end, right), end), _ELLIPSIS
