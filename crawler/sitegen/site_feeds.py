"""Atom (RFC 4287) and JSON Feed 1.1: one of everything, one per topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen import display_text
from crawler.sitegen.site_model import Library
from crawler.sitegen.snapshot_reader import Listed
from crawler.sitegen.template_renderer import File, Press
from crawler.text_cleaning import slug

_NEWEST = 20
_ALL = 50
_BEFORE_ANY = "1970-01-01T00:00:00Z"


def files(library: Library, press: Press) -> Iterator[File]:
    """`feeds/all.*` and `feeds/<topic>.*`."""
    yield from _both(
        library, press, "all", press.settings.title, "index.html", library.listed[:_ALL]
    )
    for topic in library.topics.values():
        stream = library.by_topic.get(topic.slug, [])[:_NEWEST]
        yield from _both(
            library,
            press,
            topic.slug,
            f"{topic.label}: {press.settings.title}",
            site_urls.topic(topic.slug),
            stream,
        )


def tag_uri(press: Press, kind: str, key: int | str) -> str:
    """An identifier that outlives domains, titles and builds (RFC 4151); made of what the site is
    called and what never changes of the item.
    """
    return f"tag:hashtrail,2026:{slug(press.settings.title) or 'site'}/{kind}/{key}"


def _both(
    library: Library, press: Press, name: str, title: str, page: str, items: Sequence[Listed]
) -> Iterator[File]:
    facts = {
        "name": name,
        "title": title,
        "page": page,
        "items": items,
        "updated": items[0].first_shared if items else _BEFORE_ANY,
    }
    ids = {article.id: tag_uri(press, "article", article.id) for article in items}
    atom = site_urls.feed(name)
    yield press.document(
        "feeds/feed.atom",
        atom,
        feed_id=tag_uri(press, "feed", name),
        ids=ids,
        absolute=press.absolute,
        **facts,
    )
    yield File(site_urls.feed(name, "json"), _json_feed(library, press, name, title, page, items))


def _json_feed(
    library: Library, press: Press, name: str, title: str, page: str, items: Sequence[Listed]
) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": press.absolute(page) or None,
        "feed_url": press.absolute(site_urls.feed(name, "json")) or None,
        "items": [_json_item(library, press, article) for article in items],
    }
    return (
        msgspec.json.format(
            msgspec.json.encode({key: value for key, value in feed.items() if value is not None}),
            indent=1,
        )
        + b"\n"
    )


def _json_item(library: Library, press: Press, article: Listed) -> dict[str, Any]:
    return {
        "id": tag_uri(press, "article", article.id),
        "url": press.absolute(article.path) or article.url,
        "external_url": article.url,
        "title": article.title,
        "content_text": display_text.excerpt(article.summary) or article.title,
        "date_published": article.first_shared,
        "tags": [library.label(topic) for topic in article.topics],
    }
