"""The search index of the snapshot: articles, posts, topics, entities and people in one index.

A document's id is its number by importance (`crawler.store.document_numbers`), so that a search
reads the best documents first and can stop early. Its facets are terms of the index, so that a
filter narrows a search without reading rows.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from crawler.search_words import index_terms, index_text, split_terms
from crawler.store.search_document_rows import (
    Facet,
    SearchDocument,
    batches_by_number,
    read_documents,
    read_topics,
)
from crawler.store.search_tables import FACETS, MAX_NAME_LENGTH

_MAX_NAME_TERMS = 4
_SPELLED_LENGTHS = range(4, 21)
_INSERT_TERMS = """
INSERT INTO search_fts (rowid, names, titles, facts, excerpts, texts, facets)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
# Source: https://www.sqlite.org/fts5.html#the_delete_command
_DELETE_TERMS = """
INSERT INTO search_fts (search_fts, rowid, names, titles, facts, excerpts, texts, facets)
VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_DOCUMENT = """
INSERT INTO search_documents (id, type, table_name, row_key, day, facets) VALUES (?, ?, ?, ?, ?, ?)
"""
_COUNT_FACET = """
INSERT INTO search_facets (term, facet, value, documents) VALUES (?, ?, ?, ?)
ON CONFLICT (term) DO UPDATE SET documents = documents + excluded.documents
"""
_COUNT_SPELLING = """
INSERT INTO search_spellings (word, documents) VALUES (?, ?)
ON CONFLICT (word) DO UPDATE SET documents = documents + excluded.documents
"""

_BATCH = 4_000  # documents whose texts are in memory at a time


def store_search_index(copy: sqlite3.Connection) -> None:
    """Fill the search tables of the snapshot `copy`, whose other rows are complete."""
    changes = _IndexChanges()
    for document in _all_documents(copy):
        changes.insert(copy, document)
    changes.store_counts(copy)
    optimize(copy, "search_fts")


def _all_documents(copy: sqlite3.Connection) -> Iterator[SearchDocument]:
    """Yield all documents by number: an index is written fastest in the order of its rows."""
    topics = read_topics(copy)
    yield from sorted(topics, key=_number)
    for ids in batches_by_number(copy, _BATCH):
        yield from sorted(read_documents(copy, topics, ids), key=_number)


def documents_of(
    snapshot: sqlite3.Connection, ids: Mapping[str, Collection[int]]
) -> list[SearchDocument]:
    """Return the documents of all topics of `snapshot`, and of its rows with `ids`, by table."""
    topics = read_topics(snapshot)
    return [*topics, *read_documents(snapshot, topics, ids)]


def update_search_index(
    snapshot: sqlite3.Connection,
    old: Collection[SearchDocument],
    new: Collection[SearchDocument],
) -> None:
    """Replace the `old` documents of `snapshot` by the `new` ones."""
    unchanged = set(old) & set(new)
    changes = _IndexChanges()
    for document in old:
        if document not in unchanged:
            changes.delete(snapshot, document)
    for document in sorted(new, key=_number):
        if document not in unchanged:
            changes.insert(snapshot, document)
    changes.store_counts(snapshot)
    if _loses_words(old, new):
        optimize(snapshot, "search_fts")


def _loses_words(old: Iterable[SearchDocument], new: Iterable[SearchDocument]) -> bool:
    """Return whether a document has no longer a word of a person or of a page.

    Names of topics and entities are words of this program.
    """
    current = {(document.table, document.key): document for document in new}
    for before in old:
        after = current.get((before.table, before.key))
        if after is None or (before != after and not _own_words(before) <= _own_words(after)):
            return True
    return False


def _own_words(document: SearchDocument) -> set[str]:
    texts = (*document.names, *document.facts, document.excerpt)
    return {*index_terms("\n".join(texts)), *document.words.split()}


@dataclass(slots=True)
class _IndexChanges:
    """The changes of the numbers of documents by facet and by spelling."""

    facets: Counter[Facet] = field(default_factory=Counter)
    spellings: Counter[str] = field(default_factory=Counter)

    def insert(self, snapshot: sqlite3.Connection, document: SearchDocument) -> None:
        values = tuple(_facets_of(document))
        snapshot.execute(_INSERT_TERMS, (*_terms(document), _joined(values)))
        snapshot.execute(_INSERT_DOCUMENT, (*_identity(document), _joined(values)))
        self.facets.update(values)
        self.spellings.update(_spelled_words(document))

    def delete(self, snapshot: sqlite3.Connection, document: SearchDocument) -> None:
        values = tuple(_facets_of(document))
        snapshot.execute(_DELETE_TERMS, (*_terms(document), _joined(values)))
        snapshot.execute("DELETE FROM search_documents WHERE id = ?", (document.number,))
        self.facets.subtract(values)
        self.spellings.subtract(_spelled_words(document))

    def store_counts(self, snapshot: sqlite3.Connection) -> None:
        """Store the changed numbers of documents."""
        facets = ((_facet_term(value), *value, n) for value, n in self.facets.items() if n)
        spellings = ((word, count) for word, count in self.spellings.items() if count)
        snapshot.executemany(_COUNT_FACET, sorted(facets))
        snapshot.executemany(_COUNT_SPELLING, sorted(spellings))
        for table in ("search_facets", "search_spellings"):
            snapshot.execute(f"DELETE FROM {table} WHERE documents = 0")  # noqa: S608


def _number(document: SearchDocument) -> int:
    return document.number


def optimize(snapshot: sqlite3.Connection, index: str) -> None:
    """Merge the parts of an `index` of `snapshot`: terms of deleted rows then leave the file."""
    snapshot.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608


@lru_cache(10_000)
def _facet_term(value: Facet) -> str:
    """Return the term of a value. It ends with digits, so that no stemmer changes it."""
    digest = blake2b("\0".join(value).encode(), digest_size=6).digest()
    return f"{FACETS[value[0]]}{int.from_bytes(digest)}"


def _joined(values: Iterable[Facet]) -> str:
    return " ".join(map(_facet_term, values))


def _facets_of(document: SearchDocument) -> Iterator[Facet]:
    yield "type", document.type
    for facet, value in dict.fromkeys(document.facets):
        value = value.lower().partition("-")[0] if facet == "language" else value
        if value:
            yield facet, value
    if len(document.day) == len("2026-01-01"):
        yield "year", document.day[:4]
        yield "month", document.day[:7]


def _identity(document: SearchDocument) -> tuple[int, str, str, str, str]:
    """Return the row of `search_documents` without facets."""
    return document.number, document.type, document.table, document.key, document.day


def _terms(document: SearchDocument) -> tuple[int, str, str, str, str, str]:
    """Return the row of the full-text index without facets."""
    names = [index_terms(name) for name in document.names]
    spellings = map(index_text, document.spellings)
    whole_names = ("".join(terms)[:MAX_NAME_LENGTH] for terms in names if _is_name(terms))
    return (
        document.number,
        " ".join(dict.fromkeys(whole_names)),
        " ".join(dict.fromkeys((*(" ".join(terms) for terms in names), *spellings))),
        index_text("\n".join((*document.facts, *document.labels))),
        index_text(document.excerpt),
        document.words,
    )


def _is_name(terms: list[str]) -> bool:
    return 0 < len(terms) <= _MAX_NAME_TERMS


def _spelled_words(document: SearchDocument) -> set[str]:
    """Return the words of names and of the excerpt that may correct the spelling of a search."""
    words = split_terms(" ".join((*document.names, *document.spellings, document.excerpt)))
    return {word for word in words if len(word) in _SPELLED_LENGTHS and word.isalpha()}
