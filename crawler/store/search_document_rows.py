"""Read the documents of the search from the rows of a snapshot.

A document follows from the rows alone, so that the terms of a former document are known before its
rows change.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from crawler.search_words import index_text
from crawler.store.document_numbers import named_number, rank_of_time, ranked_number

_MAX_AUTHORS = 20
_TOPICS = """
SELECT row_number() OVER (ORDER BY slug), slug, label, definition, aliases, hashtags, formerly, (
    SELECT count(*) FROM taggings
    WHERE subject_kind IN ('article', 'post') AND topic = t.slug AND confidence <> 'weak')
FROM topics t ORDER BY slug
"""
_ENTITIES = """
SELECT e.id, e.name, e.slug, e.kind, (
    SELECT count(*) FROM article_entities m WHERE m.entity_id = e.id) AS articles
FROM entities e WHERE e.kind <> 'figure' AND articles > 0{among}
"""
_PEOPLE = """
SELECT a.id, a.handle, a.name, a.network, count(p.id), max(COALESCE(p.published, p.seen_at))
FROM publishable_authors a LEFT JOIN posts p ON p.author_id = a.id WHERE 1{among} GROUP BY a.id
"""
_ARTICLES = """
SELECT l.id, l.rank, l.title, l.summary, l.host, l.site_name, l.kind, l.language,
       substr(COALESCE(l.first_shared, l.published, ''), 1, 10), a.authors, COALESCE(w.words, '')
FROM article_list l JOIN articles a ON a.id = l.id LEFT JOIN article_words w ON w.article_id = l.id
WHERE 1{among}
"""
_POSTS = """
SELECT p.id, p.text, p.network, p.language, substr(COALESCE(p.published, p.seen_at), 1, 10),
       p.similar_to IS NOT NULL, a.name, a.handle
FROM posts p LEFT JOIN publishable_authors a ON a.id = p.author_id
WHERE p.text <> ''{among}
"""
_POST_DAYS = """
SELECT id, substr(COALESCE(published, seen_at), 1, 10), similar_to IS NOT NULL
FROM posts WHERE text <> ''
"""
_NUMBERED_ROWS = """
CREATE TEMP TABLE numbered_rows (number INTEGER PRIMARY KEY, table_name TEXT, row_id INTEGER)
"""
_NUMBER_ROW = "INSERT INTO temp.numbered_rows (number, table_name, row_id) VALUES (?, ?, ?)"
_NEXT_ROWS = """
SELECT number, table_name, row_id FROM temp.numbered_rows WHERE number > ? ORDER BY number LIMIT ?
"""
_TAGGINGS = """
SELECT subject_id, topic FROM taggings
WHERE subject_kind = '{kind}' AND confidence <> 'weak'{among}
ORDER BY subject_id, score DESC, topic
"""
_HASHTAGS = "SELECT post_id, hashtag FROM post_hashtags WHERE 1{among} ORDER BY post_id, hashtag"
_NETWORKS = """
SELECT DISTINCT l.article_id, p.network FROM links l JOIN posts p ON p.id = l.post_id
WHERE l.article_id IS NOT NULL{among} ORDER BY l.article_id, p.network
"""
_NAMED_ENTITIES = """
SELECT m.article_id, e.name FROM article_entities m JOIN entities e ON e.id = m.entity_id
WHERE e.kind <> 'figure'{among} ORDER BY m.article_id, e.id
"""
_ENTITY_TYPES = {"organisation": "organization"}

Facet = tuple[str, str]
"""A facet and its value."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One document. `names` are its title and other names, `spellings` further words for it.

    `labels` are the names of its topics and entities, which are further facts. `words` are those of
    its text, as the index has them. `table` and `key` identify the row that it describes.
    """

    number: int
    type: str
    table: str
    key: str
    names: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    excerpt: str = ""
    words: str = ""
    day: str = ""
    facets: tuple[Facet, ...] = ()


def read_topics(snapshot: sqlite3.Connection) -> list[SearchDocument]:
    """Return the documents of all topics of `snapshot`. Their definitions count as text."""
    return list(_topics(snapshot))


def read_documents(
    snapshot: sqlite3.Connection,
    topics: Iterable[SearchDocument],
    ids: Mapping[str, Collection[int]],
) -> Iterator[SearchDocument]:
    """Yield the documents of the rows of `snapshot` with `ids`.

    They are ids of `articles`, `authors`, `entities` and `posts`, by table. `topics` are the
    documents of all topics.
    """
    labels = {topic.key: (*topic.names, *topic.spellings) for topic in topics}
    yield from _entities(snapshot, ids.get("entities", ()))
    yield from _people(snapshot, ids.get("authors", ()))
    yield from _articles(snapshot, ids.get("articles", ()), labels)
    yield from _posts(snapshot, ids.get("posts", ()), labels)


def batches_by_number(snapshot: sqlite3.Connection, size: int) -> Iterator[Mapping[str, list[int]]]:
    """Yield the row ids of all documents of `snapshot` but topics, in the order of their numbers.

    Each batch has ids of at most `size` documents, by table.
    """
    snapshot.execute(_NUMBERED_ROWS)
    snapshot.executemany(_NUMBER_ROW, _numbered_rows(snapshot))
    last = 0
    while rows := snapshot.execute(_NEXT_ROWS, (last, size)).fetchall():
        ids: defaultdict[str, list[int]] = defaultdict(list)
        for _, table, row_id in rows:
            ids[table].append(row_id)
        yield ids
        last = rows[-1][0]
    snapshot.execute("DROP TABLE temp.numbered_rows")


def _numbered_rows(snapshot: sqlite3.Connection) -> Iterator[tuple[int, str, int]]:
    """Yield the number, table and row id of every document but topics."""
    for row in _all_rows(snapshot, _ENTITIES):
        yield named_number(False, row[0], row[-1]), "entities", row[0]
    for author_id, *_, posts, newest in _all_rows(snapshot, _PEOPLE):
        rank = rank_of_time(newest or "", posts)
        yield ranked_number("person", author_id, rank), "authors", author_id
    for article_id, rank in snapshot.execute("SELECT id, rank FROM article_list"):
        yield ranked_number("article", article_id, rank), "articles", article_id
    for post_id, day, is_copy in snapshot.execute(_POST_DAYS):
        yield _post_number(post_id, day, is_copy), "posts", post_id


def _all_rows(snapshot: sqlite3.Connection, query: str) -> sqlite3.Cursor:
    return snapshot.execute(query.replace("{among}", ""))


def _rows_of(
    snapshot: sqlite3.Connection, query: str, column: str, ids: Collection[int]
) -> sqlite3.Cursor:
    """Return the rows of a `query` whose `column` is one of `ids`."""
    among = f" AND {column} IN (SELECT value FROM json_each(?))"  # noqa: S608
    parameter = msgspec.json.encode(sorted(ids)).decode()
    return snapshot.execute(query.replace("{among}", among), [parameter])


def _topics(snapshot: sqlite3.Connection) -> Iterator[SearchDocument]:
    for place, slug, label, definition, *lists, subjects in snapshot.execute(_TOPICS):
        aliases, hashtags, formerly = map(_strings, lists)
        yield SearchDocument(
            number=named_number(True, place, subjects),
            type="topic",
            table="topics",
            key=slug,
            names=(label, slug, *formerly),
            spellings=tuple(hashtags),
            facts=tuple(aliases),
            words=" ".join(sorted(set(index_text(definition).split()))),
        )


def _entities(snapshot: sqlite3.Connection, ids: Collection[int]) -> Iterator[SearchDocument]:
    for entity_id, name, slug, kind, articles in _rows_of(snapshot, _ENTITIES, "e.id", ids):
        yield SearchDocument(
            number=named_number(False, entity_id, articles),
            type=_ENTITY_TYPES.get(kind, kind),
            table="entities",
            key=str(entity_id),
            names=(name, slug),
        )


def _people(snapshot: sqlite3.Connection, ids: Collection[int]) -> Iterator[SearchDocument]:
    for author_id, handle, name, network, posts, newest in _rows_of(snapshot, _PEOPLE, "a.id", ids):
        yield SearchDocument(
            number=ranked_number("person", author_id, rank_of_time(newest or "", posts)),
            type="person",
            table="authors",
            key=str(author_id),
            names=(name or handle, handle),
            facets=(("network", network),),
        )


def _articles(
    snapshot: sqlite3.Connection, ids: Collection[int], labels: Mapping[str, tuple[str, ...]]
) -> Iterator[SearchDocument]:
    taggings = _TAGGINGS.replace("{kind}", "article")
    topics = _lists(_rows_of(snapshot, taggings, "subject_id", ids))
    networks = _lists(_rows_of(snapshot, _NETWORKS, "l.article_id", ids))
    entities = _lists(_rows_of(snapshot, _NAMED_ENTITIES, "m.article_id", ids))
    for row in _rows_of(snapshot, _ARTICLES, "l.id", ids):
        article_id, rank, title, summary, host, site, kind, language, day, authors, words = row
        slugs = topics.get(article_id, [])
        site_names = (host.removeprefix("www."), site)
        people = _strings(authors)[:_MAX_AUTHORS]
        yield SearchDocument(
            number=ranked_number("article", article_id, rank),
            type="article",
            table="articles",
            key=str(article_id),
            names=(title,),
            facts=(*site_names, *people),
            labels=(*entities.get(article_id, ()), *_labels(slugs, labels)),
            excerpt=summary,
            words=indexed_words(words),
            day=day,
            facets=(
                *(("topic", slug) for slug in slugs),
                ("kind", kind or "article"),
                ("site", host),
                *(("network", network) for network in networks.get(article_id, ())),
                ("language", language),
            ),
        )


def _posts(
    snapshot: sqlite3.Connection, ids: Collection[int], labels: Mapping[str, tuple[str, ...]]
) -> Iterator[SearchDocument]:
    taggings = _TAGGINGS.replace("{kind}", "post")
    topics = _lists(_rows_of(snapshot, taggings, "subject_id", ids))
    hashtags = _lists(_rows_of(snapshot, _HASHTAGS, "post_id", ids))
    for row in _rows_of(snapshot, _POSTS, "p.id", ids):
        post_id, text, network, language, day, is_copy, name, handle = row
        slugs = topics.get(post_id, [])
        yield SearchDocument(
            number=_post_number(post_id, day, is_copy),
            type="post",
            table="posts",
            key=str(post_id),
            facts=(name or "", handle or "", *hashtags.get(post_id, ())),
            labels=tuple(_labels(slugs, labels)),
            excerpt=text,
            day=day,
            facets=(
                *(("topic", slug) for slug in slugs),
                ("network", network),
                ("language", language),
            ),
        )


def _post_number(post_id: int, day: str, is_copy: int) -> int:
    return ranked_number("post", post_id, 0.0 if is_copy else rank_of_time(day))


def indexed_words(word_set: str) -> str:
    """Return the terms of a `word_set` for a full-text index, each once, in order."""
    if word_set.isascii() and word_set.replace(" ", "").isalnum():
        return word_set
    plain: set[str] = set()
    for word in word_set.split(" "):
        if word.isascii() and word.isalnum():
            plain.add(word)
        else:
            plain.update(index_text(word).split())
    return " ".join(sorted(plain))


def _lists(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    """Return the values of `rows` by the id in their first column."""
    lists: defaultdict[int, list[str]] = defaultdict(list)
    for row_id, value in rows:
        lists[row_id].append(value)
    return dict(lists)


def _labels(slugs: Iterable[str], labels: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (name for slug in slugs for name in labels.get(slug, (slug,)))


def _strings(text: str) -> list[str]:
    """Return the strings of a JSON list."""
    return [str(value) for value in json.loads(text)]
