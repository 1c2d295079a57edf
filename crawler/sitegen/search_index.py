"""The search index: small script files that a page loads, so that it also works from a folder.

    search/index.js    sizes, topic labels, levels of rank, first term of each file of terms
    search/w-<n>.js    terms in sorted order, each with its documents by field
    search/d-<n>.js    the rows of the result list, `ROWS` documents in a file
    search/s-<n>.js    frequent words of n-1 to n+1 letters, to correct a query

An entry is a term, a space, and lists of documents: `name|title|facts|excerpt|text`. `!` before a
list means that it has only the documents of highest rank. A filter such as `kind:talk` has one list
of runs, a month such as `date:2026-11` its documents and their days.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile

import msgspec

from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.search_codes import encode_ascending, encode_numbers, encode_runs
from crawler.sitegen.search_documents import SearchDocuments, list_documents
from crawler.sitegen.search_terms import SearchTerms, list_terms
from crawler.sitegen.search_text_words import COMMON, read_text_words
from crawler.sitegen.site_model import SiteModel

ROWS = 4
"""Documents in one file of rows."""

_SHARD_LENGTH = 2_600
_MAX_LISTED = 800
_MAX_PREFIX = 5
_PREFIX_RESULTS = 24
_SPELLED_LENGTHS = range(3, 17)
_MAX_SPELLINGS = 1_200
_Entries = dict[str, str]


def render_search_index(model: SiteModel) -> Iterator[OutputFile]:
    """Yield every file of the index of `model`."""
    documents = list_documents(model)
    terms = list_terms(model, documents)
    shards = _shards(_entries(model, documents, terms))
    digest = hashlib.blake2b(digest_size=4)
    for number, (_, entries) in enumerate(shards):
        file = _script(f"search/w-{number}.js", "words", number, entries)
        digest.update(file.data)
        yield file
    for file in (*_row_files(documents), *_spelling_files(documents, terms)):
        digest.update(file.data)
        yield file
    head = _head(documents, terms, [first for first, _ in shards])
    yield _script("search/index.js", "index", {**head, "version": digest.hexdigest()})


def _head(
    documents: SearchDocuments, terms: SearchTerms, first_terms: list[str]
) -> dict[str, object]:
    named = len(documents.named)
    return {
        "rows": ROWS,
        "named": named,
        "documents": named + len(documents.items),
        "topics": [page.label for page in documents.named if page.kind == "topic"],
        "levels": _encoded_levels(documents),
        "months": " ".join(month.removeprefix("date:") for month in sorted(terms.days)),
        "terms": " ".join(first_terms),
    }


def _encoded_levels(documents: SearchDocuments) -> str:
    """Return for each group the number of its levels and how many items have each level."""
    codes = []
    start = 0
    for size in documents.groups:
        levels = documents.levels[start : start + size]
        counts = [0] * (levels[-1] + 1)
        for level in levels:
            counts[level] += 1
        codes += [len(counts), *counts]
        start += size
    return encode_numbers(codes)


def _entries(model: SiteModel, documents: SearchDocuments, terms: SearchTerms) -> _Entries:
    """Return every term with its encoded lists, sorted."""
    levels = [0] * len(documents.named) + list(documents.levels)
    facts = {term: sorted(set(numbers)) for term, numbers in terms.facts.items()}
    fields = [
        _encoded(postings, levels)
        for postings in (terms.names, terms.titles, facts, terms.excerpts)
    ]
    names, titles, shared, excerpts = fields
    texts = read_text_words(model.db, documents.article_numbers())
    entries = {
        term: f"{names.get(term, '')}|{titles.get(term, '')}|{shared.get(term, '')}"
        f"|{excerpts.get(term, '')}|{texts.get(term, '')}".rstrip("|")
        for term in texts.keys() | set().union(*fields)
    }
    entries |= _filter_entries(terms) | _prefix_entries(terms, levels)
    return dict(sorted(entries.items()))


def _encoded(postings: Mapping[str, list[int]], levels: list[int]) -> _Entries:
    """Return the code of each list; of a long one only the documents of highest rank."""
    return {
        term: encode_ascending(numbers)
        if len(numbers) <= _MAX_LISTED
        else COMMON + encode_ascending(_best(numbers, levels, _MAX_LISTED))
        for term, numbers in postings.items()
    }


def _filter_entries(terms: SearchTerms) -> _Entries:
    entries = {value: encode_runs(sorted(set(numbers))) for value, numbers in terms.filters.items()}
    for month, days in terms.days.items():
        numbers = sorted(days)
        codes = encode_numbers(days[number] for number in numbers)
        entries[month] = f"{encode_ascending(numbers)}|{codes}"
    return entries


def _prefix_entries(terms: SearchTerms, levels: list[int]) -> _Entries:
    """Return for each short prefix of title words, as `ku*`, the documents of highest rank."""
    candidates: defaultdict[str, list[int]] = defaultdict(list)
    for term, numbers in terms.titles.items():
        best = _best(numbers, levels, _PREFIX_RESULTS)
        for length in range(1, min(_MAX_PREFIX, len(term)) + 1):
            candidates[term[:length]] += best
    return {
        f"{prefix}*": encode_ascending(_best(sorted(set(numbers)), levels, _PREFIX_RESULTS))
        for prefix, numbers in candidates.items()
    }


def _best(numbers: list[int], levels: list[int], limit: int) -> list[int]:
    """Return at most `limit` of the numbers, those of highest rank, ascending."""
    if len(numbers) <= limit:
        return numbers
    return sorted(sorted(numbers, key=levels.__getitem__)[:limit])


def _shards(entries: _Entries) -> list[tuple[str, str]]:
    """Return the sorted entries in files of bounded length, each with the start of its first term.

    The start is as short as it can be: longer than what the term before has in common with it.
    """
    shards: list[tuple[str, str]] = []
    lines: list[str] = []
    first, last, length = "", "", 0
    for term, lists in entries.items():
        line = f"{term} {lists}"
        if lines and length + len(line) > _SHARD_LENGTH:
            shards.append((first, "\n".join(lines)))
            lines, length = [], 0
            first = term[: _common_length(last, term) + 1]
        lines.append(line)
        length += len(line) + 1
        last = term
    return [*shards, (first, "\n".join(lines))]


def _common_length(first: str, second: str) -> int:
    """Return the number of letters with which both texts start."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _row_files(documents: SearchDocuments) -> Iterator[OutputFile]:
    rows = documents.rows()
    number = 0
    while group := list(islice(rows, ROWS)):
        yield _script(f"search/d-{number}.js", "documents", number, group)
        number += 1


def _spelling_files(documents: SearchDocuments, terms: SearchTerms) -> Iterator[OutputFile]:
    """Yield for each length of a misspelled word the words that it may be.

    Words of topics, systems and organizations come first, then the most frequent ones.
    """
    people = sum(page.kind == "person" for page in documents.named)
    subjects = len(documents.named) - people
    counts = (
        (numbers[0] >= subjects, -len(numbers), term)
        for term, numbers in terms.titles.items()
        if term.isalpha()
    )
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for _, _, term in sorted(counts):
        for length in (len(term) - 1, len(term), len(term) + 1):
            by_length[length].append(term)
    for length in _SPELLED_LENGTHS:
        words = " ".join(by_length[length][:_MAX_SPELLINGS])
        yield _script(f"search/s-{length}.js", "spellings", length, words)


def _script(path: str, function: str, *arguments: object) -> OutputFile:
    encoded = b",".join(map(msgspec.json.encode, arguments))
    return OutputFile(path, b"hashtrail.%s(%s)\n" % (function.encode(), encoded))
