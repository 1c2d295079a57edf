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

WORDS_OF_ARTICLES = """
CREATE TABLE article_words (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE, words TEXT NOT NULL
);
ALTER TABLE text_words ADD COLUMN articles INTEGER NOT NULL DEFAULT 0;
CREATE INDEX search_spellings_documents ON search_spellings(documents DESC, word)
    WHERE documents >= 2;
"""
"""The migration `words_of_articles`: what an update of a snapshot needs to remove former words."""

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
