"""Words of the search index: how a text is split into terms.

`site/assets/search.js` splits a query by the same rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from crawler.tokenization import split_words

MAX_TERM_LENGTH = 40
"""Longer words are cut."""

_MAX_COMPOUND_TERMS = 4
# Characters of scripts that write no spaces between words. Planes above the first are separators:
# JavaScript sorts them differently.
UNSPACED = (
    "\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u1b00-\u1b7f\u3041-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\ua4cf\ua980-\uaadf\uf900-\ufaff"
)
"""The inside of a character class: letters of scripts without spaces."""

_MARKS = re.compile("[\u0300-\u036f]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
# `c#`, `c++` and `.net` are words; `#` and `+` inside of other words are not.
_TERM = re.compile(r"(?<![^\W_.])\.(?=[^\W\d_])[^\W_]+|[^\W_]+(?:(?:\+\+?|#)(?![^\W_+#]))?")
_PARTS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")
_DOTTED = re.compile(r"\.(?<![A-Za-z0-9.]\.)[A-Za-z]")


def fold_letters(text: str) -> str:
    """Return `text` in lower case, without accents and compatibility forms (UAX 15, NFKC)."""
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()
    composed = unicodedata.normalize("NFKC", _ASTRAL.sub(" ", plain))
    return composed.replace("ß", "ss").replace("ς", "σ")


def split_terms(text: str) -> list[str]:
    """Return the terms of `text` in order: words, and pairs of letters of unspaced scripts."""
    if text.isascii() and "+" not in text and "#" not in text and not _DOTTED.search(text):
        words = split_words(text.lower().replace("_", " "))
        longest = max(map(len, words), default=0)
        return words if longest <= MAX_TERM_LENGTH else [word[:MAX_TERM_LENGTH] for word in words]
    words = _TERM.findall(fold_letters(text))
    return [term[:MAX_TERM_LENGTH] for word in words for term in _terms_of_word(word)]


def compound_term(terms: list[str]) -> str:
    """Return one term for a short name of several `terms`, or the term of a name with one.

    The result is empty for names of no terms and of more than four.
    """
    if len(terms) > _MAX_COMPOUND_TERMS:
        return ""
    return "_".join(terms)[: 2 * MAX_TERM_LENGTH]


def is_unspaced(term: str) -> bool:
    """Return whether a `term` has a letter of a script without spaces."""
    return not term.isascii() and _UNSPACED_LETTER.search(term) is not None


def _terms_of_word(word: str) -> Iterator[str]:
    """Yield the terms of one match of `_TERM`: `.net` gives also `net`, `tla+` also `tla`."""
    if is_unspaced(word):
        for part in _PARTS.findall(word):
            yield from _pairs(part) if is_unspaced(part) else (part,)
        return
    yield word
    plain = word.strip(".+#")
    if plain != word and len(plain) > 2:
        yield plain


def _pairs(letters: str) -> Iterator[str]:
    """Yield each two consecutive `letters`, or the only letter."""
    if len(letters) == 1:
        yield letters
    for start in range(len(letters) - 1):
        yield letters[start : start + 2]
