"""Words of the search indexes: how a text and a query are split into terms.

The rule, also for other languages than Python (`site/assets/search.js` has it in JavaScript):

1. Decompose the text (NFKD), remove the marks U+0300 to U+036F, convert it to lower case, replace
   characters above U+FFFF by spaces, compose it (NFKC); `ß` becomes `ss`, `ς` becomes `σ`.
2. A term is a run of letters and digits. It includes one `#`, `+` or `++` at its end, and one `.`
   before a letter at its start unless another dot, letter or digit precedes it: `c#`, `.net`.
3. A run of letters of a script without spaces gives each two consecutive letters as a term.
4. A term with a sign also gives the term without it, if that has more than two characters.
5. A term has at most 40 characters.

A full-text index of SQLite has the signs as words (`index_terms`), since its tokenizer drops them.
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
_SIGN_NAMES = str.maketrans({".": "dot", "#": "sharp", "+": "plus"})
_SIGN = re.compile(r"[#+]|\.(?=\S)")
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
        terms = split_words(text.lower().replace("_", " "))
    else:
        terms = _terms_of_any_script(fold_letters(text))
    longest = max(map(len, terms), default=0)
    return terms if longest <= MAX_TERM_LENGTH else [term[:MAX_TERM_LENGTH] for term in terms]


def _terms_of_any_script(folded: str) -> list[str]:
    """The terms of a folded text; with spaces, a word of letters and digits is one term."""
    has_spaces = not is_unspaced(folded)
    return [
        term
        for word in _TERM.findall(folded)
        for term in ((word,) if has_spaces and word.isalnum() else _terms_of_word(word))
    ]


def index_terms(text: str) -> list[str]:
    """Return the terms of `text` as a full-text index of SQLite has them.

    Signs are words: `c#` becomes `csharp`, `c++` `cplusplus` and `.net` `dotnet`.
    """
    return [term if term.isalnum() else term.translate(_SIGN_NAMES) for term in split_terms(text)]


def index_text(text: str | None) -> str:
    """Return the terms of `text` for a full-text index of SQLite, separated by spaces."""
    return " ".join(index_terms(text)) if text else ""


def signed_terms(text: str) -> set[str]:
    """Return the ASCII terms of a `text` in lower case that include a sign, such as `c#`.

    They are single words of at most `MAX_TERM_LENGTH` characters.
    """
    if not _SIGN.search(text):
        return set()
    parts = [part for part in text.split() if "#" in part or "+" in part or "." in part[:-1]]
    terms = _TERM.findall(" ".join(parts)) if parts else []
    return {
        term
        for term in terms
        if not term.isalnum() and term.isascii() and len(term) <= MAX_TERM_LENGTH
    }


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
