"""The tables of the search index of the snapshot, and the terms of its facets."""

from __future__ import annotations

SEARCH_TABLES = """
CREATE TABLE search_documents (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, table_name TEXT NOT NULL, row_key TEXT NOT NULL,
    day TEXT NOT NULL, facets TEXT NOT NULL
);
CREATE TABLE search_facets (
    term TEXT PRIMARY KEY, facet TEXT NOT NULL, value TEXT NOT NULL, documents INTEGER NOT NULL,
    UNIQUE (facet, value)
) WITHOUT ROWID;
CREATE TABLE search_spellings (word TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE search_fts USING fts5(
    names, titles, facts, excerpts, texts, facets, content = '', tokenize = 'porter'
);
"""
"""The tables as a script of CREATE statements. They are empty except in a snapshot."""

FACETS = {
    "type": "f",
    "topic": "t",
    "kind": "k",
    "site": "s",
    "network": "n",
    "language": "l",
    "year": "y",
    "month": "m",
}
"""The first letter of the terms of each facet in the index. `month` serves to sort by date."""

MAX_NAME_LENGTH = 80
"""Characters of a whole name in the column `names`."""
