"""The feeds of the site in two formats: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen.feed_contents import FeedContent, feed_contents
from crawler.sitegen.feed_entries import FeedEntry, tag_uri
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import Renderer

_EMPTY_FEED_UPDATED = "1970-01-01T00:00:00Z"
_JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"


def render_feeds(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """Yield every feed of `model` in both formats; `renderer` has the Atom template."""
    for feed in feed_contents(model):
        yield _atom(feed, model, renderer)
        yield _json_feed(feed, model)


def _atom(feed: FeedContent, model: SiteModel, renderer: Renderer) -> OutputFile:
    return renderer.document(
        "feeds/feed.atom",
        site_urls.feed_path(feed.name),
        feed_id=tag_uri(model, "feed", feed.name),
        title=feed.title,
        page=feed.page,
        entries=feed.entries,
        updated=max((entry.updated for entry in feed.entries), default=_EMPTY_FEED_UPDATED),
    )


def _json_feed(feed: FeedContent, model: SiteModel) -> OutputFile:
    path = site_urls.feed_path(feed.name, "json")
    content = {
        "version": _JSON_FEED_VERSION,
        "title": feed.title,
        "home_page_url": model.absolute_url(feed.page),
        "feed_url": model.absolute_url(path),
        "items": [_json_item(model, entry) for entry in feed.entries],
    }
    present = _without_empty(content, "home_page_url", "feed_url")
    return OutputFile(path, msgspec.json.format(msgspec.json.encode(present), indent=1) + b"\n")


def _json_item(model: SiteModel, entry: FeedEntry) -> dict[str, Any]:
    content = {
        "id": entry.id,
        "url": model.absolute_url(entry.page) or entry.url,
        "external_url": entry.url,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": name} for name in entry.authors],
        "tags": [model.label(topic) for topic in entry.topics],
    }
    return _without_empty(content, "url", "external_url", "date_published")


def _without_empty(content: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return `content` without the members of `names` that are empty: they are optional."""
    return {name: value for name, value in content.items() if value or name not in names}
