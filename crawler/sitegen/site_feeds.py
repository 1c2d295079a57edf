"""Atom (RFC 4287) and JSON Feed 1.1: one of everything, one per topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen import display_text
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.template_renderer import OutputFile, Renderer
from crawler.text_cleaning import slug

_NEWEST = 20
_ALL = 50
_BEFORE_ANY = "1970-01-01T00:00:00Z"


def render_feeds(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """`feeds/all.*` and `feeds/<topic>.*`."""
    yield from _both(
        model, renderer, "all", renderer.settings.title, "index.html", model.listed[:_ALL]
    )
    for topic in model.topics.values():
        stream = model.by_topic.get(topic.slug, [])[:_NEWEST]
        yield from _both(
            model,
            renderer,
            topic.slug,
            f"{topic.label}: {renderer.settings.title}",
            site_urls.topic_path(topic.slug),
            stream,
        )


def tag_uri(renderer: Renderer, kind: str, key: int | str) -> str:
    """An identifier that outlives domains, titles and builds (RFC 4151); made of what the site is
    called and what never changes of the item.
    """
    return f"tag:hashtrail,2026:{slug(renderer.settings.title) or 'site'}/{kind}/{key}"


def _both(
    model: SiteModel,
    renderer: Renderer,
    name: str,
    title: str,
    page: str,
    items: Sequence[ListedArticle],
) -> Iterator[OutputFile]:
    facts = {
        "name": name,
        "title": title,
        "page": page,
        "items": items,
        "updated": items[0].first_shared if items else _BEFORE_ANY,
    }
    ids = {article.id: tag_uri(renderer, "article", article.id) for article in items}
    atom = site_urls.feed_path(name)
    yield renderer.document(
        "feeds/feed.atom",
        atom,
        feed_id=tag_uri(renderer, "feed", name),
        ids=ids,
        absolute=renderer.absolute,
        **facts,
    )
    yield OutputFile(
        site_urls.feed_path(name, "json"), _json_feed(model, renderer, name, title, page, items)
    )


def _json_feed(
    model: SiteModel,
    renderer: Renderer,
    name: str,
    title: str,
    page: str,
    items: Sequence[ListedArticle],
) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": renderer.absolute(page) or None,
        "feed_url": renderer.absolute(site_urls.feed_path(name, "json")) or None,
        "items": [_json_item(model, renderer, article) for article in items],
    }
    return (
        msgspec.json.format(
            msgspec.json.encode({key: value for key, value in feed.items() if value is not None}),
            indent=1,
        )
        + b"\n"
    )


def _json_item(model: SiteModel, renderer: Renderer, article: ListedArticle) -> dict[str, Any]:
    return {
        "id": tag_uri(renderer, "article", article.id),
        "url": renderer.absolute(article.path) or article.url,
        "external_url": article.url,
        "title": article.title,
        "content_text": display_text.shorten(article.summary) or article.title,
        "date_published": article.first_shared,
        "tags": [model.label(topic) for topic in article.topics],
    }
