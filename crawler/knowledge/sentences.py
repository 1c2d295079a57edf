"""Sentences and telling words of a text, as every file of this room counts them. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crawler.text import fold

# A full stop ends a sentence when a space and a capital, digit or quote follow, and no short form stands before it.
_END = re.compile(r"(?<!\b[A-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bNo)[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
_WORD = re.compile(r"[^\W_][\w+#.-]*[\w+#]|[^\W_]")
_FENCE = re.compile(r"^```.*?^```[^\n]*$", re.MULTILINE | re.DOTALL)
STOP_WORDS = frozenset(
    """a about after again all also an and any are as at be because been before being between both but by can could did do does doing down each few for from
    get got had has have having he her here his how i if in into is it its just like made make many me more most my new no nor not now of off on once one
    only or other our out over own part per same she should so some such than that the their them then there these they this those through to too two under
    until up use used using very via vs was we were what when where which while who why will with without would you your""".split()  # noqa: SIM905 (easier to read and to extend)
)


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


def terms(text: str) -> list[str]:
    """The telling words of a text, folded, in order: no stop words, no bare numbers, a plural `s` taken off longer ones."""
    return [term for word in _WORD.findall(text) if (term := _term(word))]


@lru_cache(maxsize=1 << 16)
def _term(written: str) -> str:
    word = fold(written)
    if word in STOP_WORDS or word.isdigit() or len(word) < 2:
        return ""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
