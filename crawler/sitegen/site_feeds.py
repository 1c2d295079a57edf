"""Feeds of all articles and of each topic: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen import display_formats
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.template_renderer import Renderer
from crawler.text_cleaning import slugify

_MAX_ENTRIES_OF_TOPIC = 20
_MAX_ENTRIES_OF_ALL = 50
_EMPTY_FEED_UPDATED = "1970-01-01T00:00:00Z"
_JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True, slots=True)
class _FeedContent:
    """The content of both formats of one feed; `page` is the path of the HTML page."""

    name: str
    title: str
    page: str
    articles: Sequence[ListedArticle]


def render_feeds(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """Yield `feeds/all.*` and `feeds/<topic>.*` for `model`; `renderer` has the Atom template."""
    for feed in _feeds(model):
        yield _atom(feed, model, renderer)
        yield _json_feed(feed, model)


def tag_uri(model: SiteModel, kind: str, key: int | str) -> str:
    """Return a permanent identifier of an item (RFC 4151).

    It consists of the title of the site in `model`, the `kind` and the `key` of the item. It stays
    the same when domains, titles of articles and builds change.
    """
    return f"tag:hashtrail,2026:{slugify(model.settings.title) or 'site'}/{kind}/{key}"


def _feeds(model: SiteModel) -> Iterator[_FeedContent]:
    site_title = model.settings.title
    yield _FeedContent("all", site_title, "index.html", model.listed[:_MAX_ENTRIES_OF_ALL])
    for topic in model.topics.values():
        articles = model.by_topic.get(topic.slug, [])[:_MAX_ENTRIES_OF_TOPIC]
        title = f"{topic.label}: {site_title}"
        yield _FeedContent(topic.slug, title, site_urls.topic_path(topic.slug), articles)


def _atom(feed: _FeedContent, model: SiteModel, renderer: Renderer) -> OutputFile:
    articles = feed.articles
    return renderer.document(
        "feeds/feed.atom",
        site_urls.feed_path(feed.name),
        feed_id=tag_uri(model, "feed", feed.name),
        ids={article.id: tag_uri(model, "article", article.id) for article in articles},
        title=feed.title,
        page=feed.page,
        articles=articles,
        updated=articles[0].first_shared if articles else _EMPTY_FEED_UPDATED,
    )


def _json_feed(feed: _FeedContent, model: SiteModel) -> OutputFile:
    path = site_urls.feed_path(feed.name, "json")
    content = {
        "version": _JSON_FEED_VERSION,
        "title": feed.title,
        "home_page_url": model.absolute_url(feed.page) or None,
        "feed_url": model.absolute_url(path) or None,
        "items": [_json_item(model, article) for article in feed.articles],
    }
    present = {key: value for key, value in content.items() if value is not None}
    return OutputFile(path, msgspec.json.format(msgspec.json.encode(present), indent=1) + b"\n")


def _json_item(model: SiteModel, article: ListedArticle) -> dict[str, Any]:
    return {
        "id": tag_uri(model, "article", article.id),
        "url": model.absolute_url(article.path) or article.url,
        "external_url": article.url,
        "title": article.title,
        "content_text": display_formats.shorten(article.summary) or article.title,
        "date_published": article.first_shared,
        "tags": [model.label(topic) for topic in article.topics],
    }
