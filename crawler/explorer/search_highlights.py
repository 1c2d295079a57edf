"""Mark the words of a search in texts, as the full-text index matches them, and cut snippets."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from markupsafe import Markup, escape

from crawler.search_words import index_terms, is_unspaced

SNIPPET_LENGTH = 260
"""Characters of a snippet."""

_BEFORE = 60  # characters of a snippet before its first marked word
_STEM = 2  # first letters that the Porter stemmer never changes
_WORD = re.compile(r"\.?[^\W_]+[+#]{0,2}")
_MARKED = Markup("<mark>{}</mark>")
_TABLE = "CREATE VIRTUAL TABLE f USING fts5(word, tokenize = 'porter')"

Span = tuple[int, int]


class Highlighter:
    """Marks the words that match `terms`, the terms of a search, in the `texts` of one page."""

    def __init__(self, terms: Iterable[str], texts: Iterable[str]) -> None:
        plain = [term for term in terms if not is_unspaced(term)]
        self._terms = _same_stem(plain, _candidates(plain, texts))
        self._unspaced = tuple(term for term in terms if is_unspaced(term))

    def spans(self, text: str) -> list[Span]:
        """Return the start and end of each match in a text, in order and disjoint."""
        return _joined(sorted(self._matches(text)))

    def marked(self, text: str) -> Markup:
        """Return a text as HTML with its matches marked."""
        return _marked(text, self.spans(text))

    def snippet(self, text: str) -> Markup:
        """Return the part of a text with the most matches as HTML, with its matches marked."""
        spans = self.spans(text)
        if len(text) <= SNIPPET_LENGTH:
            return _marked(text, spans)
        start, end = _window(text, spans)
        inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return Markup(before) + _marked(text[start:end], inside) + Markup(after)

    def _matches(self, text: str) -> Iterator[Span]:
        for match in _WORD.finditer(text) if self._terms else ():
            if not self._terms.isdisjoint(index_terms(match[0])):
                yield match.span()
        for term in self._unspaced if not text.isascii() else ():
            for match in re.finditer(re.escape(term), text):
                yield match.span()


def _candidates(terms: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Return the terms of `texts` that may have the stem of one of the `terms`."""
    starts = {term[:_STEM] for term in terms}
    if not starts:
        return set()
    return {term for text in texts for term in index_terms(text) if term[:_STEM] in starts}


def _same_stem(terms: Iterable[str], candidates: set[str]) -> set[str]:
    """Return the `candidates` that the tokenizer of the index reduces to one of the `terms`.

    An index in memory decides, so that the rules of the Porter stemmer are not repeated here.
    """
    expression = " OR ".join(f'"{term}"' for term in terms)
    if not candidates:
        return set()
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(_TABLE)
        db.executemany("INSERT INTO f (word) VALUES (?)", [(word,) for word in candidates])
        rows = db.execute("SELECT word FROM f WHERE f MATCH ?", [expression]).fetchall()
    return {word for (word,) in rows}


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return sorted `spans` without overlaps: overlapping and adjacent ones become one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _window(text: str, spans: list[Span]) -> Span:
    """Return the start and end of the part of a text with the most matches, at word limits."""
    starts = [max(start - _BEFORE, 0) for start, _ in spans] or [0]
    best = max(starts, key=lambda start: (_count(spans, start), -start))
    start = text.find(" ", best, best + _BEFORE) + 1 if best else 0
    start = start or best
    end = min(start + SNIPPET_LENGTH, len(text))
    if end < len(text):
        end = text.rfind(" ", start + SNIPPET_LENGTH // 2, end) if " " in text[start:end] else end
        end = end if end > start else min(start + SNIPPET_LENGTH, len(text))
    return start, end


def _count(spans: Iterable[Span], start: int) -> int:
    return sum(start <= first and last <= start + SNIPPET_LENGTH for first, last in spans)


def _marked(text: str, spans: Iterable[Span]) -> Markup:
    parts = []
    position = 0
    for start, end in spans:
        parts += [escape(text[position:start]), _MARKED.format(text[start:end])]
        position = end
    return Markup().join([*parts, escape(text[position:])])
