"""The entries of one segment of the search index, and the files in which they are.

An entry is a term, a space, and lists of documents: `name|title|facts|excerpt|text`. `!` before a
list means that it has only the documents of highest rank. A filter such as `kind:talk` has one list
of runs, a month such as `date:2026-11` its documents and their days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain, groupby, takewhile
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


def list_entries(
    terms: SearchTerms, texts: Mapping[str, str], places: Sequence[int]
) -> Iterator[tuple[str, str]]:
    """Yield every term with its encoded lists, sorted.

    `texts` has the encoded lists of the words of texts, `places` the place of each document by
    rank.
    """
    filters = _filter_entries(terms) | _prefix_entries(terms, places)
    fields = (terms.names, terms.titles, terms.facts, terms.excerpts)
    for term in sorted(filters.keys() | texts.keys() | set().union(*fields)):
        yield term, filters.get(term) or _lists(term, terms, texts, places)


def _lists(term: str, terms: SearchTerms, texts: Mapping[str, str], places: Sequence[int]) -> str:
    facts = sorted(set(terms.facts.get(term, ())))
    fields = (
        _encoded(terms.names.get(term, ()), places),
        _encoded(terms.titles.get(term, ()), places),
        _encoded(facts, places),
        _encoded(terms.excerpts.get(term, ()), places),
        texts.get(term, ""),
    )
    return "|".join(fields).rstrip("|")


def split_entries(entries: Iterable[tuple[str, str]], least: int = LENGTH) -> Iterator[TermFile]:
    """Yield the sorted `entries` in files of similar length, the `least` one or a little more.

    The term alone decides whether a file may begin with it, so that a change of an entry moves few
    entries to other files.
    """
    lines: list[str] = []
    first, last, length = "", "", 0
    for term, lists in entries:
        line = f"{term} {lists}"
        may_begin = length >= least and crc32(term.encode()) % _BORDER == 0
        if lines and (may_begin or length + len(line) > least + _MOST_MORE):
            yield TermFile(first, "\n".join(lines))
            lines, length = [], 0
            first = term[: _common_length(last, term) + 1]
        lines.append(line)
        length += len(line) + 1
        last = term
    yield TermFile(first, "\n".join(lines))


def _encoded(numbers: Sequence[int], places: Sequence[int]) -> str:
    """Return the code of a list; of a long one only the documents of highest rank."""
    if len(numbers) <= _MAX_LISTED:
        return encode_ascending(numbers)
    return COMMON + encode_ascending(_best(numbers, places, _MAX_LISTED))


def _filter_entries(terms: SearchTerms) -> Entries:
    entries = {value: encode_runs(sorted(set(numbers))) for value, numbers in terms.filters.items()}
    for month, days in terms.days.items():
        numbers = sorted(days)
        codes = encode_numbers(days[number] for number in numbers)
        entries[month] = f"{encode_ascending(numbers)}|{codes}"
    return entries


def _prefix_entries(terms: SearchTerms, places: Sequence[int]) -> Entries:
    """Return for each short prefix of title words, as `ku*`, the documents of highest rank."""
    entries: Entries = {}
    titles = sorted(terms.titles)
    for length in range(1, _MAX_PREFIX + 1):
        long = (term for term in titles if len(term) >= length)
        for prefix, group in groupby(long, key=lambda term: term[:length]):
            best = (_best(terms.titles[term], places, _PREFIX_RESULTS) for term in group)
            numbers = sorted(set(chain.from_iterable(best)))
            entries[f"{prefix}*"] = encode_ascending(_best(numbers, places, _PREFIX_RESULTS))
    return entries


def _best(numbers: Sequence[int], places: Sequence[int], limit: int) -> Sequence[int]:
    """Return at most `limit` of the numbers, those of highest rank, ascending."""
    if len(numbers) <= limit:
        return numbers
    return sorted(nsmallest(limit, numbers, key=places.__getitem__))


def _common_length(first: str, second: str) -> int:
    """Return the number of letters with which both texts start."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
