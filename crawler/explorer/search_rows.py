"""The rows of a page of search results: title, facts, snippet and links of each document."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from crawler import site_urls
from crawler.counted_nouns import counted_noun
from crawler.explorer.search_highlights import Highlighter
from crawler.explorer.search_labels import kind_label, type_label
from crawler.explorer.search_results import Hit
from crawler.models.network_names import network_label
from crawler.store.shown_titles import shown_titles

_QUERIES = {
    "articles": """
SELECT id AS key, title, url, host, kind, summary, shares, sharers
FROM article_list WHERE id IN (SELECT value FROM json_each(?))
""",
    "posts": """
SELECT p.id AS key, p.text, p.network, p.url, p.author_id, a.name, a.handle, l.id AS article_id,
       l.title AS article_title
FROM posts p LEFT JOIN publishable_authors a ON a.id = p.author_id
LEFT JOIN article_list l ON l.id = (SELECT min(article_id) FROM links WHERE post_id = p.id)
WHERE p.id IN (SELECT value FROM json_each(?))
""",
    "topics": """
SELECT slug AS key, label, definition, (
    SELECT count(*) FROM taggings
    WHERE topic = slug AND subject_kind = 'article' AND confidence <> 'weak') AS articles
FROM topics WHERE slug IN (SELECT value FROM json_each(?))
""",
    "entities": """
SELECT id AS key, name, slug, (
    SELECT count(*) FROM article_entities WHERE entity_id = entities.id) AS articles
FROM entities WHERE id IN (SELECT value FROM json_each(?))
""",
    "authors": """
SELECT id AS key, name, handle, network, (
    SELECT count(*) FROM posts WHERE author_id = publishable_authors.id) AS posts
FROM publishable_authors WHERE id IN (SELECT value FROM json_each(?))
""",
}


# The columns with the own title and the id of the article in the rows of a table.
_ARTICLE_OF = {"articles": ("title", "key"), "posts": ("article_title", "article_id")}
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link or, without a URL, a text. `is_external`: it leads to another server."""

    label: str
    url: str = ""
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result: title as a link to its row, facts about it, snippet, and links to more."""

    type: str
    title: Markup
    url: str
    day: str
    facts: tuple[PageLink, ...]
    snippet: Markup
    links: tuple[PageLink, ...]
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Places:
    """The URL of the site, ending in a slash, and the base path of the explorer."""

    site: str
    base: str

    def row(self, table: str, key: object) -> str:
        """Return the URL of a row by `table` and `key`."""
        return site_urls.explorer_row_url(self.base, table, str(key))

    def query(self, name: str, **values: str) -> str:
        """Return the URL of the named query `name` with `values` of its parameters."""
        return site_urls.explorer_list_url(self.base, name, **values)


@dataclass(frozen=True, slots=True)
class _Content:
    """The content of a result before words are marked."""

    title: str
    text: str = ""
    facts: tuple[PageLink, ...] = ()
    links: tuple[PageLink, ...] = ()


def result_rows(
    db: sqlite3.Connection, hits: Iterable[Hit], terms: Iterable[str], places: Places
) -> list[ResultRow]:
    """Return the rows of `hits`, with words that match `terms` marked, and links to `places`."""
    hits = list(hits)
    rows = _read(db, hits)
    contents = [
        (hit, _CONTENTS[hit.table](rows[hit.table, hit.key], places))
        for hit in hits
        if (hit.table, hit.key) in rows
    ]
    texts = [text for _, content in contents for text in (content.title, content.text)]
    highlighter = Highlighter(tuple(terms), texts)
    return [_row(hit, content, highlighter, places) for hit, content in contents]


def _read(db: sqlite3.Connection, hits: Iterable[Hit]) -> dict[tuple[str, str], _Row]:
    """Return the rows of the tables by table and key."""
    keys: dict[str, list[str]] = {}
    for hit in hits:
        keys.setdefault(hit.table, []).append(hit.key)
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    rows = {
        (table, str(row["key"])): dict(row)
        for table, values in keys.items()
        for row in cursor.execute(_QUERIES[table], [json.dumps(values)]).fetchall()
    }
    for (table, _), row in rows.items():
        own, key = _ARTICLE_OF.get(table, ("", ""))
        if own and row[key] and " " not in row[own]:
            row["shown_title"] = shown_titles(db, [row[key]]).get(row[key], row[own])
    return rows


def _row(hit: Hit, content: _Content, highlighter: Highlighter, places: Places) -> ResultRow:
    title, snippet = highlighter.marked(content.title), highlighter.snippet(content.text)
    return ResultRow(
        type_label(hit.type),
        title,
        places.row(hit.table, hit.key),
        hit.day,
        content.facts,
        snippet,
        content.links,
        "<mark>" in title + snippet,
    )


def _article(row: _Row, places: Places) -> _Content:
    title = row.get("shown_title") or row["title"]
    page = places.site + site_urls.article_path(row["key"], row["title"])
    kind = kind_label(row["kind"])
    shares = counted_noun(row["shares"], "share")
    return _Content(
        title,
        row["summary"],
        (
            PageLink(kind if kind != "article" else ""),
            _external(row["host"], row["url"]),
            PageLink(shares),
        ),
        (
            PageLink("On the site", page),
            PageLink("Why these topics", _evidence(places, row["key"])),
        ),
    )


def _evidence(places: Places, article_id: int) -> str:
    return places.query("why_this_topic", article_id=str(article_id))


_ANONYMOUS = {"feed": "Feed entry", "paste": "Pasted post"}


def _post(row: _Row, places: Places) -> _Content:
    author = row["name"] or row["handle"] or ""
    network = network_label(row["network"])
    facts = [_external(network, row["url"])]
    if row["article_id"]:
        article = row.get("shown_title") or row["article_title"]
        facts.append(PageLink(f"shares “{article}”", places.row("articles", row["article_id"])))
    return _Content(
        f"Post by {author}" if author else _ANONYMOUS.get(row["network"], f"Post on {network}"),
        row["text"],
        tuple(facts),
        (PageLink("On the site", places.site + _post_path(row)),),
    )


def _post_path(row: _Row) -> str:
    if row["article_id"]:
        page = site_urls.article_path(row["article_id"], row["article_title"])
        return f"{page}#post-{row['key']}"
    return site_urls.note_path(row["key"])


def _topic(row: _Row, places: Places) -> _Content:
    articles = places.query("articles_of_a_topic", topic=row["key"])
    page = places.site + site_urls.topic_path(row["key"])
    return _Content(
        row["label"],
        row["definition"],
        (PageLink(counted_noun(row["articles"], "article"), articles),),
        (PageLink("On the site", page),),
    )


def _entity(row: _Row, places: Places) -> _Content:
    articles = places.query("articles_of_an_entity", entity=row["slug"])
    return _Content(
        row["name"], "", (PageLink(counted_noun(row["articles"], "article"), articles),)
    )


def _author(row: _Row, places: Places) -> _Content:
    articles = places.query("articles_of_an_author", author_id=str(row["key"]))
    page = places.site + site_urls.author_path(row["key"])
    facts = (PageLink(network_label(row["network"])), PageLink(row["handle"]))
    return _Content(
        row["name"] or row["handle"],
        "",
        (*facts, PageLink(counted_noun(row["posts"], "post"), articles)),
        (PageLink("On the site", page),),
    )


def _external(label: str, url: str) -> PageLink:
    return PageLink(label, url, True) if site_urls.is_web_url(url or "") else PageLink(label)


_CONTENTS: Mapping[str, Callable[[_Row, Places], _Content]] = {
    "articles": _article,
    "posts": _post,
    "topics": _topic,
    "entities": _entity,
    "authors": _author,
}
