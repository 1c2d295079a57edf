"""The search index of the snapshot: articles, posts, topics, entities and people in one index.

A document's id is its position by importance, so that a search reads the best documents first and
can stop early. Its facets are terms of the index, so that a filter narrows a search without reading
rows. Topics and entities come first. Articles by rank, posts by date and people by posts follow,
mixed in proportion to their numbers.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import attrgetter

from crawler.search_words import index_terms, index_text, split_terms
from crawler.store.search_tables import FACETS, MAX_NAME_LENGTH

_MAX_NAME_TERMS = 4
_MAX_AUTHORS = 20
_SPELLED_LENGTHS = range(4, 21)
_MIN_SPELLED = 2  # documents that have a word with that spelling
_MAX_SPELLINGS = 20_000

_ORDER = """
CREATE TEMP TABLE ordered AS
SELECT row_number() OVER (ORDER BY place, type, id) AS number, type, id FROM (
    SELECT 'article' AS type, id, 1.0 * row_number() OVER (
               ORDER BY rank DESC, first_shared DESC, id) / count(*) OVER () AS place
    FROM article_list
    UNION ALL
    SELECT 'person', id, 1.0 * row_number() OVER (ORDER BY (
               SELECT count(*) FROM posts p WHERE p.author_id = publishable_authors.id) DESC, id)
           / count(*) OVER ()
    FROM publishable_authors
    UNION ALL
    SELECT 'post', id, 1.0 * row_number() OVER (
               ORDER BY similar_to IS NOT NULL, seen_at DESC, id DESC) / count(*) OVER ()
    FROM posts WHERE text <> ''
)
"""
_TOPICS = """
SELECT slug, label, definition, aliases, hashtags, formerly FROM topics s
ORDER BY (SELECT count(*) FROM taggings WHERE topic = s.slug AND confidence <> 'weak') DESC, slug
"""
_ENTITIES = """
SELECT e.id, e.name, e.slug, e.kind FROM entities e JOIN article_entities m ON m.entity_id = e.id
WHERE e.kind <> 'figure' GROUP BY e.id ORDER BY count(*) DESC, e.id
"""
_PEOPLE = """
SELECT o.number, a.id, a.handle, a.name, a.network
FROM temp.ordered o JOIN publishable_authors a ON a.id = o.id
WHERE o.type = 'person' ORDER BY o.number
"""
_ARTICLES = """
SELECT o.number, l.id, l.title, l.summary, l.host, l.site_name, l.kind, l.language,
       substr(COALESCE(l.first_shared, l.published, ''), 1, 10), a.authors, a.text
FROM temp.ordered o JOIN article_list l ON l.id = o.id JOIN articles a ON a.id = o.id
WHERE o.type = 'article' ORDER BY o.number
"""
_POSTS = """
SELECT o.number, p.id, p.text, p.network, p.language,
       substr(COALESCE(p.published, p.seen_at), 1, 10), a.name, a.handle
FROM temp.ordered o JOIN posts p ON p.id = o.id
LEFT JOIN publishable_authors a ON a.id = p.author_id
WHERE o.type = 'post' ORDER BY o.number
"""
_TAGGINGS = """
SELECT subject_kind, subject_id, topic FROM taggings WHERE confidence <> 'weak'
ORDER BY subject_id, score DESC, topic
"""
_HASHTAGS = "SELECT post_id, hashtag FROM post_hashtags ORDER BY post_id, hashtag"
_NETWORKS = """
SELECT DISTINCT l.article_id, p.network FROM links l JOIN posts p ON p.id = l.post_id
WHERE l.article_id IS NOT NULL ORDER BY l.article_id, p.network
"""
_NAMED_ENTITIES = """
SELECT m.article_id, e.name FROM article_entities m JOIN entities e ON e.id = m.entity_id
WHERE e.kind <> 'figure' ORDER BY m.article_id, e.id
"""
_INSERT_TERMS = """
INSERT INTO search_fts (rowid, names, titles, facts, excerpts, texts, facets)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_DOCUMENT = """
INSERT INTO search_documents (id, type, table_name, row_key, day, facets) VALUES (?, ?, ?, ?, ?, ?)
"""
_INSERT_FACET = "INSERT INTO search_facets (term, facet, value, documents) VALUES (?, ?, ?, ?)"
_INSERT_SPELLING = "INSERT INTO search_spellings (word, documents) VALUES (?, ?)"

_Facet = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Document:
    """One document. `names` are its title and other names, `spellings` further words for it.

    `words` are those of its text. `table` and `key` identify the row of the snapshot that it
    describes.
    """

    number: int
    type: str
    table: str
    key: str
    names: tuple[str, ...]
    spellings: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    excerpt: str = ""
    words: str = ""
    day: str = ""
    facets: tuple[_Facet, ...] = ()


@dataclass(slots=True)
class _Facets:
    """The terms of the values of facets, numbered as they occur."""

    terms: dict[_Facet, str] = field(default_factory=dict)
    documents: Counter[str] = field(default_factory=Counter)

    def count(self, values: Iterable[_Facet]) -> str:
        """Return the terms of the `values` of one document, and count the document."""
        terms = [self._term(value) for value in values]
        self.documents.update(terms)
        return " ".join(terms)

    def rows(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield the rows of `search_facets`."""
        for (facet, value), term in self.terms.items():
            yield term, facet, value, self.documents[term]

    def _term(self, value: _Facet) -> str:
        return self.terms.setdefault(value, f"{FACETS[value[0]]}{len(self.terms)}")


def store_search_index(copy: sqlite3.Connection) -> None:
    """Fill the search tables of the snapshot `copy`, whose texts are sets of words already."""
    facets = _Facets()
    spellings: Counter[str] = Counter()
    copy.execute(_ORDER)
    for document in _documents(copy):
        terms = facets.count(_facets_of(document))
        copy.execute(_INSERT_TERMS, (*_terms(document), terms))
        copy.execute(_INSERT_DOCUMENT, (*_identity(document), terms))
        spellings.update(_spelled_words(document))
    copy.executemany(_INSERT_FACET, facets.rows())
    copy.executemany(_INSERT_SPELLING, _common_spellings(spellings))
    copy.execute("INSERT INTO search_fts (search_fts) VALUES ('optimize')")
    copy.execute("DROP TABLE temp.ordered")


def _documents(copy: sqlite3.Connection) -> Iterator[_Document]:
    """Yield all documents in the order of their numbers."""
    named = [*_topics(copy), *_entities(copy)]
    numbered = [_numbered(document, number) for number, document in enumerate(named, 1)]
    yield from numbered
    labels = {
        document.key: (*document.names, *document.spellings)
        for document in named
        if document.type == "topic"
    }
    topics = _grouped_taggings(copy)
    articles = _articles(copy, len(named), topics["article"], labels)
    posts = _posts(copy, len(named), topics["post"], labels)
    people = _people(copy, len(named))
    yield from merge(articles, people, posts, key=attrgetter("number"))


def _numbered(document: _Document, number: int) -> _Document:
    return _Document(
        number,
        document.type,
        document.table,
        document.key,
        document.names,
        document.spellings,
        document.facts,
        words=document.words,
        facets=document.facets,
    )


def _topics(copy: sqlite3.Connection) -> Iterator[_Document]:
    """Yield the topics. Their definitions count as text: other documents explain them better."""
    for slug, label, definition, *lists in copy.execute(_TOPICS):
        aliases, hashtags, formerly = map(_strings, lists)
        yield _Document(
            0,
            "topic",
            "topics",
            slug,
            (label, slug, *formerly),
            tuple(hashtags),
            tuple(aliases),
            words=index_text(definition),
        )


def _entities(copy: sqlite3.Connection) -> Iterator[_Document]:
    for entity_id, name, slug, kind in copy.execute(_ENTITIES):
        yield _Document(0, _ENTITY_TYPES.get(kind, kind), "entities", str(entity_id), (name, slug))


_ENTITY_TYPES = {"organisation": "organization"}


def _people(copy: sqlite3.Connection, offset: int) -> Iterator[_Document]:
    for number, author_id, handle, name, network in copy.execute(_PEOPLE):
        yield _Document(
            number + offset,
            "person",
            "authors",
            str(author_id),
            (name or handle, handle),
            facets=(("network", network),),
        )


def _articles(
    copy: sqlite3.Connection,
    offset: int,
    topics: dict[int, list[str]],
    labels: dict[str, tuple[str, ...]],
) -> Iterator[_Document]:
    networks = _lists(copy, _NETWORKS)
    entities = _lists(copy, _NAMED_ENTITIES)
    for row in copy.execute(_ARTICLES):
        number, article_id, title, summary, host, site, kind, language, day, authors, text = row
        slugs = topics.get(article_id, [])
        site_names = (host.removeprefix("www."), site)
        people = _strings(authors)[:_MAX_AUTHORS]
        yield _Document(
            number + offset,
            "article",
            "articles",
            str(article_id),
            (title,),
            (),
            (*site_names, *people, *entities.get(article_id, ()), *_labels(slugs, labels)),
            summary,
            text,
            day,
            (
                *(("topic", slug) for slug in slugs),
                ("kind", kind or "article"),
                ("site", host),
                *(("network", network) for network in networks.get(article_id, ())),
                ("language", language),
            ),
        )


def _posts(
    copy: sqlite3.Connection,
    offset: int,
    topics: dict[int, list[str]],
    labels: dict[str, tuple[str, ...]],
) -> Iterator[_Document]:
    hashtags = _lists(copy, _HASHTAGS)
    for number, post_id, text, network, language, day, name, handle in copy.execute(_POSTS):
        slugs = topics.get(post_id, [])
        people = (name or "", handle or "")
        yield _Document(
            number + offset,
            "post",
            "posts",
            str(post_id),
            (),
            (),
            (*people, *hashtags.get(post_id, ()), *_labels(slugs, labels)),
            text,
            "",
            day,
            (
                *(("topic", slug) for slug in slugs),
                ("network", network),
                ("language", language),
            ),
        )


def _grouped_taggings(copy: sqlite3.Connection) -> dict[str, dict[int, list[str]]]:
    topics: dict[str, dict[int, list[str]]] = {"article": {}, "post": {}}
    for kind, subject_id, topic in copy.execute(_TAGGINGS):
        topics[kind].setdefault(subject_id, []).append(topic)
    return topics


def _lists(copy: sqlite3.Connection, query: str) -> dict[int, list[str]]:
    """Return the values in the second column of a `query` by the id in its first."""
    lists: defaultdict[int, list[str]] = defaultdict(list)
    for row_id, value in copy.execute(query):
        lists[row_id].append(value)
    return dict(lists)


def _labels(slugs: Iterable[str], labels: dict[str, tuple[str, ...]]) -> Iterator[str]:
    return (name for slug in slugs for name in labels.get(slug, (slug,)))


def _strings(text: str) -> list[str]:
    """Return the strings of a JSON list."""
    return [str(value) for value in json.loads(text)]


def _facets_of(document: _Document) -> Iterator[_Facet]:
    yield "type", document.type
    for facet, value in dict.fromkeys(document.facets):
        value = value.lower().partition("-")[0] if facet == "language" else value
        if value:
            yield facet, value
    if len(document.day) == len("2026-01-01"):
        yield "year", document.day[:4]
        yield "month", document.day[:7]


def _identity(document: _Document) -> tuple[int, str, str, str, str]:
    """Return the row of `search_documents` without facets."""
    return document.number, document.type, document.table, document.key, document.day


def _terms(document: _Document) -> tuple[int, str, str, str, str, str]:
    """Return the row of the full-text index without facets."""
    names = [index_terms(name) for name in document.names]
    spellings = map(index_text, document.spellings)
    whole_names = ("".join(terms)[:MAX_NAME_LENGTH] for terms in names if _is_name(terms))
    return (
        document.number,
        " ".join(dict.fromkeys(whole_names)),
        " ".join(dict.fromkeys((*(" ".join(terms) for terms in names), *spellings))),
        index_text("\n".join(document.facts)),
        index_text(document.excerpt),
        " ".join(sorted(set(index_terms(document.words)))),
    )


def _is_name(terms: list[str]) -> bool:
    return 0 < len(terms) <= _MAX_NAME_TERMS


def _spelled_words(document: _Document) -> set[str]:
    """Return the words of names and of the excerpt that may correct the spelling of a search."""
    words = split_terms(" ".join((*document.names, *document.spellings, document.excerpt)))
    return {word for word in words if len(word) in _SPELLED_LENGTHS and word.isalpha()}


def _common_spellings(spellings: Counter[str]) -> list[tuple[str, int]]:
    common = [(word, count) for word, count in spellings.items() if count >= _MIN_SPELLED]
    common.sort(key=lambda spelling: (-spelling[1], spelling[0]))
    return common[:_MAX_SPELLINGS]
