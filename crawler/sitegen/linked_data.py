"""JSON-LD of pages in the vocabulary of schema.org. Pure functions.

An article is a citation of our page or an item of its list, and never our own `Article`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crawler import site_urls
from crawler.sitegen.snapshot_reader import ListedArticle

_CONTEXT = "https://schema.org"
_MAX_ITEMS = 30
_MAX_AUTHORS = 6
_JsonObject = dict[str, Any]


def article_page(article: ListedArticle, page_url: str, topics: Iterable[str]) -> _JsonObject:
    """Return the `WebPage` about an `article`, with the article as its citation.

    `page_url` is the full URL of the page, empty if unknown. `topics` are labels.
    """
    about = [{"@type": "DefinedTerm", "name": topic} for topic in topics]
    return {
        **_page("WebPage", article.title, page_url),
        "citation": _creative_work(article),
        **({"about": about} if about else {}),
    }


def collection_page(
    name: str, page_url: str, rows: Iterable[object], description: str = ""
) -> _JsonObject:
    """Return the `CollectionPage` of a list, with at most 30 of its articles as an `ItemList`.

    `name` is the title of the page, `page_url` its full URL and `description` a sentence about its
    subject; both are empty if unknown. `rows` are articles, stories with a leading article, or
    other values, which are left out.
    """
    leads = (getattr(row, "lead", row) for row in rows)
    articles = [lead for lead in leads if isinstance(lead, ListedArticle)][:_MAX_ITEMS]
    items = [
        {"@type": "ListItem", "position": position, "item": _creative_work(article)}
        for position, article in enumerate(articles, 1)
    ]
    item_list = {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}
    described = {"description": description} if description else {}
    return {**_page("CollectionPage", name, page_url), **described, "mainEntity": item_list}


def _page(kind: str, name: str, page_url: str) -> _JsonObject:
    identity = {"url": page_url} if page_url else {}
    return {"@context": _CONTEXT, "@type": kind, "name": name, **identity}


def _creative_work(article: ListedArticle) -> _JsonObject:
    authors = [{"@type": "Person", "name": name} for name in article.authors[:_MAX_AUTHORS]]
    facts = {
        "url": article.url if site_urls.is_web_url(article.url) else "",
        "author": authors,
        "datePublished": article.published[:10],
        "inLanguage": article.language,
    }
    known_facts = {name: value for name, value in facts.items() if value}
    return {"@type": "CreativeWork", "name": article.title, **known_facts}
