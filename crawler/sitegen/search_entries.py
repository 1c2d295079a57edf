"""The entries of one segment of the search index, and the files in which they are.

An entry is a term, a space, and lists of documents: `name|title|facts|excerpt|text`. `!` before a
list means that it has only the documents of highest rank. A filter such as `kind:talk` has one list
of runs, a month such as `date:2026-11` its documents and their days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from zlib import crc32

from crawler.sitegen.search_codes import encode_ascending, encode_numbers, encode_runs
from crawler.sitegen.search_terms import SearchTerms
from crawler.sitegen.search_text_words import COMMON

Entries = dict[str, str]

LENGTH = 2_300
"""The least length of a file of terms that another one follows, unless its entries are long."""

_MOST_MORE = 700
_BORDER = 8  # one of eight terms may begin a file
_MAX_LISTED = 800
_MAX_PREFIX = 5
_PREFIX_RESULTS = 24


@dataclass(frozen=True, slots=True)
class TermFile:
    """Sorted entries, one in a line. `first` is the start of the first term.

    It is as short as it can be: longer than what the term before has in common with it.
    """

    first: str
    lines: str


def list_entries(terms: SearchTerms, texts: Mapping[str, str], places: Sequence[int]) -> Entries:
    """Return every term with its encoded lists, sorted.

    `texts` has the encoded lists of the words of texts, `places` the place of each document by
    rank.
    """
    facts = {term: sorted(set(numbers)) for term, numbers in terms.facts.items()}
    fields = [
        _encoded(postings, places)
        for postings in (terms.names, terms.titles, facts, terms.excerpts)
    ]
    names, titles, shared, excerpts = fields
    entries = {
        term: f"{names.get(term, '')}|{titles.get(term, '')}|{shared.get(term, '')}"
        f"|{excerpts.get(term, '')}|{texts.get(term, '')}".rstrip("|")
        for term in texts.keys() | set().union(*fields)
    }
    entries |= _filter_entries(terms) | _prefix_entries(terms, places)
    return dict(sorted(entries.items()))


def split_entries(entries: Entries, least: int = LENGTH) -> list[TermFile]:
    """Return the sorted `entries` in files of similar length, the `least` one or a little more.

    The term alone decides whether a file may begin with it, so that a change of an entry moves few
    entries to other files.
    """
    files: list[TermFile] = []
    lines: list[str] = []
    first, last, length = "", "", 0
    for term, lists in entries.items():
        line = f"{term} {lists}"
        may_begin = length >= least and crc32(term.encode()) % _BORDER == 0
        if lines and (may_begin or length + len(line) > least + _MOST_MORE):
            files.append(TermFile(first, "\n".join(lines)))
            lines, length = [], 0
            first = term[: _common_length(last, term) + 1]
        lines.append(line)
        length += len(line) + 1
        last = term
    return [*files, TermFile(first, "\n".join(lines))]


def _encoded(postings: Mapping[str, list[int]], places: Sequence[int]) -> Entries:
    """Return the code of each list; of a long one only the documents of highest rank."""
    return {
        term: encode_ascending(numbers)
        if len(numbers) <= _MAX_LISTED
        else COMMON + encode_ascending(_best(numbers, places, _MAX_LISTED))
        for term, numbers in postings.items()
    }


def _filter_entries(terms: SearchTerms) -> Entries:
    entries = {value: encode_runs(sorted(set(numbers))) for value, numbers in terms.filters.items()}
    for month, days in terms.days.items():
        numbers = sorted(days)
        codes = encode_numbers(days[number] for number in numbers)
        entries[month] = f"{encode_ascending(numbers)}|{codes}"
    return entries


def _prefix_entries(terms: SearchTerms, places: Sequence[int]) -> Entries:
    """Return for each short prefix of title words, as `ku*`, the documents of highest rank."""
    candidates: defaultdict[str, list[int]] = defaultdict(list)
    for term, numbers in terms.titles.items():
        best = _best(numbers, places, _PREFIX_RESULTS)
        for length in range(1, min(_MAX_PREFIX, len(term)) + 1):
            candidates[term[:length]] += best
    return {
        f"{prefix}*": encode_ascending(_best(sorted(set(numbers)), places, _PREFIX_RESULTS))
        for prefix, numbers in candidates.items()
    }


def _best(numbers: list[int], places: Sequence[int], limit: int) -> list[int]:
    """Return at most `limit` of the numbers, those of highest rank, ascending."""
    if len(numbers) <= limit:
        return numbers
    return sorted(sorted(numbers, key=places.__getitem__)[:limit])


def _common_length(first: str, second: str) -> int:
    """Return the number of letters with which both texts start."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
