"""Searches of readers as FTS5 expressions: words, "phrases", -exclusions and OR.

The rule, also for other languages than Python:

1. Cut the search to 200 characters and split it at whitespace, except within double quotes.
2. `OR` or `|` between two parts makes them alternatives; a leading `-` excludes a part.
3. Split each part into terms as in `crawler.search_words.index_terms`. Skip a part without terms.
4. A part of one term matches the term, a part of several terms matches them as a phrase. Without
   quotes, a column that holds sets of words matches a part that has all terms, in any order.
5. All parts must match. Use the first 12.

Terms have only letters and digits, so no character of the reader is an operator of FTS5:
https://www.sqlite.org/fts5.html#full_text_query_syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.search_words import index_terms, is_unspaced

MAX_SEARCH_LENGTH = 200
"""Characters of a search that are read."""

MAX_PARTS = 12
"""Parts of a search that are used."""

NO_MATCH = '""'
"""The expression that matches no row."""

_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_ALTERNATIVE = ("OR", "|")


@dataclass(frozen=True, slots=True)
class SearchPart:
    """A word, compound or phrase of a search, as terms. `is_quoted`: it was in double quotes."""

    terms: tuple[str, ...]
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """Clauses that must all match, each with alternatives, and parts that must not match."""

    clauses: tuple[tuple[SearchPart, ...], ...] = ()
    excluded: tuple[SearchPart, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """The distinct terms of all clauses, in their order."""
        parts = (part for clause in self.clauses for part in clause)
        return tuple(dict.fromkeys(term for part in parts for term in part.terms))


def parse_search(text: str) -> ParsedSearch:
    """Return the clauses and the excluded parts of a search as a reader wrote it."""
    clauses: list[tuple[SearchPart, ...]] = []
    excluded: list[SearchPart] = []
    joins = False
    for match in _PART.finditer(text[:MAX_SEARCH_LENGTH]):
        minus, quoted, plain = match.groups()
        if match[0] in _ALTERNATIVE:
            joins = bool(clauses)
            continue
        terms = tuple(index_terms(plain if quoted is None else quoted))
        if not terms:
            continue
        part = SearchPart(terms, quoted is not None)
        if minus:
            excluded.append(part)
        elif joins:
            clauses[-1] += (part,)
        else:
            clauses.append((part,))
        joins = False
        if sum(map(len, clauses)) + len(excluded) >= MAX_PARTS:
            break
    return ParsedSearch(tuple(clauses), tuple(excluded))


def fts_expression(text: str, word_sets: str = "text") -> str:
    """Return the FTS5 expression for a search as a reader wrote it (`text`).

    `word_sets` is the column that holds sets of words. A search without a word that must match
    gives `NO_MATCH`.
    """
    search = parse_search(text)
    required = required_expression(search, word_sets)
    if required == NO_MATCH or not search.excluded:
        return required
    return f"({required}) NOT ({excluded_expression(search)})"


def required_expression(search: ParsedSearch, word_sets: str = "") -> str:
    """Return the expression for what must match in a `search`.

    `word_sets` is the column that holds sets of words, if there is one.
    """
    clauses = (_alternatives(clause, word_sets) for clause in search.clauses)
    return " AND ".join(clauses) or NO_MATCH


def excluded_expression(search: ParsedSearch) -> str:
    """Return the expression for what must not match in a `search`."""
    return _alternatives(search.excluded, "") if search.excluded else NO_MATCH


def _alternatives(parts: Iterable[SearchPart], word_sets: str) -> str:
    return "(" + " OR ".join(_part_expression(part, word_sets) for part in parts) + ")"


def _part_expression(part: SearchPart, word_sets: str) -> str:
    phrase = f'"{" ".join(part.terms)}"'
    if _is_one_letter(part):
        return f"{phrase} *"
    if len(part.terms) == 1 and not is_unspaced(part.terms[0]):
        return phrase
    if part.is_quoted or not word_sets:
        return phrase
    words = " AND ".join(f'"{word}"' for word in _set_words(part.terms))
    return f"{phrase} OR {word_sets} : ({words})"


def _is_one_letter(part: SearchPart) -> bool:
    """Return whether a part is one letter of a script without spaces, which begins pairs."""
    return len(part.terms) == 1 and len(part.terms[0]) == 1 and is_unspaced(part.terms[0])


def _set_words(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the words that a set of words has for `terms`: letters of scripts without spaces."""
    words = (tuple(term) if is_unspaced(term) else (term,) for term in terms)
    return tuple(dict.fromkeys(word for group in words for word in group))
